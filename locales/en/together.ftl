# One mail for several members of a household.

together-subject = { $count } appointments on { $date }
together-heading = See you soon
together-lead = You have { $count } appointments with us. They share this mail because it goes to the same address.
together-manage = { $name }: details, move, cancel
together-somebody = Appointment

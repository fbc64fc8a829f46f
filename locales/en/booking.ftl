# The public side: the clinic's page, the booking steps, the manage page.

clinic-book = Book an appointment
clinic-next-free = Next free times
clinic-services = What we offer
clinic-team = Our team
clinic-places = Where to find us
clinic-closed = closed
clinic-closures = Closed: { $days }

book-steps = Steps of the booking
book-step-service = Treatment
book-step-place = Place
book-step-time = Time
book-step-details = Details
book-chosen = Your choice
book-when = When
book-duration = Duration
book-with = With
book-where = Where
book-party = People
book-price = Price
book-price-free = free of charge
book-price-from = from { $price }
book-anyone = Anyone
book-on-request = on request
book-group = group
book-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

book-none-title = Nothing can be booked online at the moment
book-none-text = Please call us, we are happy to find a time with you.
book-service-title = What can we do for you?
book-place-title = Where would you like to come?
book-place-next = Next free time: { $when }
book-place-nothing = no free time at the moment
book-time-title = When does it suit you?
book-party-question = How many people are coming?
book-party-fee = Each person beyond { $included ->
    [one] the first
   *[other] the first { $included }
} adds { $fee }.
book-month = Month
book-month-previous = Previous month
book-month-next = Next month
book-month-empty = Nothing is free in this month
book-day-free = { $date }: { $count ->
    [one] { $count } time free
   *[other] { $count } times free
}
book-day-empty = Nothing is free on this day.
book-jump = Next free time: { $when }
book-nothing-free = No time can be booked online at the moment. Please call us, we are happy to find one.
book-morning = Morning
book-afternoon = Afternoon
book-evening = Evening
book-left = { $count ->
    [one] { $count } place left
   *[other] { $count } places left
}
book-zone = Times are local to the clinic ({ $zone }).
book-zone-own = Where you are ({"{"}zone{"}"}): {"{"}time{"}"}.

book-details-title = Who is coming?
book-hold = We keep this time for you:
book-hold-over = The time is no longer kept for you. Book now, and we will see whether it is still free.
book-first-name-missing = Please tell us the first name.
book-last-name-missing = Please tell us the last name.
book-first-name = First name
book-last-name = Last name
book-email = E-mail
book-email-hint = For the confirmation and the link to change it
book-phone = Phone
book-phone-hint = An e-mail address or a phone number is enough
book-note = Is there something we should know?
book-note-hint = Please write nothing confidential here.
book-policy = You can cancel until { $deadline }.
book-policy-none = This appointment can no longer be cancelled online once it is booked.
book-privacy = We use your details for your appointments with us, and for nothing else.
book-submit = Book this appointment
book-submit-request = Send the request
book-contact-needed = Please give an e-mail address or a phone number.
book-name-wrong = Please write the name without links or special characters.
book-name-long = That is too long: at most 60 characters.
book-email-wrong = This is not a complete e-mail address. It looks like name@example.com.
book-phone-wrong = This is not a complete phone number. Digits, spaces and a plus sign are enough.
book-note-long = That is too long: at most 1,000 characters.
book-form-old = This page was open for a long time. Please check your details and press the button once more.
book-form-sent = This form has been sent already. You will find the appointment in our e-mail; to book another one, choose a time again.

book-gone = { $time } has just been taken.
book-no-such-day = There is no such day. These are the free ones.
book-gone-that = This time
book-time-missing = Please choose one of the free times.
book-gone-past = This time is already over.
book-gone-soon = This time is too close: it can be booked until { $notice } before.
book-gone-far = This time is too far away: we book up to { $day }.
book-gone-closed = We are closed at this time.
book-gone-place = This choice is not available any more.
book-gone-choose = These times are free now. What you have typed is still here.
book-gone-nothing = There is no other free time nearby.
book-gone-all = See all free times
book-party-wrong = For this treatment: { $from } to { $to } people.

book-not-found-title = We do not have this treatment
book-not-found-text = It may have been renamed, or it cannot be booked online any more. Please choose from our list.

status-requested = Requested
status-booked = Booked
status-arrived = Arrived
status-in-progress = In progress
status-completed = Completed
status-no-show = Missed
status-cancelled = Cancelled
status-declined = Declined
status-expired = Expired

manage-title = Your appointment
manage-title-done = Your appointment is booked
manage-title-requested = We have your request
manage-title-cancelled = Your appointment is cancelled
manage-title-declined = We cannot offer this time
manage-title-expired = Your request has expired
manage-title-past = Your appointment was on { $date }
manage-hello = Thank you, { $name }.
manage-mailed = We have sent a confirmation to { $email }.
manage-not-mailed = Please keep the address of this page: it opens your appointment.
manage-waits = A person looks at it and answers soon. The time is kept for you meanwhile.
manage-request-mailed = We write to { $email } as soon as it is decided.
manage-cancelled-free = The time is free for somebody else now. Thank you for letting us know.
manage-cancelled-by-clinic = It was cancelled by the clinic.
manage-declined-text = We are sorry. Please choose another time or call us.
manage-expired-text = Nobody answered in time; we are sorry. Please choose another time or call us.
manage-past-text = It is over, so there is nothing to change any more.
manage-missed-text = We missed you. Would you like a new time?
manage-begun-text = It has begun, so there is nothing to change any more.
manage-reference = Reference
manage-calendar = Add to calendar
manage-change = Something came up?
manage-until = You can cancel here until { $deadline }, { $notice } before the start.
manage-until-start = You can cancel here until the start.
manage-too-late = Cancelling online was possible until { $deadline }. Please call us, we will find a way.
manage-cancel-open = Cancel this appointment
manage-reason = Why? It helps us to plan better
manage-cancel = Yes, cancel the appointment
manage-again = Book another time
manage-changed = The appointment has changed in the meantime. This is how it stands now.
manage-unknown-title = This link opens nothing
manage-unknown-text = Perhaps it was copied incompletely, or it is an old one. The newest e-mail from us has the right link. You can also call us.

book-visit = Your visit, one service after the other
book-visit-add = Add another service to this visit
book-visit-hint = It follows right after, so you come only once.
book-visit-with = With, for { $service }
book-visit-earlier = earlier
book-visit-without = remove
book-visit-without-named = Remove { $service } from the visit
book-visit-not-together = Not all of these services can be had in one visit. We left out what does not fit.

# Calendars under a secret address.
feeds-title = Calendar on your phone
feeds-heading = Calendar address
feeds-lead = Add this address to the calendar on your phone or computer. Appointments appear there by themselves, without treatments and without names.
feeds-make = Make a calendar address
feeds-address = Your calendar address
feeds-secret = Whoever knows this address can read the calendar. Do not pass it on.
feeds-subscribe = Add to my calendar
feeds-since = Made on { $moment }
feeds-renew = Make a new address
feeds-revoke = Switch it off
feeds-saved = Saved. An older address does not open anything any more.
feeds-name = { $clinic }
feeds-group = { $count } bookings
feeds-tab = Calendar address
feeds-me = Calendar on your phone

# The catalogue: services, providers, locations, hours.

catalog-title = Catalogue
catalog-overview = Overview
catalog-services = Services
catalog-providers = Providers
catalog-locations = Locations
catalog-closures = Closed days
catalog-clinic = Clinic
catalog-trail = Where you are

catalog-service = Service
catalog-location = Location
catalog-rooms = Rooms
catalog-duration = Duration
catalog-price = Price
catalog-booking = Booking
catalog-name = Name
catalog-email = E-mail
catalog-phone = Phone
catalog-minutes = min
catalog-days = days
catalog-months = months
catalog-seats = seats
catalog-people = people
catalog-day = Date
catalog-note = Note
catalog-status = Status
catalog-reason = Reason

catalog-save = Save
catalog-add = Add
catalog-cancel = Cancel
catalog-archive = Archive
catalog-restore = Bring back
catalog-delete = Delete
catalog-remove = Remove
catalog-approve = Approve
catalog-decline = Decline
catalog-approve-of = Approve time off { $days }
catalog-decline-of = Decline time off { $days }
catalog-remove-of = Remove { $what }

catalog-done-saved = Saved.
catalog-done-added = Added.
catalog-done-archived = Archived. It can no longer be booked.
catalog-done-restored = It is back and can be booked again.
catalog-done-deleted = Deleted.
catalog-done-changed = Somebody else changed this a moment ago. Please look again before you decide.
catalog-done-in-use = This has been used, so it can only be archived.
catalog-done-booked = { $count ->
    [one] Saved. One booking no longer fits; it stands on the worklist until you move or cancel it.
   *[other] Saved. { $count } bookings no longer fit; they stand on the worklist until you move or cancel them.
}
catalog-contested = Somebody else changed this while you were typing. Nothing is saved yet: what you typed is still here, and every field that differs says what is stored now. Save again to keep your version.
catalog-now = Meanwhile changed to “{ $value }”.
catalog-now-empty = Meanwhile emptied.
catalog-now-on = Meanwhile ticked.
catalog-now-off = Meanwhile unticked.

catalog-wrong-long = Please use at most { $max } characters.
catalog-wrong-characters = This contains characters that cannot be shown.
catalog-wrong-color = Please choose a colour, such as #0f766e.
catalog-wrong-email = This is not an e-mail address. It should look like name@example.com.
catalog-wrong-phone = Please use digits, blanks and + ( ) - only.
catalog-wrong-number = Please enter a whole number from { $min } to { $max }.
catalog-wrong-price = Please enter an amount such as { $example }.
catalog-wrong-day = Please enter a date, such as 2026-12-31.
catalog-wrong-time = Please enter a time, such as 09:30.
catalog-wrong-span = The end must be later than the start.
catalog-wrong-zone = Please choose a time zone.
catalog-wrong-days-order = The last day must not be before the first.
catalog-wrong-part-of-days = Times of day are for a single day only.
catalog-wrong-exception = This date already has hours that overlap these.
catalog-wrong-closure-long = A closure can last { $days } days at most. Archive the location to close it for longer.
catalog-wrong-currency = There are bookings or prices in { $currency }, so the currency stays.
catalog-wrong-party-order = The largest group must not be smaller than the smallest.
catalog-wrong-party-seats = The largest group must fit into the seats.
catalog-wrong-rules = These times do not go together.
catalog-wrong-week-taken = There are hours for exactly this period already.

catalog-unit-minutes = minutes
catalog-unit-hours = hours
catalog-unit-days = days
catalog-unit-of = Unit: { $label }
catalog-from-of = { $label }: from
catalog-until-of = { $label }: until

catalog-gaps = { $count ->
    [one] One thing keeps patients from booking
   *[other] { $count } things keep patients from booking
}
catalog-gaps-none = Everything fits together: every service can be booked with somebody, somewhere.
catalog-gap-no-location = There is no location yet.
catalog-gap-no-provider = There is no provider yet.
catalog-gap-no-service = There is no service yet.
catalog-gap-service-provider = Nobody offers “{ $name }”.
catalog-gap-service-room = “{ $name }” needs a kind of room that no location has.
catalog-gap-provider-hours = { $name } has no working hours.
catalog-gap-provider-services = { $name } offers no services.
catalog-gap-location-hours = Nobody works at { $name }.

catalog-count-services = { $count ->
    [one] 1 service
   *[other] { $count } services
}
catalog-count-providers = { $count ->
    [one] 1 provider
   *[other] { $count } providers
}
catalog-count-places = { $locations ->
    [one] 1 location
   *[other] { $locations } locations
}, { $rooms ->
    [one] 1 room
   *[other] { $rooms } rooms
}
catalog-count-closures = { $count ->
    [0] None planned
    [one] 1 planned
   *[other] { $count } planned
}
catalog-archived-count = { $count ->
    [one] 1 archived
   *[other] { $count } archived
}
catalog-card-services = { $count ->
    [one] 1 can be booked online
   *[other] { $count } can be booked online
}
catalog-card-providers = Profiles, weekly hours, days off
catalog-card-closures = Holidays and other days on which you are closed
catalog-card-closures-next = Next: { $name }, { $day }
catalog-card-clinic = Name, contact, language, currency, cancellation

catalog-clinic-about = About the clinic
catalog-clinic-look = Language, currency and colour
catalog-tagline = Line under the name
catalog-clinic-email-hint = Patients’ replies to confirmations go here.
catalog-language = Language
catalog-language-hint = For visitors whose own language is not available.
catalog-currency = Currency
catalog-currency-hint = Stays once there are bookings.
catalog-accent = Colour
catalog-accent-hint = For buttons and links. We keep it readable, in light and in dark.
catalog-cancel-notice = Free cancellation until
catalog-cancel-policy = Policy in your own words
catalog-cancel-policy-hint = On moving, cancelling and not coming. Patients read it when they book and in the confirmation.

catalog-service-new = New service
catalog-services-none = No services yet
catalog-services-none-lead = A service is what patients book: a check-up, a cleaning, a class.
catalog-category-none = Without a category
catalog-nobody = Nobody
catalog-chip-online = Online
catalog-chip-staff-only = Staff only
catalog-chip-approval = On request
catalog-chip-archived = Archived
catalog-chip-seats = { $count ->
    [one] 1 seat
   *[other] { $count } seats
}
catalog-booking-page = Open the booking page
catalog-tab-service = Service
catalog-tab-offered = Who offers it
catalog-service-what = What patients see
catalog-service-time = Time and room
catalog-service-people = Groups
catalog-service-people-lead = One seat is an ordinary appointment. More seats make a class that several patients can book.
catalog-category = Category
catalog-category-hint = Services with the same category are shown together.
catalog-category-known = In use: { $categories }
catalog-description = Description
catalog-description-hint = One or two sentences in plain words.
catalog-price-hint = Leave empty if it is free of charge.
catalog-position = Order
catalog-position-hint = Smaller numbers come first.
catalog-duration-hint = What patients see and book.
catalog-slot = Start times every
catalog-slot-hint = 15 means 9:00, 9:15, 9:30 …
catalog-buffer-before = Kept free before
catalog-buffer-before-hint = To prepare; patients do not see it.
catalog-buffer-after = Kept free after
catalog-buffer-after-hint = To clean up and write notes.
catalog-room-kind = Kind of room
catalog-room-kind-none = No room needed
catalog-service-room-hint = A free room of this kind is taken with every booking.
catalog-online = Patients can book it online
catalog-online-hint = Otherwise only staff can book it.
catalog-approval = Bookings need your approval
catalog-approval-hint = Patients send a request, and you answer it.
catalog-lead = Book at the latest
catalog-horizon = Book at the earliest
catalog-horizon-hint = This many days ahead.
catalog-notice-hint = Before the start. Leave empty for the usual: { $notice }.
catalog-recall = Due again after
catalog-recall-hint = For check-ups that repeat. Leave empty otherwise.
catalog-recall-months = Due again after, months
catalog-recall-days = Due again after, days
catalog-capacity = Seats
catalog-party-min = Smallest group
catalog-party-max = Largest group
catalog-extra-person = Each further person

catalog-terms-lead-service = Tick everybody who offers this service.
catalog-terms-lead-provider = Tick everything this provider offers.
catalog-terms-hint = Price and duration are for exceptions. Left empty, the service’s own apply, as shown in grey.
catalog-free = free
catalog-terms-price = Own price
catalog-terms-duration = Own duration
catalog-own-price = Own price: { $name }
catalog-own-duration = Own duration in minutes: { $name }

catalog-provider-new = New provider
catalog-providers-none = No providers yet
catalog-providers-none-lead = Providers are the people patients book with: dentists, hygienists, therapists.
catalog-provider-places = Works at
catalog-provider-days = Days
catalog-nowhere = Nowhere yet
catalog-no-hours = No hours yet
catalog-tab-profile = Profile
catalog-tab-hours = Weekly hours
catalog-tab-days = Days off
catalog-provider-shown = What patients see
catalog-provider-work = At work
catalog-provider-title = Title or profession
catalog-provider-title-hint = Such as Dentist, or DDS.
catalog-languages = Languages
catalog-languages-hint = Such as en, de, es.
catalog-bio = About
catalog-bio-hint = A few sentences that make a first visit easier.
catalog-provider-email-hint = Notices about bookings go here.
catalog-leaves-on = Leaves on
catalog-leaves-on-hint = The first day that can no longer be booked.
catalog-color = Colour
catalog-color-hint = On the calendar.

catalog-hours-title = Working hours
catalog-hours-lead = Leave a day empty if it is off. Times are { $zone }.
catalog-hours-copy = Copy Monday to Friday
catalog-hours-work = Works
catalog-hours-break = Break
catalog-hours-more = More hours
catalog-hours-remove-hint = To remove these hours, empty every day and save.
catalog-hours-nowhere = Add a location first
catalog-hours-nowhere-lead = Hours belong to a place. Once there is a location, hours can be set here.
catalog-weeks = Periods
catalog-week-always = Always
catalog-week-from = From { $from }
catalog-week-until = Until { $until }
catalog-week-between = { $from } – { $until }
catalog-week-now = { $week } (now)
catalog-week-new = New period …
catalog-validity = When these hours apply
catalog-validity-lead = Leave both empty for hours that simply apply. Appointments already booked stay as they are.
catalog-valid-from = First day
catalog-valid-until = Last day
catalog-ends-earlier = End earlier hours the day before
catalog-ends-earlier-hint = Hours at this location that would run into this period stop when it begins.
catalog-clash-row = These hours overlap others of the same day.
catalog-clash-break = This break is outside the working hours of the day.
catalog-clash-week = Overlaps { $hours } (period: { $week }).
catalog-clash-location = Overlaps { $hours } at { $location } (period: { $week }).

catalog-time-off = Time off
catalog-time-off-lead = Only approved time off closes the calendar.
catalog-time-off-add = Add time off
catalog-time-off-requested = Requested
catalog-time-off-approved = Approved
catalog-time-off-declined = Declined
catalog-first-day = First day
catalog-last-day = Last day
catalog-part-of-day = Part of the day (optional)
catalog-part-of-day-hint = For a single day. Leave empty for whole days.
catalog-reason-hint = Only staff see it.
catalog-exceptions = Other hours on a date
catalog-exceptions-lead = On these dates, the hours here replace the weekly hours of the location.
catalog-exception-add = Add other hours
catalog-exception-hours = Hours (optional)
catalog-exception-hours-hint = Leave empty if the provider is not there at all.
catalog-exception-not-here = Not there

catalog-location-new = New location
catalog-locations-none = No locations yet
catalog-locations-none-lead = A location has an address, a time zone and rooms.
catalog-location-where = Where it is
catalog-location-reach = How to reach it
catalog-zone = Time zone
catalog-zone-choose = Please choose
catalog-zone-hint = Opening hours are read in it. Appointments already booked do not move when you change it.
catalog-street = Street and number
catalog-postal-code = Postal code
catalog-city = City
catalog-region = State or region
catalog-country = Country
catalog-directions = Directions
catalog-directions-hint = Parking, entrance, floor. Patients read it in the confirmation.
catalog-room-new = New room
catalog-room-new-at = New room at { $location }
catalog-rooms-none = No rooms yet. Services that need a kind of room cannot be booked here.
catalog-room-kind-hint = Services ask for a kind, such as operatory.
catalog-room-kind-known = Services ask for a kind. In use: { $kinds }

catalog-closure-new = New closed days
catalog-closures-none = No closed days planned
catalog-closures-none-lead = Add holidays and other days on which nobody should be able to book.
catalog-closure-name = Occasion
catalog-closure-name-hint = Such as Thanksgiving. Patients see it.
catalog-closure-days = Days
catalog-closure-everywhere = All locations
catalog-closure-open = Open again
catalog-closure-open-lead = Deletes this entry, so that these days can be booked as usual.

catalog-ending = Not in use any more?
catalog-ending-lead = Archiving takes it out of everything that can be booked. Past visits keep it, and you can bring it back.
catalog-ending-to-come = { $count ->
    [one] One appointment is still to come; it stays.
   *[other] { $count } appointments are still to come; they stay.
}
catalog-ending-archived = Archived
catalog-ending-archived-lead = It cannot be booked at present.
catalog-delete-hint = This was never used, so it can also be deleted for good.

catalog-policy = Deadlines and policy
catalog-policy-clinic-lead = They hold everywhere, unless a location or a service says otherwise. Bookings that exist keep what they were made with.
catalog-policy-location-lead = What you leave empty is said by the clinic. A service can say otherwise.
catalog-policy-service-lead = What you leave empty is said by the location, then by the clinic.
catalog-policy-general = Before the start.
catalog-policy-above = Leave empty for the usual one.
catalog-move-notice = Free moving until
catalog-moves = Moves per booking
catalog-times = times
catalog-moves-hint = How often patients may move one booking themselves. 0 means: only you move it.
catalog-moves-above = How often patients may move one booking themselves. Leave empty for the usual: { $count }.
catalog-waitlist = Waitlist
catalog-offer = A place is kept for
catalog-offer-hint = Somebody who waits is offered a place and has so long to answer; then it goes to the next.
catalog-short-notice-offer = At short notice for
catalog-short-notice-offer-hint = The same for places within the next 24 hours.
catalog-client-series = Patients may repeat it
catalog-client-series-hint = They book several dates at once: every week, every four weeks.
catalog-service-waitlist = Patients may wait for it
catalog-service-waitlist-hint = When a day is full, they can ask to be offered a place.

catalog-clashes-title = { $count ->
    [one] One booking would lose its provider
   *[other] { $count } bookings would lose their provider
}
catalog-clashes-lead = Nothing is saved yet. If you save, these bookings stay as they are and stand on the worklist until you move or cancel them.
catalog-clashes-more = and { $count } more
catalog-clashes-save = Save all the same

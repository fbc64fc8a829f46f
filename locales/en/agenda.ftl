# The desk: the day, one booking, booking for a client, why a time is not free.

agenda-status-requested = Requested
agenda-status-booked = Booked
agenda-status-arrived = Arrived
agenda-status-in-progress = In progress
agenda-status-completed = Completed
agenda-status-no-show = No-show
agenda-status-cancelled = Cancelled
agenda-status-declined = Declined
agenda-status-expired = Expired

agenda-change-unknown = This booking does not exist.
agenda-change-policy = This booking can no longer be cancelled.
agenda-change-status = This is not possible: the booking is “{ $status }”.
agenda-change-changed = Somebody else has changed this booking meanwhile. Please look at it again.

agenda-money = Money
agenda-money-charge = Charge
agenda-money-payment = Payment
agenda-money-refund = Refund
agenda-money-write-off = Written off
agenda-amount = Amount

agenda-day = Day
agenda-days = Days
agenda-day-wrong = This is not a date we can show. Please choose another day.
agenda-time-wrong = Please enter a time such as 09:30.
agenda-today = Today
agenda-previous = Previous day
agenda-next = Next day
agenda-show = Show
agenda-location = Location
agenda-provider = Provider
agenda-service = Service
agenda-party = People
agenda-party-wrong = Please enter how many people come, at least 1.
agenda-all-locations = All locations
agenda-all-providers = All providers
agenda-anyone = Anyone
agenda-choose = Please choose
agenda-choose-service = Please choose a service.
agenda-choose-location = Please choose a location.
agenda-choose-provider = Please choose a provider of the list.
agenda-book = New booking
agenda-closed = { $location } is closed: { $name }
agenda-count = { $count ->
    [one] One booking
   *[other] { $count } bookings
}
agenda-people = { $count ->
    [one] 1 person
   *[other] { $count } people
}
agenda-none = Nothing booked.
agenda-called-off = { $count ->
    [one] 1 called off
   *[other] { $count } called off
}
agenda-late = Late cancellation
agenda-empty-title = Nobody works on this day
agenda-empty = There are no working hours and no bookings here. Choose another day or another filter.
agenda-absent = Not here
agenda-away-time-off = Time off
agenda-away-not-here = Not here on this date

agenda-requests-title = Requests to answer
agenda-requests-all = Show all requests
agenda-requests-empty-title = No requests are waiting
agenda-requests-empty = Services that need your approval put their requests here.
agenda-approve = Approve
agenda-approve-name = Approve the request of { $name }
agenda-decline = Decline
agenda-decline-name = Decline the request of { $name }
agenda-decline-send = Decline request
agenda-reason-to-client = Reason, shown to the client

agenda-done-booked = Booked. The confirmation is on its way.
agenda-done-approved = The request was approved. The client is told.
agenda-done-declined = The request was declined. The client is told.
agenda-done-cancelled = Cancelled. The time is free again and the client is told.
agenda-done-arrived = Marked as arrived.
agenda-done-started = Marked as in progress.
agenda-done-completed = Marked as completed; the price was charged.
agenda-done-missed = Marked as no-show.

agenda-booking-title = Booking { $reference }
agenda-to-day = To the day
agenda-when = When
agenda-duration = Duration
agenda-duration-until = { $duration }, until { $end }
agenda-price = Price
agenda-reference = Reference
agenda-made = Booked on
agenda-note = Note
agenda-client = Client
agenda-book-again = Book again
agenda-ended = Ended { $when } by { $who }.
agenda-actor-client = client
agenda-actor-staff = staff
agenda-actor-system = Rebook
agenda-history = History
agenda-what = What
agenda-by = By
agenda-state = State
agenda-answer = Answer the request
agenda-attendance = Attendance
agenda-arrive = Arrived
agenda-arrive-name = { $name } has arrived
agenda-start = Start
agenda-complete = Completed
agenda-miss = No-show
agenda-cancel = Cancel the booking
agenda-cancel-late = The notice period of { $notice } has passed: unless the clinic is the reason, this counts as a late cancellation.
agenda-cancel-reason = Reason
agenda-cancel-send = Cancel booking

agenda-messages = Messages
agenda-messages-none = Nothing has been sent about this booking.
agenda-message = Message
agenda-message-confirmation = Confirmation
agenda-message-request-received = Request received
agenda-message-approved = Approval
agenda-message-declined = Not approved
agenda-message-change = Change
agenda-message-cancellation = Cancellation
agenda-message-provider-request = Request, to the provider
agenda-message-provider-booked = Booking, to the provider
agenda-message-provider-cancelled = Cancellation, to the provider
agenda-message-series-booked = Series booked
agenda-message-series-changed = Series changed
agenda-message-series-cancelled = Series cancelled
agenda-message-series-gaps = Dates of a series that could not be booked
agenda-message-series-gaps-desk = To the clinic: dates of a series that could not be booked
agenda-message-provider-series = To the provider: series
agenda-message-waitlist-joined = Joined the waitlist
agenda-message-waitlist-offer = Place offered from the waitlist
agenda-message-portal-link = Sign-in link
agenda-message-state-waiting = Waiting
agenda-message-state-sent = Sent
agenda-message-state-retry = Will be tried again
agenda-message-state-dead = Failed
agenda-message-state-cancelled = No longer needed
agenda-message-state-skipped = Not sent
agenda-message-state-uncertain = Uncertain
agenda-reason-no-address = No mail address
agenda-reason-bad-address = The mail address is wrong
agenda-reason-do-not-contact = Asked not to be written to
agenda-reason-expired = Its time had passed
agenda-reason-superseded = Something newer was sent
agenda-reason-refused = The mail server refused it
agenda-reason-server = The mail server could not be reached
agenda-reason-queue-stopped = The mail server refuses our sign-in; no mail leaves at present

desk-title = New booking
desk-what = What?
desk-show-times = Show free times
desk-choose-time = Please choose a time.
desk-nothing-free = Nothing is free on this day.
desk-next-free = Next free: { $day }
desk-morning = Morning
desk-afternoon = Afternoon
desk-evening = Evening
desk-time = Time
desk-no-other-time = Nothing else is free. Choose another service or another day above.
desk-find-client = Find a client
desk-other-client = Choose somebody else
desk-new-client = New client
desk-client-unknown = This client does not exist. Please choose again.
desk-contact-needed = Please enter a mail address or a phone number.
desk-email-wrong = Please enter a mail address such as ana@example.com, or leave it empty.
desk-phone-wrong = Please enter a phone number of 6 to 15 digits, or leave it empty.
desk-name-too-long = Please use at most 60 characters.
desk-name-link = A name may not hold a web address.
desk-name-unprintable = The name holds characters that cannot be shown.
desk-note-too-long = Please use at most { $characters } characters.
desk-send = Book
desk-taken = This time has just been taken. These are the newest free times; what you typed is kept.
desk-closed = Nobody works at this time.
desk-not-here = This service is not offered at this location.
desk-not-with = This provider does not offer this service.
desk-key-reused = This form was sent before with other details. Please start a new booking.
desk-price = The price is too large to be kept.

why-title = Why is this time not free?
why-ask = Ask about a time
why-time = Time
why-send = Explain
why-empty-title = Ask about a time
why-empty = Choose a service, a place, a day and a time, and see what speaks against it, for every provider.
why-free = This time is free.
why-not-free = Clients cannot book this time.
why-provider-free = Free
why-provider-otherwise-free = Nothing else speaks against it.
why-nobody-offers-it = Nobody offers this service here.
why-party-too-small = { $people ->
    [one] The service takes at least 1 person.
   *[other] The service takes at least { $people } people.
}
why-party-too-large = { $people ->
    [one] The service takes at most 1 person.
   *[other] The service takes at most { $people } people.
}
why-does-not-exist = This time does not exist: the clocks are put forward.
why-other-day = This time belongs to another day.
why-past = This time has passed.
why-too-soon = It is too soon: clients can book from { $earliest }.
why-too-far = It is too far ahead: clients can book until { $day }.
why-closed = The location is closed: { $name }.
why-provider-left = No longer works here.
why-time-off = Has time off.
why-not-here = Is not here on this date.
why-not-here-note = Is not here on this date: { $note }.
why-break = Has a break.
why-outside-hours = Does not work at this time.
why-duration = The service would not end before { $until }, when the hours end.
why-off-grid = Appointments do not start at this minute.
why-class-full = { $left ->
    [0] The group is full.
    [one] The group has only 1 place left.
   *[other] The group has only { $left } places left.
}
why-booked = Is booked until { $until }.
why-buffer = The time kept before or after it touches what is booked from { $from } to { $until }.
why-no-room = Every suitable room is taken.

agenda-worklists = Worklists
agenda-worklist-requests = Requests
agenda-worklist-requests-about = Patients wait for your answer.
agenda-worklist-clashes = No longer fits
agenda-worklist-clashes-about = Booked, but the provider is not there any more: hours changed, time off, or the clinic is closed. Move or cancel them.
agenda-clashes-empty-title = Everything fits
agenda-clashes-empty = Every booking to come lies within the hours of its provider.
agenda-clashes-when = When
agenda-clashes-client = Client
agenda-clashes-what = What
agenda-clashes-why = Why
agenda-clashes-do = Do
agenda-clashes-open = Open
agenda-clashes-cut = There are more; they appear as these are settled.

agenda-visit = Services of this visit
agenda-visit-part = { $service } (part { $position } of { $count })
agenda-visit-whole = Moving or cancelling concerns the whole visit. Arriving counts for all services; the rest is said of each.
agenda-visit-then = Then, in the same visit
agenda-visit-nothing = nothing else
agenda-visit-twice = A visit has each service once.
agenda-visit-class = A group appointment has a time of its own.
agenda-visit-not-together = These services are not offered at the same location.
agenda-visit-then-more = And after that

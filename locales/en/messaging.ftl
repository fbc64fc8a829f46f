# Mails. No treatment names in subjects: they show on locked screens.

mail-when = { $date }, { $time }
mail-hours = { $hours } ({ $zone })
mail-hello = Hello { $name },
mail-hello-nobody = Hello,

mail-subject-confirmation = Your appointment on { $when } is booked
mail-heading-confirmation = Your appointment is booked
mail-lead-confirmation = We look forward to seeing you. Everything you need is below, and the invitation puts it into your calendar.

mail-subject-request-received = We received your request for { $when }
mail-heading-request-received = We received your request
mail-lead-request-received = The time is kept for you while we look at it. It is not booked yet: you get another mail as soon as we have answered.

mail-subject-approved = Your appointment on { $when } is confirmed
mail-heading-approved = Your appointment is confirmed
mail-lead-approved = Good news: we can offer you the time you asked for. The invitation puts it into your calendar.

mail-subject-declined = About your request for { $when }
mail-heading-declined = We cannot offer you this time
mail-lead-declined = We are sorry: we cannot offer you the time you asked for, and it has been given back. Please choose another one.

mail-subject-change = Your appointment is now on { $when }
mail-heading-change = Your appointment has a new time
mail-lead-change = Time or place of your appointment changed. This is what is true now; the invitation moves the entry in your calendar.

mail-subject-cancellation = Your appointment on { $when } is cancelled
mail-heading-cancellation = Your appointment is cancelled
mail-lead-cancellation = This appointment does not take place, and the entry in your calendar is taken back. We are happy to see you at another time.

mail-subject-provider-request = New request for { $when }
mail-heading-provider-request = A request waits for an answer
mail-lead-provider-request = The time is blocked until somebody answers or the request expires.

mail-subject-provider-booked = New booking on { $when }
mail-heading-provider-booked = New booking
mail-lead-provider-booked = A booking was made for you.

mail-subject-provider-moved = Booking moved to { $when }
mail-heading-provider-moved = A booking has a new time
mail-lead-provider-moved = Time or place of a booking changed. This is what is true now.

mail-subject-provider-cancelled = Booking on { $when } cancelled
mail-heading-provider-cancelled = A booking was cancelled
mail-lead-provider-cancelled = This time is free again.

mail-label-when = When
mail-label-where = Where
mail-label-with = With
mail-label-service = Service
mail-label-services = Services
mail-visit-part = { $hours }: { $service }, { $provider }
mail-label-party = People
mail-label-price = Price
mail-label-reference = Reference
mail-label-client = Client
mail-label-reason = Reason

mail-note-deadline = Something came up? Please cancel at least { $notice } before the appointment, so that somebody else can have the time.
mail-note-no-reply-needed = You need not answer the invitation.

mail-action-manage = See or cancel your appointment
mail-action-manage-request = See or withdraw your request
mail-action-book = Choose another time
mail-action-agenda = Open the agenda

mail-link-hint = If the button does not work, open this address:
mail-footer-phone = Phone { $phone }
mail-why-client = You receive this mail because this address was given for an appointment with { $clinic }. If that was not you, please tell us and we remove it.
mail-why-provider = You receive this mail because you see clients at { $clinic }.

mail-entry-summary = Appointment at { $clinic }
mail-entry-summary-provider = Appointment { $reference }
mail-entry-reference = Reference: { $reference }
mail-entry-manage = See or cancel: { $url }
mail-entry-agenda = Agenda: { $url }



# The mails that stayed here (demo).
dev-mail-title = Mails
dev-mail-lead = This is a demo: mails do not leave the house, they are kept here.
dev-mail-none = No mail yet. Book a time, and the confirmation appears here.
dev-mail-reload = Look again
dev-mail-back = All mails
dev-mail-from = From
dev-mail-to = To
dev-mail-subject = Subject
dev-mail-at = Left
dev-mail-as-html = As a mail program shows it
dev-mail-as-text = As text
dev-mail-links = Links in this mail
dev-mail-invitation = The invitation
dev-mail-download = Open the invitation as a file
dev-mail-source = The mail as it travels

# The log of messages, for staff.

message-log-title = Messages
message-log-problems = Problems
message-log-due = Waiting
message-log-sent = Sent
message-log-all = All
message-log-to = To
message-log-booking = Booking
message-log-state = State
message-log-when = When
message-log-none-title = Nothing here
message-log-none = No message is in this state. A booking's page shows everything that was said about it.
message-log-waiting = The mail server cannot be reached. Messages wait and leave as soon as it answers.
message-log-stopped = The mail server has refused us since { $since }: the address, user or password in the settings is wrong. No mail leaves until somebody puts it right.

# Messages around a visit, and the clinic's own words. No treatment names in subjects: they show on locked screens.

words-subject-reminder = Reminder: your appointment on { $when }
words-heading-reminder = Your appointment is soon
words-lead-reminder = We look forward to seeing you. Here is everything you need once more.
words-subject-provider-reminder = Reminder: booking on { $when }
words-heading-provider-reminder = A booking is soon
words-lead-provider-reminder = This booking is coming up.
words-subject-thank-you = Thank you for coming to { $clinic }
words-heading-thank-you = Thank you for your visit
words-lead-thank-you = We hope that you were happy with us. If something was not as it should be, please answer this mail: we read every answer.
words-subject-missed-you = We missed you on { $when }
words-heading-missed-you = We missed you
words-lead-missed-you = Something must have come up; that happens to everybody. We are happy to find another time for you.
words-subject-come-back = It has been a while: { $clinic }
words-heading-come-back = It has been a while
words-lead-come-back = Your last visit to { $clinic } was some time ago. If you like, choose a time that suits you.
words-subject-birthday = Happy birthday from { $clinic }
words-heading-birthday = Happy birthday
words-lead-birthday = Everybody at { $clinic } wishes you a wonderful day and a good year.

words-note-until = Something came up? You can change or cancel until { $until }.
words-note-call = Something came up? Please call us: { $phone }.
words-action-book-again = Choose another time
words-action-book = Choose a time
words-unsubscribe = No more messages of this kind
words-why-marketing = You receive this mail because you agreed to messages of this kind from { $clinic }. You can end that at any time, and your appointments are not affected.

# Text messages: short, and in the small alphabet of phones.
words-sms-confirmation = { $clinic }: your appointment on { $when } is booked. See or cancel: { $manage }
words-sms-request-received = { $clinic }: we received your request for { $when } and will answer soon. { $manage }
words-sms-approved = { $clinic }: your appointment on { $when } is confirmed. See or cancel: { $manage }
words-sms-declined = { $clinic }: sorry, { $when } is not possible. Choose another time: { $book }
words-sms-change = { $clinic }: your appointment is now on { $when }. See or cancel: { $manage }
words-sms-cancellation = { $clinic }: your appointment on { $when } is cancelled. Choose another time: { $book }
words-sms-reminder = { $clinic }: reminder of your appointment on { $when }. See or cancel: { $manage }
words-sms-missed-you = { $clinic }: we missed you on { $when }. Choose another time: { $book }
words-sms-waitlist-offer = { $clinic }: a place is free on { $when }, kept for you until { $until }. Answer: { $offer }
words-sms-provider-request = { $clinic }: new request for { $when }. { $agenda }
words-sms-provider-booked = { $clinic }: booking on { $when }. { $agenda }
words-sms-provider-cancelled = { $clinic }: booking on { $when } cancelled. { $agenda }
words-sms-provider-reminder = { $clinic }: booking on { $when } is soon. { $agenda }

# What is wrong with a template.
words-line = Line { $line }: { $what }
words-wrong-empty = Please write something here.
words-wrong-too-long = This is too long: at most { $max } characters.
words-wrong-lines = The subject is one line.
words-wrong-too-big = What comes out of this text is too long for a message.
words-wrong-endless = A loop in this text does not end.
words-wrong-placeholder = There is no placeholder “{ $name }” in this message. All there are stand in the list.
words-wrong-placeholder-meant = There is no placeholder “{ $name }” in this message. Did you mean “{ $meant }”?
words-wrong-in-subject = “{ $name }” must not stand in the subject: subjects show on locked screens and must not name treatments or people.
words-wrong-filter = There is no filter “{ $name }”.
words-wrong-function = There is no function “{ $name }”.
words-wrong-statement = “{ $name }” cannot be used here: templates know if, elif, else, endif, for and endfor.
words-wrong-sign = “{ $sign }” cannot be used between the braces. Write the two beside each other instead.
words-wrong-nothing = Something is used here that does not exist.
words-wrong-syntax = This is not understood: { $detail }
words-wrong-tag = The tag “{ $name }” is not shown by mail programs, or is not safe in a mail.
words-wrong-attribute = The attribute “{ $name }” cannot stand in the tag “{ $tag }” of a mail.
words-wrong-address = “{ $address }” is no address that a mail may lead to. Links begin with https://, mailto: or tel:.
words-wrong-style = The style may not contain “{ $what }”: mail programs refuse it.
words-wrong-picture = Pictures from elsewhere are not loaded by most mail programs and tell others who reads the mail.
words-wrong-unclosed = The tag “{ $name }” is opened and never closed.
words-wrong-stray = The tag “{ $name }” is closed here and was never opened.

# What a template may speak of.
words-ph-greeting = Greeting with the first name, or without one
words-ph-name = First name of the reader; empty when it is not known
words-ph-heading = Rebook's heading for this case
words-ph-lead = Rebook's first sentence for this case
words-ph-details = The table of facts; stands alone
words-ph-buttons = The links to follow; stand alone
words-ph-notes = Notes and rules in small print; stand alone
words-ph-when = Day and time, short
words-ph-date = Day, in full
words-ph-time = Time it begins
words-ph-end-time = Time it ends
words-ph-location = Name of the location
words-ph-address = Address of the location
words-ph-provider = Who the appointment is with
words-ph-service = What was booked
words-ph-client = Name of the client
words-ph-reference = Reference of the booking
words-ph-party = How many come
words-ph-price = Price; empty when there is none
words-ph-notice = How long before it may be cancelled; empty when at any time
words-ph-deadline = Until when it may be cancelled
words-ph-policy = Your words on cancelling
words-ph-reason = Why it was declined or cancelled, as staff gave it; may be empty
words-ph-until = Until when the place is kept
words-ph-minutes = Minutes until the link expires
words-ph-count = Number of dates
words-ph-rhythm = How it repeats
words-ph-clinic = Name of the clinic
words-ph-clinic-phone = Phone number of the location or the clinic
words-ph-clinic-email = Mail address of the location or the clinic
words-ph-manage-url = Link to see or cancel the booking
words-ph-offer-url = Link to answer the offer or see the wish
words-ph-agenda-url = Link to the day in the agenda
words-ph-book-url = Link to choose a time
words-ph-portal-url = Link to the client's own area
words-ph-unsubscribe-url = Link that ends advertising; it stands in every advertisement anyway

# Facts that are made up, for a clinic without bookings.
words-sample-name = Ana
words-sample-last-name = Example
words-sample-provider = Dr. Maya Example
words-sample-service = Check-up
words-sample-rhythm = every week on Tuesday

# The pages.
words-title = Texts
words-lead = Every message in your own words. Where you have written nothing, Rebook's words are used; they change with new versions of Rebook, yours never do.
words-own = Your own templates
words-to-clients = To clients
words-to-team = To the team
words-archived = No longer used
words-new = A further template
words-new-lead = A second text for the same kind of message, for example a reminder for children. A rule says where it is used.
words-name = Name
words-kind = Message
words-channel = Channel
words-channel-mail = Mail
words-channel-sms = Text message
words-add = Add template
words-archive = Use no longer
words-restore = Use again
words-message = Message
words-languages = Languages
words-used-by = Used by
words-used-by-none = No rule
words-deeds = What can be done
words-yours = Your words
words-ours = Rebook's words
words-broken = Does not work
words-broken-somewhere = A text does not work as it stands. Until somebody puts it right, Rebook's words are sent instead.
words-done-archived = The template is no longer used. Rules that name it use the words of the message meanwhile.
words-done-restored = The template is used again.
words-done-saved = Saved. From now on messages are sent in these words.
words-done-reset = Rebook's words are used again.
words-done-added = The template is there. Write its text; a rule says where it is used.
words-too-many = There are too many templates. Take one out of use first.
words-not-by-text = This message cannot be sent as a text message.
words-name-wrong = Please give a name of at most { $max } characters.
words-rule-reminder-early = Early reminder
words-rule-reminder-late = Late reminder
words-write = Your words
words-written = Your words, saved { $at }.
words-written-by = Your words, saved by { $name }, { $at }.
words-rebooks = Rebook's words. Change what you like and save; you can always return to them.
words-is-archived = This template is no longer used.
words-stands-now = What stands there now
words-changed = Somebody else saved this text meanwhile. Below is what stands there now, and what you typed. Saving again replaces it with yours.
words-subject = Subject
words-subject-hint = Shows on locked screens: no treatments, no names.
words-body = Text
words-body-hint = A blank line begins a paragraph, # a heading, - a list. **Bold** and [a link](https://…). A link alone in its paragraph is a button.
words-sms-hint = One short text. The network cuts long ones into parts, and each is paid for.
words-html = HTML of your own
words-html-label = HTML instead of the text above
words-html-hint = Stands between head and foot of the mail. Simple tags and styles; no scripts, no pictures from elsewhere. The text above is still sent for programs that show no HTML.
words-save = Save
words-look = Show preview
words-reset = Return to Rebook's words
words-reset-title = Return to Rebook's words?
words-reset-lead = Your text is thrown away, and messages are sent in Rebook's words again. This is what would be lost:
words-reset-do = Throw my text away
words-reset-not = Keep my text
words-placeholders = Placeholders
words-placeholders-lead = They stand between double braces and are filled in for each message. Press one to put it where you are writing.
words-in-subject-too = also in the subject
words-example = now: { $value }
words-preview = Preview
words-with-booking = With booking { $reference }. Links lead nowhere here.
words-with-instead = There is no booking with that reference, so this is { $reference }. Links lead nowhere here.
words-with-made-up = With made-up facts: there is no booking yet. Links lead nowhere here.
words-reference = With the booking
words-reference-hint = Its reference; empty for the newest one that fits.
words-complaints = This cannot be saved yet; the preview shows Rebook's words.
words-complaint = { $field }: { $what }
words-narrow = As wide as a phone
words-as-text = As plain text
words-size = { $characters } characters, { $parts ->
    [one] one part
   *[other] { $parts } parts
  }.
words-size-wide = { $characters } characters, { $parts ->
    [one] one part
   *[other] { $parts } parts
  }. One of them is not in the small alphabet of phones, so that only 70 fit into a part.
words-test = Send me a test
words-test-hint = To { $address }, as typed above, saved or not.
words-test-sent = A test is on its way to { $address }.

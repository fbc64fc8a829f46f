# The rules of messages: what is said when, to whom and how.
message-rules-title = Rules
message-rules-lead = A rule says when which message leaves. Switch on what your clients should get; everything a rule sends, or does not send, is in the log.
message-rules-add = New rule
message-rules-occasion-booking = When an appointment is made
message-rules-occasion-change = When it is moved
message-rules-occasion-cancellation = When it is cancelled or declined
message-rules-occasion-before = Before the visit
message-rules-occasion-after = After the visit
message-rules-occasion-away = Clients without an appointment
message-rules-occasion-none = No rule speaks here.

message-rule-confirmation = Confirmation
message-rule-request-received = We received your request
message-rule-approved = Request approved
message-rule-declined = Request declined
message-rule-change = New time or place
message-rule-cancellation = Cancellation
message-rule-provider-request = Request, to the provider
message-rule-provider-booked = New booking, to the provider
message-rule-provider-cancelled = Cancellation, to the provider
message-rule-waitlist-offer = Place from the waitlist
message-rule-reminder-early = Early reminder
message-rule-reminder-late = Late reminder
message-rule-thank-you = Thank you, how was it?
message-rule-missed-you = We missed you
message-rule-come-back = Time for the next visit
message-rule-birthday = Happy birthday

message-rules-when-requested = When somebody asks for a time
message-rules-when-booked = When an appointment is booked
message-rules-when-approved = When a request is approved
message-rules-when-declined = When a request is declined or runs out
message-rules-when-rescheduled = When time or place of an appointment change
message-rules-when-cancelled = When an appointment is cancelled, by whomever
message-rules-when-cancelled-by-client = When the client cancels
message-rules-when-cancelled-by-clinic = When the clinic cancels
message-rules-when-before = Some time before an appointment
message-rules-when-after = Some time after a visit
message-rules-when-no-show = When a client did not come
message-rules-when-away = Some time after the last visit, when no appointment is booked
message-rules-when-birthday = On the client's birthday
message-rules-when-waitlist-offer = When a place from the waitlist is kept for somebody

message-rules-span-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
message-rules-span-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
message-rules-span-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
message-rules-span-months = { $count } months
message-rules-before-elapsed = { $span } before the appointment
message-rules-before-same-day = On the day of the appointment at { $time }
message-rules-before-day = The day before the appointment at { $time }
message-rules-before-days = { $span } before the appointment at { $time }
message-rules-after-at-once = As soon as the visit is over
message-rules-after-elapsed = { $span } after the visit
message-rules-after-same-day = On the day of the visit at { $time }
message-rules-after-days = { $span } after the visit at { $time }
message-rules-no-show-at-once = As soon as a client is marked as not come
message-rules-no-show-elapsed = { $span } after an appointment the client did not come to
message-rules-no-show-same-day = On the day of an appointment the client did not come to at { $time }
message-rules-no-show-days = { $span } after an appointment the client did not come to at { $time }
message-rules-away-elapsed = { $span } after the last visit, when no appointment is booked
message-rules-away-days = { $span } after the last visit at { $time }, when no appointment is booked
message-rules-birthday-at = On the client's birthday at { $time }
message-rules-way-mail-client = by mail to the client
message-rules-way-mail-provider = by mail to the provider
message-rules-way-mail-clinic = by mail to the clinic
message-rules-way-sms-client = by text message to the client
message-rules-way-sms = by text message
message-rules-way-call = as a call to the program “{ $name }”
message-rules-sentence = { $when }, { $way }

message-rules-condition-first = First visit
message-rules-condition-returning = Returning clients
message-rules-condition-gone = no longer there
message-rules-condition-tags = Tag: { $tags }
message-rules-condition-sources = Source: { $sources }
message-rules-consent-recall = Reminders that a visit is due
message-rules-consent-news = News and offers
message-rules-consent-surveys = Questions about the visit

message-rules-on = On
message-rules-off = Off
message-rules-advertising = Advertising: { $consent }
message-rules-own = Own rule
message-rules-waiting = { $count ->
    [0] none waiting
    [one] 1 waiting
   *[other] { $count } waiting
}
message-rules-sent = { $count ->
    [0] none sent in 30 days
    [one] 1 sent in 30 days
   *[other] { $count } sent in 30 days
}
message-rules-switch-on = Switch on
message-rules-switch-on-of = Switch on: { $name }
message-rules-switch-off = Switch off
message-rules-switch-off-of = Switch off: { $name }
message-rules-edit = Edit
message-rules-edit-of = Edit: { $name }
message-rules-words = Text
message-rules-words-of = Text of: { $name }
message-rules-archived = Put away
message-rules-restore = Bring back
message-rules-back = All rules

message-rules-done-saved = Saved.
message-rules-done-saved-waiting = { $count ->
    [one] Saved. 1 waiting message follows within a minute.
   *[other] Saved. { $count } waiting messages follow within a minute.
}
message-rules-done-added = Added, and still off. Read its text, then switch it on.
message-rules-done-on = Switched on. What is due from now on is sent.
message-rules-done-off = Switched off. Nothing of it waited.
message-rules-done-off-waiting = { $count ->
    [one] Switched off. 1 waiting message is taken back within a minute.
   *[other] Switched off. { $count } waiting messages are taken back within a minute.
}
message-rules-done-archived = Put away. What it sent stays in the log.
message-rules-done-restored = Brought back, and off.
message-rules-done-stopped = Saved, and switched off: the rule would now reach other people. Look at the number, then switch it on again.
message-rules-not-changed = Somebody else changed this rule a moment ago. This is how it stands now.
message-rules-not-built-in = This rule comes with Rebook. Switch it off if you do not want it.
message-rules-not-archived = This rule was put away. Bring it back first.
message-rules-not-many = You have { $max } rules of your own. Put some away first.
message-rules-not-like-this = This rule cannot be switched on as it stands: { $why }

message-rules-new-title = New rule
message-rules-new-lead = What should make the message leave?
message-rules-copy = Copy
message-rules-copy-title = Copy this rule
message-rules-copy-lead = The copy is a rule of your own, with another name, and off at first.
message-rules-copy-name = { $name } (copy)
message-rules-edit-title = Rule: { $name }
message-rules-contested = Somebody else saved this rule meanwhile. What you typed is kept; look through it and save again if it should hold.
message-rules-field-name = Name
message-rules-field-name-hint = For you and your team; clients do not see it.
message-rules-field-when = When
message-rules-field-elapsed-before = So long before
message-rules-field-elapsed-after = So long after
message-rules-field-amount = How long
message-rules-field-unit = Unit
message-rules-unit-minutes = minutes
message-rules-unit-hours = hours
message-rules-unit-days = days
message-rules-field-days-before = Days before, at a time of day
message-rules-field-days-after = Days after, at a time of day
message-rules-field-days = Days
message-rules-field-at = At
message-rules-field-at-hint = On the clock of the location, whatever the season.
message-rules-field-days-hint = 1 is the day before, 0 the day of the appointment itself.
message-rules-field-days-after-hint = 0 is the day of the visit itself.
message-rules-field-grace-hint = Booked so late that the moment has passed: the reminder is still sent while it helps.
message-rules-field-to = To whom and how
message-rules-field-audience = To
message-rules-audience-client = The client
message-rules-audience-provider = The provider
message-rules-audience-clinic = The clinic
message-rules-audience-endpoint = Another program
message-rules-field-channel = How
message-rules-channel-mail = Mail
message-rules-channel-sms = Text message
message-rules-channel-webhook = Call to a program
message-rules-no-gateway = Text messages need a gateway, which is not set up.
message-rules-no-endpoint = To call another program, name it first.
message-rules-set-up = Set it up under Channels
message-rules-field-endpoint = Program
message-rules-endpoint-choose = Choose
message-rules-field-template = Text
message-rules-field-template-hint = Own texts are written under Texts.
message-rules-template-usual = The usual text of this message
message-rules-template-own = { $name } ({ $kind }, { $channel })
message-rules-field-purpose = Why
message-rules-purpose-transactional = It belongs to the appointment
message-rules-purpose-transactional-hint = Sent without asking, also in quiet hours.
message-rules-purpose-marketing = It is advertising
message-rules-purpose-marketing-hint = Only to clients who agreed, never in quiet hours, with a link to unsubscribe.
message-rules-purpose-law = A question how it was, an invitation to come again and birthday wishes are advertising under European and German law, however kind they are. They go only to clients who have agreed.
message-rules-field-consent = Clients must have agreed to
message-rules-consent-choose = Choose
message-rules-fixed = What this rule is for, to whom and how is set by Rebook. Copy it to make a variant of your own.
message-rules-field-conditions = Only when
message-rules-field-conditions-hint = Nothing ticked means: always. Several ticks in one list mean: any of them.
message-rules-field-acquaintance = Whose appointment
message-rules-acquaintance-anybody = Everybody's
message-rules-acquaintance-first = First visit
message-rules-acquaintance-returning = Returning clients
message-rules-field-services = Services
message-rules-field-categories = Categories
message-rules-field-providers = Providers
message-rules-field-locations = Locations
message-rules-field-languages = Languages
message-rules-field-tags = Tags of the client
message-rules-field-tags-hint = Separated by commas. In use: { $words }
message-rules-field-tags-none = Separated by commas. No client has a tag yet.
message-rules-field-sources = Where the booking came from
message-rules-field-sources-hint = Separated by commas. In use: { $words }
message-rules-field-sources-none = Separated by commas. No booking names a source yet.
message-rules-field-priority = Rank
message-rules-field-priority-hint = 0 to 100. When a client had enough messages in a week, the one with the higher rank goes first.
message-rules-save = Save
message-rules-cancel = Cancel
message-rules-archive = Put away
message-rules-archive-title = Put this rule away
message-rules-archive-lead = It speaks no more; what it sent stays in the log. It can be brought back.
message-rules-wrong-number = A whole number from { $min } to { $max }, please.
message-rules-wrong-time = A time of day, please, like 17:00.

message-rules-flaw-name-long = At most { $max } characters, please.
message-rules-flaw-nothing = There is no message about this to them.
message-rules-flaw-near = At least { $span }, please.
message-rules-flaw-far = At most { $span }, please.
message-rules-flaw-at-once = This message leaves at once.
message-rules-flaw-time = Please say at what time of day.
message-rules-flaw-gateway = Text messages need a gateway, which is not set up.
message-rules-flaw-sms-others = Text messages go to clients only.
message-rules-flaw-endpoint = Please choose a program that is switched on.
message-rules-flaw-words = This text says something else, or is written for another way. Please choose another one.
message-rules-flaw-advertising = This is advertising under European and German law: it needs the client's agreement.
message-rules-flaw-advertising-others = Advertising goes to clients only.
message-rules-flaw-consent = Please choose what clients must have agreed to.
message-rules-flaw-many = At most { $max } words of up to 60 characters, please.
message-rules-flaw-priority = A number from 0 to 100, please.

message-rules-mass-title = Switch on: { $name }
message-rules-mass-lead = This rule speaks to clients as such, so it may reach many at once. Look at the numbers before you switch it on.
message-rules-mass-people = { $count ->
    [0] It concerns nobody at this moment.
    [one] It concerns 1 client at this moment.
   *[other] It concerns { $count } clients at this moment.
}
message-rules-mass-label-people = Clients it concerns now
message-rules-mass-label-refused = Of them without agreement: they get nothing
message-rules-mass-label-told = Of them get a message
message-rules-mass-label-cap = At most in a day
message-rules-mass-days = { $count ->
    [0] Nobody gets a message now. The rule waits for clients who agree.
    [one] All of them are reached within a day.
   *[other] With this limit it takes about { $count } days to reach all of them.
}
message-rules-mass-later = From then on the rule speaks to each client once, when the moment comes.
message-rules-mass-confirm = { $count ->
    [0] Switch on
    [one] Switch on for 1 client
   *[other] Switch on for { $count } clients
}
message-rules-mass-grown = Meanwhile the rule concerns more people than you had agreed to. Please look at the number again.
message-rules-mass-settings = Change the daily limit

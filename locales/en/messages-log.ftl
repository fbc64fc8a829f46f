# The parts of the pages of messages.
message-section-log = Log
message-section-rules = Rules
message-section-texts = Texts
message-section-channels = Channels
message-section-settings = Settings

# The log: filters and lines.
message-log-of-client = Messages to this client
message-log-left = Not sent
message-log-bounced = Came back
message-log-to-clinic = The clinic
message-log-to-mailbox = A mailbox
message-log-many = { $count }+
message-log-any = Any
message-log-filter = Filter
message-log-client = Client
message-log-rule = Rule
message-log-from = From
message-log-until = Until
message-log-find = Show
message-log-clear = Clear
message-log-newest = Newest
message-log-older = Older
message-log-none-filtered = No message fits this filter.

# One message, from the rule to the mailbox.
message-page-log = All messages
message-page-back = The message
message-page-way = Its way
message-page-facts = To whom and why
message-page-deeds = What you can do
message-page-nothing-to-do = Nothing: the message is on its way by itself.
message-page-text = What it says
message-page-html = The message as a mail program shows it
message-page-plain = As plain text
message-page-masked = Links that open something are hidden here.
message-page-no-text = The text is made when the message leaves, so that it says what is true then.
message-page-step-rule = Rule: { $name }
message-page-step-no-rule = No rule
message-page-step-no-rule-detail = It was told at once by what happened.
message-page-open-rule = Open the rule
message-page-open-message = Open that message
message-page-step-planned = Planned
message-page-step-by-hand = Sent again by hand
message-page-step-due = Due
message-page-due-at-once = At once
message-page-due-retry = The next attempt, because the last one failed
message-page-due-visit = { $when }, which is on { $start }
message-page-step-attempt = Attempt: { $outcome }
message-page-attempt-taken = taken
message-page-attempt-later = please come back later
message-page-attempt-refused = refused
message-page-attempt-unreachable = nobody answered
message-page-attempt-silent = no answer after the text was given
message-page-attempt-bounced = the letter came back
message-page-attempt-delayed = still on its way
message-page-attempt-unwelcome = our sign-in or sender was refused
message-page-code = Answer { $code }
message-page-reference = There it is called { $reference }
message-page-step-handed = Given to the server
message-page-step-sent-mail = Sent: the mail server took it
message-page-step-sent-sms = Sent: the gateway took it
message-page-step-sent-call = Called: the program took it
message-page-step-dead = Given up
message-page-step-skipped = Not sent
message-page-step-cancelled = Taken back, because it was not needed any more
message-page-step-uncertain = Perhaps arrived, perhaps not
message-page-step-retry = Will be tried again
message-page-step-carried = It shared the letter of another message
message-page-step-carries = Its letter also said this message
message-page-step-bounced = The mail came back
message-page-bounce-status = The report says { $status }
message-page-step-settled = Somebody has seen to it
message-page-again = Send again
message-page-now = Send now
message-page-again-title = Send this message again?
message-page-again-lead = It is written anew with what is true now, and leaves at once. The log keeps both.
message-page-again-bounced = Mail to this client came back on { $when }. Correct the address first.
message-page-done-again = It leaves now.
message-page-not-by-hand = Only messages about one appointment can be sent again by hand.
message-page-not-advertising = Advertising is sent once and not again.
message-page-not-under-way = It is still under way by itself.
message-page-not-true = What it says is not true any more, so it cannot be sent again.
message-page-not-address = There is no address. Add one first, then send it.
message-page-not-often = It was sent again { $max } times. Please call instead.

# What did not go out.
message-unsent-title = What did not go out
message-unsent-about = Messages that did not arrive: given up, come back, or nobody to write to.
message-unsent-lead = Messages of the last { $days } days that did not arrive, with what to do.
message-unsent-none-title = Everything went out
message-unsent-none = No message failed lately, or somebody has seen to all of them.
message-unsent-open = See the message
message-unsent-settle = Seen to
message-unsent-settled = Taken off the list.
message-unsent-do-correct = The address seems to be wrong: ask for the right one, correct it, and send the message again.
message-unsent-do-add = There is no address: call, or ask for one.
message-unsent-do-channel = The way it should travel is not set up: call, and tell whoever runs the clinic.
message-unsent-do-ask = It may have arrived: ask whether it did before you send it again.
message-unsent-do-call = It could not be delivered in time: call if it matters still.
message-unsent-do-team = A colleague was not told: pass it on, and look at the address under Catalogue.
message-unsent-off-title = Not sent because a rule is off
message-unsent-off = That may be just what you want.
message-unsent-off-count = { $count ->
    [one] 1 message
   *[other] { $count } messages
}

# Recalls: who is due again.
recall-audit-type = Recall type
recall-audit-recall = Recall of a client

# Intervals and reasons
recall-every-months = { $months ->
    [one] after 1 month
   *[other] after { $months } months
}
recall-every-days = { $days ->
    [one] after 1 day
   *[other] after { $days } days
}
recall-every-both = { $months ->
    [one] after 1 month
   *[other] after { $months } months
} and { $days ->
    [one] 1 day
   *[other] { $days } days
}
recall-every-rhythm = in the client’s own rhythm
recall-every-own = This client is due { $every }.
recall-every-type = Due { $every }, as for everybody.
recall-why-declined = Wants no reminders
recall-why-elsewhere = Goes elsewhere
recall-why-not-needed = No longer needed
recall-why-other = Another reason

# The mail
recall-message-kind = Recall
recall-mail-subject = Your next visit to { $clinic }
recall-mail-heading = Time for the next visit
recall-mail-lead-before = { $count ->
    [one] Your next visit is due soon. Choose a time with one click, without signing in.
   *[other] The next visits are due soon. Choose the times with one click each, without signing in.
}
recall-mail-lead-after = { $count ->
    [one] Your next visit is due and not yet booked. Choose a time with one click, without signing in.
   *[other] The next visits are due and not yet booked. Choose the times with one click each, without signing in.
}
recall-mail-action = Choose a time
recall-mail-action-for = { $name }: { $what }
recall-mail-action-what = Choose a time: { $what }
recall-mail-label = Due
recall-mail-due-on = due on { $date }
recall-mail-due-since = due since { $date }
recall-mail-with = last time with { $provider }
recall-mail-note = Does it not suit you now? The same page puts the reminder off or ends it.
recall-sms = { $clinic }: your next visit is due. Choose a time: { $book }

# Rules of messages
recall-rules-occasion = When somebody is due again
recall-rules-when-before = Some days before a visit is due again
recall-rules-when-after = On the day it is due again, or days after
recall-rules-before-days = { $span } before a visit is due again, at { $time }
recall-rules-on-the-day = On the day a visit is due again, at { $time }
recall-rules-after-days = { $span } after a visit was due, at { $time }
recall-rules-field-before = Days before the date, at
recall-rules-field-after = Days after the date, at
recall-rules-field-hint = 0 is the day itself; the last rule whose day has come has its turn.
recall-rule-before = Recall: soon due
recall-rule-due = Recall: due today
recall-rule-after = Recall: still not booked
recall-rule-last = Recall: last reminder

# The page behind the link
recall-link-title = Book your next visit
recall-link-title-booked = Your visit is booked
recall-link-title-paused = We remind you later
recall-link-title-off = No more reminders
recall-link-title-not-due = Nothing is due at the moment
recall-link-unknown-title = This link no longer works
recall-link-unknown = It was cut off, or replaced by a newer one. Open the link in our latest mail, or book on our page.
recall-link-hello = Hello { $name },
recall-link-due-on = { $what } is due on { $day }.
recall-link-due-since = { $what } has been due since { $day }.
recall-link-booked = A visit of this kind is booked for { $when }. There is nothing more to do.
recall-link-paused = You are not reminded before { $day }. You can book at any time.
recall-link-off = You are not reminded of this kind of visit any more. You can book at any time.
recall-link-not-due = This visit is not due at the moment, or cannot be booked online. If you would like to come anyway, choose a time yourself.
recall-link-what = What
recall-link-usual = Last time with
recall-link-zone = Times in
recall-link-fitting = Times that fit
recall-link-others = Other times
recall-link-press = Press a time to book it.
recall-link-none = Nothing is free in these weeks. Look at other times, or call us.
recall-link-none-then = Nothing is free in these weeks.
recall-link-other-times = Other times
recall-link-later-times = Later times
recall-link-back = Back to the first times
recall-link-to-booking = See or change it
recall-link-book-anyway = Book a visit
recall-link-not-now = Not now?
recall-link-later = Remind me in a month
recall-link-stop = No more reminders for this
recall-link-stop-hint = You can book at any time, whatever you choose here.
recall-link-again = Changed your mind?
recall-link-resume = Remind me again
recall-link-choose = Choose one of the times.
recall-link-taken = This time was just taken, or can no longer be booked. Here are the times that are free now.
recall-link-done-later = Noted. We will get back to you in a month.
recall-link-done-stopped = Noted. You get no more reminders for this.
recall-link-done-resumed = Noted. We will remind you.

# The worklist
recall-list = Due again
recall-list-about = Due for a recall, and nothing of that kind is booked
recall-list-none-title = Nobody is due
recall-list-none = Everybody who is due has a visit booked, was reminded a moment ago, or was put off.
recall-row-overdue = Overdue since { $day }
recall-row-due = Due on { $day }
recall-row-change = Change
recall-row-last = Reminded on { $day }
recall-row-next = Next reminder on { $day }
recall-row-no-next = No further reminder
recall-row-ladder-off = No reminders: the rules for recalls are off
recall-row-no-address = No reminder: no mail address
recall-row-no-consent = No reminder: has not agreed to be reminded
recall-row-held = Last reminder was not sent: { $why }
recall-row-pause = Pause or end
recall-row-pause-name = Pause or end the recall of { $name }
recall-row-pause-for = Do not remind for
recall-row-no-more = No more reminders, because
recall-pause-month = 1 month
recall-pause-quarter = 3 months
recall-pause-half = 6 months

# One recall
recall-title = { $what }: { $name }
recall-standing-booked = booked
recall-standing-overdue = overdue
recall-standing-due = due
recall-standing-ahead = not yet due
recall-standing-disabled = off
recall-standing-paused = paused
recall-standing-undated = no date
recall-about-booked = booked for { $when }
recall-about-paused = paused until { $day }
recall-about-disabled = off since { $day }: { $why }
recall-about-by-hand = due on { $day }, set by hand
recall-about-due = due on { $day }
recall-about-undated = no date yet: there are not enough visits
recall-about-last = last visit { $day }
recall-done = Saved.
recall-contested = Somebody else changed this in the meantime. Here is how it stands now.
recall-wrong-day = Choose a day within the next five years; a date that has passed may lie a year back, a pause only ahead.
recall-wrong-note = Say in words why, in at most { $max } characters.
recall-no-day = Enter a day.
recall-wrong-interval = Enter up to 60 months and up to 365 days.
recall-wrong-number = Enter a whole number from 0 to { $max }.
recall-to-booking = To the booking
recall-back = Back
recall-due-title = Date
recall-due-hint = A date set by hand holds until the next visit of this kind.
recall-due-day = Due on
recall-due-set = Set the date
recall-due-unset = Count from the last visit
recall-pause-title = Pause
recall-pause-hint = No reminders, and not on the list, before this day.
recall-pause-until = Until
recall-pause = Pause
recall-unpause = End the pause
recall-every-title = Interval
recall-every-hint = For this client alone. Leave both empty to count as for everybody.
recall-months = Months
recall-days = Days
recall-every-save = Save the interval
recall-off-title = Reminders
recall-off-hint = No more reminders of this kind; the client is not on the list any more.
recall-off-is = This client is not reminded of this kind of visit.
recall-off-reason = Reason
recall-off-note = In words
recall-disable = No more reminders
recall-enable = Remind again

# On the client’s page and in the client’s own area
recall-section = Due again
recall-section-none = Nothing is due: there was no visit that makes it so.
recall-change = Change
recall-change-what = Change { $what }
recall-add = Set a date
recall-add-what = What
recall-portal = Next visits
recall-portal-due = due on { $day }

# Types in the catalogue
recall-types = Recalls
recall-types-lead = What brings a client back, and when. After such a visit the date is set by itself; reminders follow the rules for messages.
recall-types-ladder = Rules for reminders
recall-types-none-title = No recalls yet
recall-types-none = Say after which services somebody comes back, and after how long. Dates for past visits appear at once.
recall-types-card = What brings clients back, and when
recall-types-count = { $count ->
    [one] 1 recall
   *[other] { $count } recalls
}
recall-types-archived = Out of use
recall-type-new = New recall
recall-type-what = What is due
recall-type-name = Name
recall-type-name-hint = Clients read it in reminders: “Check-up”.
recall-type-same-name = Another recall has this name.
recall-type-name-long = Use at most { $max } characters.
recall-type-many = { $max } recalls are enough. Change one of them.
recall-type-every = When
recall-type-books = The link books
recall-type-books-hint = The service that a reminder offers.
recall-type-required = Care requires it
recall-type-required-short = required
recall-type-required-hint = Everybody who is due is reminded; nobody is left out to measure an effect.
recall-type-when = When it is due
recall-type-how = Counted from the last visit
recall-type-interval = after a fixed time
recall-type-rhythm = in the client’s own rhythm
recall-type-rhythm-hint = The own rhythm is the middle of the gaps between visits, from four visits on; before, there is no date.
recall-type-triggers = After these services
recall-type-triggers-hint = Each of them begins the time anew, and counts as done when it is booked.
recall-type-no-trigger = Choose at least one service.
recall-type-ladder = Reminders
recall-type-reminders = Reminders of one date at most
recall-type-reminders-hint = 0 sends none; the desk still sees who is due.
recall-type-anew = When you save, the dates of all clients are computed anew. Dates set by hand stay.
recall-type-end = Out of use
recall-type-end-hint = Nobody is reminded any more, and the dates rest. You can bring it back at any time.
recall-type-archive = Take out of use
recall-type-restore = Bring back
recall-type-done-saved = Saved. All dates are up to date.
recall-type-done-archived = Taken out of use.
recall-type-done-restored = In use again. All dates are up to date.
recall-service-gone = a service that is out of use

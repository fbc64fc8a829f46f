# Worklists: whom to call, and what has to be looked at.

worklists-all-clear = Everything is done. Nobody waits for you.
worklists-lists = Lists
worklists-to-hub = To all worklists
worklists-confirmations = Confirm by phone
worklists-confirmations-about = Booked for the next working day and not confirmed yet. Call, and the appointment is kept or given to somebody else in time.
worklists-confirmations-none-title = Everybody is confirmed
worklists-confirmations-none = Nobody has to be called about the next working day.
worklists-unscheduled = Nothing booked
worklists-unscheduled-about = Cancelled, missed or due again, and nothing to come. Whoever has booked since is not here.
worklists-unscheduled-none-title = Everybody has a next appointment
worklists-unscheduled-none = Nobody cancelled, missed or is due without having booked again.
worklists-waitlist = Waitlist, time free
worklists-waitlist-about = On the waitlist without an offer, while a time they asked for is free.
worklists-waitlist-none-title = No free time that somebody waits for
worklists-waitlist-none = As soon as a time comes free that somebody asked for, it stands here.
worklists-short-notice = Short notice
worklists-short-notice-about = Called off for today or tomorrow and still free, with those who asked to be called at short notice.
worklists-short-notice-none-title = No holes today or tomorrow
worklists-short-notice-none = When somebody cancels at short notice, the time stands here with those who could take it.
worklists-duplicates = Possibly the same person
worklists-duplicates-about = Clients who share a name, a phone number or a mail address. Merge them, or say that they are different people.

worklists-today-at = Today, { $time }
worklists-yesterday-at = Yesterday, { $time }
worklists-tomorrow-at = Tomorrow, { $time }
worklists-service-with = { $service } with { $provider }
worklists-no-phone = No phone number
worklists-why-missed = Did not come on { $day }
worklists-why-called-off = Cancelled at the desk on { $day }
worklists-why-cancelled = Cancelled on { $day }
worklists-why-due = Due on { $day }
worklists-waits-since = On the waitlist since { $day }
worklists-hole-when = { $when }, { $duration }
worklists-hole-freed = free since: { $when }
worklists-hole-nobody = Nobody on the waitlist asked to be called for this time.

worklists-confirm = Confirmed
worklists-confirm-name = { $name } comes
worklists-open = Open
worklists-book = Book
worklists-book-hole = Book into it
worklists-book-somebody = Book somebody
worklists-offer = Offer by mail
worklists-call = Log a call
worklists-call-name = Log a call to { $name }
worklists-note = Note
worklists-outcome-reached = Reached
worklists-outcome-no-answer = No answer
worklists-outcome-message-left = Message left
worklists-outcome-wrong-number = Wrong number
worklists-outcome-missing = Please choose what came of the call.
worklists-note-too-long = Please use at most { $characters } characters for the note.
worklists-tried = { $count ->
    [one] Called once: { $when }, { $who } ({ $outcome })
   *[other] Called { $count } times, last: { $when }, { $who } ({ $outcome })
}
worklists-later = Later
worklists-later-name = Put { $name } off
worklists-until-tomorrow = Tomorrow
worklists-until-three-days = In 3 days
worklists-until-next-week = Next week
worklists-until-day = Until a date
worklists-put-off = Put off
worklists-settled = Done for good
worklists-day-wrong = Please choose a day to come, within a year.
worklists-undo = Undo
worklists-done-called = The call is written down.
worklists-done-confirmed = Confirmed.
worklists-done-later = Put off.
worklists-done-settled = Taken off the list.
worklists-done-back = Back on the list.
worklists-confirm-changed = This booking has changed meanwhile, or is no longer a firm booking. The list shows how it stands now.
worklists-cut = { $shown } of { $total } are shown. The others follow as these are settled.
worklists-keys = Arrow keys go from row to row, Tab to what can be done.

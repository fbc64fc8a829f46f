# Appointments that repeat: the rule as people say it, pages and mails.

recurrence-daily = { $interval ->
    [1] Every day
    [2] Every second day
   *[other] Every { $interval } days
}
recurrence-weekly = { $interval ->
    [1] Every { $day }
    [2] Every second { $day }
    [3] Every third { $day }
   *[other] Every { $interval } weeks on { $day }
}
recurrence-weekly-days = { $interval ->
    [1] Every { $days }
   *[other] Every { $interval } weeks on { $days }
}
recurrence-monthly-on = { $interval ->
    [1] Every month on day { $day }
   *[other] Every { $interval } months on day { $day }
}
recurrence-monthly-last-day = { $interval ->
    [1] On the last day of every month
   *[other] Every { $interval } months on the last day
}
recurrence-monthly-nth = { $interval ->
    [1] On the { $nth } { $day } of every month
   *[other] Every { $interval } months on the { $nth } { $day }
}
recurrence-first = first
recurrence-second = second
recurrence-third = third
recurrence-fourth = fourth
recurrence-fifth = fifth
recurrence-last = last
recurrence-list = { $first } and { $last }
recurrence-at = { $rule } at { $time }
recurrence-times = { $rule }, { $count ->
    [one] once
   *[other] { $count } times
}
recurrence-until = { $rule }, until { $date }
recurrence-open = { $rule }, without an end

recurrence-mail-subject-booked = Your repeating appointment is booked: { $count } dates
recurrence-mail-heading-booked = Your repeating appointment is booked
recurrence-mail-lead-booked = All dates are listed below, and the invitation puts them into your calendar as one entry.
recurrence-mail-subject-changed = Your repeating appointment has changed
recurrence-mail-heading-changed = Your repeating appointment has changed
recurrence-mail-lead-changed = This is what is true now; the invitation brings the entry in your calendar up to date.
recurrence-mail-subject-cancelled = Your repeating appointment is cancelled
recurrence-mail-heading-cancelled = Your repeating appointment is cancelled
recurrence-mail-lead-cancelled = None of the dates still to come takes place. The entry in your calendar is brought up to date. We are happy to see you at another time.
recurrence-mail-subject-gaps = We could not book every date of your repeating appointment
recurrence-mail-heading-gaps = Some dates could not be booked
recurrence-mail-lead-gaps = Your repeating appointment goes on, but the dates named first could not be booked. We look for another time and get in touch; everything else stays as it is.
recurrence-mail-subject-gaps-desk = A repeating appointment has dates that could not be booked
recurrence-mail-heading-gaps-desk = Dates that could not be booked
recurrence-mail-lead-gaps-desk = These dates came within reach and were not free. They wait on the worklist until somebody books another time or leaves them out.
recurrence-mail-subject-provider = Repeating appointment: { $count } dates with you
recurrence-mail-subject-provider-none = Repeating appointment: no dates with you any more
recurrence-mail-heading-provider = Repeating appointment
recurrence-mail-lead-provider = This is what is true now of a repeating appointment with you.
recurrence-mail-label-rule = Repeats
recurrence-mail-label-dates = Dates
recurrence-mail-label-gaps = Not booked
recurrence-mail-date = { $date }, { $hours }
recurrence-mail-note-open = Further dates are booked by themselves as they come within reach.
recurrence-mail-note-deadline = Something came up? Please move or cancel a date at least { $notice } before, so that somebody else can have the time.
recurrence-mail-action-manage = See or change your dates
recurrence-mail-action-worklist = Open the worklist

recurrence-repeat-link = Repeat this appointment: weekly, monthly or as you need it
recurrence-title = Repeat the appointment
recurrence-rule-title = How often?
recurrence-every = How often
recurrence-every-day = Every day
recurrence-every-week = Every week
recurrence-every-month-on = Every month on day { $day }
recurrence-every-month-nth = Every month on the { $nth } { $day }
recurrence-every-month-last-day = Every month on the last day
recurrence-interval = Interval
recurrence-interval-hint = 1 is every time, 2 is every second time
recurrence-days = On these weekdays
recurrence-days-hint = For weekly appointments only.
recurrence-ends = Until when
recurrence-ends-count = After a number
recurrence-ends-until = Until a day
recurrence-ends-never = Without an end
recurrence-number = Number of dates
recurrence-until-day = Last day
recurrence-conflict = Dates that are not free
recurrence-conflict-refuse = I decide for each
recurrence-conflict-skip = Leave them out
recurrence-conflict-nearest = Take the nearest free time
recurrence-conflict-append = Leave them out and add dates at the end
recurrence-show = Show the dates
recurrence-wrong-interval = The interval must be between 1 and 99.
recurrence-wrong-count = Please give a number of dates between 1 and 366.
recurrence-wrong-until = Please give a day.
recurrence-wrong-until-before = The last day is before the first date.
recurrence-wrong-day = The first date is not on one of these days. Please include its weekday.
recurrence-wrong-rule = Such a repetition is not possible.
recurrence-wrong-time = Please give a time, as in 09:30.
recurrence-wrong-party = So many people do not fit this service.
recurrence-past = This time has passed.
recurrence-not-offered = This service cannot be repeated online. Please call us.
recurrence-unknown-location = This service is not offered there.
recurrence-unknown-provider = This service is not offered there with this person.
recurrence-archived = This service or place is not offered any more.
recurrence-same-time = It is at this time already.
recurrence-anyone = Anyone
recurrence-would-book = { $count ->
    [0] No date would be booked.
    [one] One date would be booked.
   *[other] { $count } dates would be booked.
}
recurrence-would-wait = { $count ->
    [one] One date waits for your decision.
   *[other] { $count } dates wait for your decision.
}
recurrence-would-move = { $count ->
    [one] One date would move.
   *[other] { $count } dates would move.
}
recurrence-column-date = Date
recurrence-column-state = State
recurrence-column-decision = Decision
recurrence-column-before = Now
recurrence-column-after = Then
recurrence-column-with = With
recurrence-state-free = Free
recurrence-state-taken = Taken
recurrence-state-closed = Closed
recurrence-state-does-not-exist = Does not exist
recurrence-state-too-soon = Too soon
recurrence-state-too-far = Booked later
recurrence-added = Added at the end
recurrence-later = Booked by itself as it comes within reach
recurrence-option-keep = Book at { $time }
recurrence-option-choose = Please choose
recurrence-option-time = At { $time }
recurrence-option-day = On { $date } at { $time }
recurrence-option-out = Leave out
recurrence-check = Check again
recurrence-your-details = Your details
recurrence-book-all = Book all dates
recurrence-all-or-none = All dates are booked together, or none.
recurrence-undecided = Please decide for every date that is not free.
recurrence-conflict-notice = Somebody was faster: a date is not free any more. Nothing was booked; please look at the dates again.
recurrence-form-sent = This form was sent before with something else in it. Please begin again.

recurrence-one-of = One date of a repeating appointment: see all dates
recurrence-unknown-title = This link opens nothing
recurrence-manage-title = Your repeating appointment
recurrence-done-title = Your dates are booked
recurrence-done-changed = The dates have changed.
recurrence-done-cancelled = The dates are cancelled.
recurrence-mailed = A mail with all dates and one calendar entry is on its way, if we have your address.
recurrence-count = { $count ->
    [0] No date still to come
    [one] One date still to come
   *[other] { $count } dates still to come
}
recurrence-goes-on = Further dates are booked by themselves as they come within reach.
recurrence-continued = From a later date on, these appointments go on in another series.
recurrence-continued-link = Show it
recurrence-moved-from = moved from { $when }
recurrence-date-left-out = Left out
recurrence-date-unbookable = Could not be booked
recurrence-past-title = Earlier dates
recurrence-to-come-title = Dates
recurrence-none-to-come = Nothing is still to come.
recurrence-date-open-hint = To move or cancel one date only, open it.
recurrence-change-title = Move all or the following dates
recurrence-change-hint = Give the new day and time of the first date; the others follow in the same rhythm. Dates you moved yourself stay where they are.
recurrence-from-label = Which dates
recurrence-from-all = All dates still to come
recurrence-from = From { $date } on
recurrence-new-date = New day of the first of them
recurrence-new-time = New time
recurrence-preview = Look at the dates
recurrence-cancel-title = Cancel all or the following dates
recurrence-cancel-look = Look at what would be cancelled
recurrence-confirm-change = Move these dates?
recurrence-confirm-change-send = Move the dates
recurrence-confirm-cancel = Cancel these dates?
recurrence-confirm-cancel-send = Cancel the dates
recurrence-confirm-nothing = None of these dates can be cancelled.
recurrence-kept-title = These stay
recurrence-kept = { $date }: { $why }
recurrence-kept-moved = Stays: it was moved by itself.
recurrence-kept-late = Stays: it could be moved until { $deadline }.
recurrence-kept-often = Stays: it was moved as often as possible.
recurrence-kept-not-movable = Stays: it cannot be moved any more.
recurrence-cancel-late = could be cancelled until { $deadline }; please call us
recurrence-cancel-started = cannot be cancelled any more
recurrence-nothing-left = Nothing of it is still to come.
recurrence-changed-meanwhile = Somebody changed it meanwhile. Please look again.
recurrence-back = Back
recurrence-reason = Why

recurrence-desk-title = Series { $reference }
recurrence-desk-repeat = Repeat this appointment
recurrence-desk-part = Part of a series
recurrence-worklist = Repeating appointments
recurrence-worklist-about = Dates that came within reach and could not be booked.
recurrence-worklist-title = Dates that could not be booked
recurrence-worklist-lead = These dates of repeating appointments came within reach and were not free. Book another time, or leave them out.
recurrence-worklist-none = Nothing waits here.
recurrence-worklist-none-text = Dates of repeating appointments that cannot be booked appear here.
recurrence-gap-other-time = Another time
recurrence-gap-book = Book this time
recurrence-gap-leave-out = Leave out
recurrence-gap-no-time = No free time near.
recurrence-gap-booked = The date is booked at another time, and the client is told.
recurrence-gap-left-out = The date is left out, and the client is told.
recurrence-gap-settled = Somebody settled this date before.

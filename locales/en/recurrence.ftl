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

move-title = Choose another time
move-back = Back to your appointment
move-now = Your appointment now
move-kept = It stays yours until you confirm a new time.
move-with-at = { $provider } · { $place }
move-until = You can move it here until { $deadline }. { $count ->
    [one] One move is left.
   *[other] { $count } moves are left.
}
move-until-start = You can move it here until it starts. { $count ->
    [one] One move is left.
   *[other] { $count } moves are left.
}
move-open = Move to another time
move-done = Your appointment has moved. We have sent you the new time.
move-done-unmailed = Your appointment has moved.

move-confirm-title = Move your appointment?
move-from = From
move-to = To
move-reason = Why? It helps us to plan better
move-send = Move the appointment
move-other = Choose another time
move-keep = Keep it as it is
move-then-cancel = At the new time you can still cancel here until { $deadline }.
move-then-binding = At the new time it can no longer be cancelled here.
move-then-left = { $count ->
    [0] After this you cannot move it here again.
    [one] After this you can move it once more.
   *[other] After this you can move it { $count } more times.
}

move-refused-title = This appointment cannot be moved here
move-too-late = Moving it online was possible until { $deadline }.
move-too-often = { $count ->
    [one] It has been moved once already, as often as is possible online.
   *[other] It has been moved { $count } times already, as often as is possible online.
}
move-not-allowed = This kind of appointment is moved by our team.
move-started = The appointment has begun, so it cannot be moved any more.
move-not-movable = This appointment does not take place any more, or you are already here.
move-call = Please call us, we will find a way.
move-gone = { $time } has just been taken. Your appointment stays where it was. These times are free now.
move-same-time = Your appointment is at this time already. Choose another one.

move-desk-title = Move { $name }
move-desk-open = Move
move-desk-back = Back to the booking
move-desk-other-clock = Another time of this day
move-desk-other-clock-hint = Any time may be typed. If it breaks a rule, you are asked first.
move-desk-use-clock = Use this time
move-desk-as-chosen = { $when } (as chosen)
move-desk-now = How it stands now
move-desk-free = Free times
move-desk-free-none = Nothing is free on this day.
move-desk-to = New time
move-desk-day = Day
move-desk-time = Time
move-desk-time-hint = Pick a free time above or type any time.
move-desk-show = Show
move-desk-reason-client = Reason, kept in the history
move-desk-send = Move the appointment
move-desk-anyway = Move it anyway
move-desk-book-anyway = Book it anyway
move-desk-warning = This breaks { $count ->
    [one] a rule:
   *[other] { $count } rules:
}
move-desk-warning-more = Since you looked, more stands in the way. Please read the list again.
move-desk-warning-kept = The history keeps what was broken and by whom.
move-desk-warning-beside = Whoever is overlapped keeps the place; both stand side by side in the calendar.
move-desk-overlap = { $provider } has { $name }, { $service }, from { $from } to { $to }.
move-desk-overlap-hold = Somebody is just booking a time that overlaps.
move-desk-blocked = The time is blocked.
move-desk-over-capacity = { $left ->
    [0] The group is full.
    [one] The group has one place left.
   *[other] The group has { $left } places left.
}
move-desk-past-deadline = The client could move it until { $deadline }.
move-desk-changed = { $who } changed this booking while you were looking ({ $when }). This is how it stands now; your choice is kept below.
move-desk-same-time = It is at this time with this provider already.
move-desk-taken = This time is taken, and your role may not book over it.
move-desk-closed = Nobody works at this time, and your role may not book outside hours.
move-desk-no-such-time = The clocks jump over this time on that day. Choose another one.
move-desk-with = With
move-desk-where = Where
move-desk-done = The booking has moved. The client is told.
move-event = Moved
move-event-change = from { $from } to { $to }
move-event-spot = { $when }, { $provider }
move-event-spot-place = { $when }, { $provider }, { $place }
move-event-broke = Broken on purpose: { $rules }

move-rule-overlap = overlaps another appointment
move-rule-blocked = the time was blocked
move-rule-over-capacity = more people than places
move-rule-past-deadline = after the deadline
move-rule-outside-hours = outside hours
move-rule-off-grid = not at a usual start time
move-rule-break = in a break
move-rule-closure = location closed
move-rule-time-off = in time off
move-rule-not-here = provider not there that day
move-rule-provider-left = provider works here no more
move-rule-no-room = no room free
move-rule-other = another rule

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

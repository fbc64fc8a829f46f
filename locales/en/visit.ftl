# A visit on its day: running late, completing, taking a click back, the next visit.

visit-late-overdue = Not here yet, { $time } late
visit-late-waiting = Waiting { $time }
visit-late-started = Started { $time } late
visit-late-over = Should have ended { $time } ago
visit-late-behind = { $provider } is running { $time } behind

visit-undo = Undo
visit-undo-over = Too late to undo
visit-undo-nothing = There is nothing to take back.
visit-undo-late = This can only be taken back within { $seconds } seconds.
visit-undo-taken-by = The place is taken meanwhile: { $what }.
visit-undo-taken = The place is taken meanwhile.
visit-undo-receipt = There is already a receipt. Correct the lines on the account instead.
visit-done-undone = Taken back.
visit-done-not-rebooked = Noted. The client stands on the list of unscheduled clients.
visit-event-undone = Taken back
visit-event-not-rebooked = No next visit booked
visit-event-back = { $from } → { $to }

visit-time-confirmed = Confirmed by the client
visit-time-arrived = Arrived
visit-time-started = Started
visit-time-completed = Completed
visit-time-missed = Missed

visit-complete-heading = Complete
visit-complete-card = Completed, { $amount } paid by card
visit-complete-cash = Completed, { $amount } paid in cash
visit-complete-later = Completed, pays later
visit-complete-more = Extras, discount, another payment
visit-complete-title = Complete the visit of { $name }
visit-complete-send = Complete visit
visit-back = Back
visit-agreed = agreed: { $price }
visit-price = Price in { $currency }
visit-extras = Extras
visit-extras-hint = Choose something from the list or write it yourself.
visit-extras-more = More extras
visit-extra-item = Extra { $number }
visit-tax-usual = As usual
visit-discount = Discount
visit-discount-unit = In
visit-discount-reason = Reason for the discount
visit-discount-reason-needed = Please say why there is a discount.
visit-discount-wrong = The discount is larger than the price.
visit-paid = Paid now in { $currency }
visit-paid-hint = Leave empty if everything is paid.
visit-paid-wrong = This must be more than 0 and at most what it costs.

visit-next = Next visit
visit-next-title = Next visit of { $name }
visit-to-booking = To the booking
visit-coming-title = The next visit is booked
visit-done = Done
visit-due = Due on { $day }.
visit-due-recall-months = { $months ->
    [one] One month after this visit.
   *[other] { $months } months after this visit.
}
visit-due-recall-days = { $days ->
    [one] One day after this visit.
   *[other] { $days } days after this visit.
}
visit-due-recall = { $months } months and { $days } days after this visit.
visit-due-rhythm = Usually comes every { $days } days.
visit-due-usual = Six months after this visit.
visit-next-none = No time near this day is free.
visit-next-mails = One click books the time and sends the confirmation.
visit-next-other = Other times
visit-next-choose = Please choose one of the times.
visit-next-taken = This time was taken meanwhile. Please choose another one.
visit-next-refused = This time cannot be booked. Please choose other times.
visit-not-now = Not now
visit-not-now-reason = Why not
visit-not-now-send = Not now
visit-not-now-looks-first = Looks into the calendar first
visit-not-now-will-call = Will call or book online
visit-not-now-remind-me = Wants to be reminded
visit-not-now-no-need = Needs nothing for now
visit-not-now-elsewhere = Goes elsewhere
visit-not-now-other = Something else

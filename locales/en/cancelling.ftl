# Calling appointments off: reasons, counts, and a provider's day.

cancel-reason-no-time = I cannot make it
cancel-reason-feeling-better = It is no longer needed
cancel-reason-ill = I am ill
cancel-reason-too-expensive = It costs too much
cancel-reason-elsewhere = I am going elsewhere
cancel-reason-other = Another reason
cancel-reason-provider-ill = The provider is ill
cancel-reason-clinic-closed = The clinic is closed
cancel-reason-equipment = Equipment is out of order
cancel-reason-client-asked = The client asked for it
cancel-reason-clinic-other = Another reason

cancelling-choose = Please choose
cancelling-reason = Reason
cancelling-reason-unknown = Please choose a reason from the list.
cancelling-more = Anything else?
cancelling-by-client = From the client
cancelling-by-clinic = From the clinic

cancelling-reasons = Reasons for cancelling
cancelling-reasons-card = What clients and staff pick from when something is called off
cancelling-reasons-count = { $count ->
    [one] { $count } reason
   *[other] { $count } reasons
}
cancelling-reasons-client = Asked of clients
cancelling-reasons-client-lead = A client who cancels may pick one and add a few words.
cancelling-reasons-clinic = Asked of staff
cancelling-reasons-clinic-lead = Clients read the reason in the mail about the cancellation.
cancelling-reasons-none = Nothing is asked; there is only a line for free text.
cancelling-reasons-archived = No longer asked
cancelling-reasons-many = There are { $max } reasons already. Take one out first.
cancelling-reason-new = Add a reason
cancelling-reason-text = Text in { $language }
cancelling-reason-client-lead = Short and friendly: clients read it while they cancel.
cancelling-reason-clinic-lead = Clients read it in their mail. Say no more about a person's health than they want known.
cancelling-restore = Ask again
cancelling-up = Move “{ $what }” up
cancelling-down = Move “{ $what }” down
cancelling-edit = Edit “{ $what }”
cancelling-archive = Stop asking “{ $what }”

cancelling-counts = Reliability
cancelling-kept = Kept visits
cancelling-late = Late cancellations
cancelling-missed = No-shows

calloff-title = Call off a provider’s day
calloff-open = Provider ill?
calloff-lead = Somebody is ill or held up: choose who and when, look at who is concerned, and tell them all at once.
calloff-from = From (optional)
calloff-until = Until (optional)
calloff-wrong-provider = Please choose a provider.
calloff-wrong-day = Please choose a day.
calloff-wrong-time = Please give a time, like 13:30.
calloff-wrong-order = The end must be after the beginning.
calloff-concerned = { $count ->
    [one] One appointment is concerned
   *[other] { $count } appointments are concerned
}
calloff-none-title = Nothing is booked then
calloff-none = { $provider } has no appointments on { $when }.
calloff-begun = Has begun already
calloff-gets-mail = Is told by mail
calloff-must-call = No mail address: call { $phone }
calloff-no-way = No mail address and no phone number
calloff-say = What clients are told
calloff-words = A few words to the clients
calloff-words-hint = Everybody reads the same. Do not name illnesses.
calloff-offer = Offer other times in the mail
calloff-offer-hint = Each mail names the next three times that fit, one press away from booking.
calloff-calendar = And the calendar
calloff-close = Close this time, so that nobody books into it
calloff-close-hint = Written down as approved time off.
calloff-send = Call off and tell the clients
calloff-send-close = Close this time
calloff-back = Back to the agenda
calloff-done = { $count ->
    [one] One appointment was called off.
   *[other] { $count } appointments were called off.
}
calloff-done-closed = The time is closed. Nothing was booked in it.
calloff-nothing = Please choose at least one appointment, or close the time.
calloff-many = No more than { $max } appointments at once.
calloff-changed = { $count ->
    [one] One of the appointments has changed meanwhile, so nothing was called off. Please look at the list again.
   *[other] { $count } of the appointments have changed meanwhile, so nothing was called off. Please look at the list again.
}
calloff-not-closed = This time could not be closed, so nothing was called off.
calloff-to-call = { $count ->
    [one] Please call one client
   *[other] Please call { $count } clients
}
calloff-to-call-lead = No mail can reach them.
calloff-no-phone = No phone number
calloff-no-mail = No mail was written
calloff-told = { $count ->
    [one] One client is told by mail
   *[other] { $count } clients are told by mail
}

cancelling-mail-lead = We are sorry: we have to cancel this appointment, and the entry in your calendar is taken back. We are happy to see you at another time.
cancelling-mail-lead-others = We are sorry: we have to cancel this appointment, and the entry in your calendar is taken back. These times are free at the moment; one press is enough.
cancelling-mail-other = { $when } with { $provider }
calloff-preview = See the mail first
calloff-preview-of = What { $name } would read

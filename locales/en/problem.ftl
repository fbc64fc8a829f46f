# What went wrong, for people. The title names it, the sentence says what to do.
problem-not-found-title = We cannot find this page
problem-not-found = The address may be mistyped, or the link is no longer valid.
problem-not-allowed-title = This is not open to you
problem-not-allowed = Your role does not include this page. Ask the owner if you need it.
problem-foreign-form-title = Please send the form again
problem-foreign-form = The page was open for too long, or the form did not come from this site. Go back, reload the page and try again.
problem-nonsense-title = We did not understand that
problem-nonsense = Something in the address or the form is not readable. Go back and try again.
problem-too-large-title = That is too much at once
problem-too-large = What you sent is longer than we can take.
problem-too-often-title = One moment, please
problem-too-often = { $seconds ->
    [one] There were many requests from your connection. Please try again in one second.
   *[other] There were many requests from your connection. Please try again in { $seconds } seconds.
}
problem-unavailable-title = We are busy for a moment
problem-unavailable = Nothing was saved. Please try again in a few seconds.
problem-fault-title = Something went wrong on our side
problem-fault = Nothing was saved. Please try again; if it happens again, tell us the reference below.

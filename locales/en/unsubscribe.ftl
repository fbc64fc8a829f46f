# The page behind the link in the foot of advertising.

unsubscribe-title = Mail from us
unsubscribe-lead = Here you stop mail from { $clinic } that is not about an appointment of yours.
unsubscribe-what = What should stop?
unsubscribe-everything = All of it
unsubscribe-everything-hint = News, reminders that a visit is due, and questions how it was
unsubscribe-these = Only this kind: { $what }
unsubscribe-recall = reminders that a visit is due
unsubscribe-news = news and offers
unsubscribe-surveys = questions how a visit was
unsubscribe-send = Stop it
unsubscribe-rest = Would you like to stop everything else as well?
unsubscribe-own = Mail about appointments that you book, like confirmations and changes, still reaches you.
unsubscribe-done = Done. It holds from this moment.
unsubscribe-undone = Welcome back. You receive these mails again.
unsubscribe-stopped = { $clinic } does not send you news, reminders that a visit is due, or questions any more.
unsubscribe-stopped-these = { $clinic } does not send you these any more: { $what }.
unsubscribe-mistake = Was that a mistake?
unsubscribe-undo = Yes, please write to me again

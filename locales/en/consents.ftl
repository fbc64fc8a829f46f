# What clients agree to. A change of meaning raises clients::WORDING_VERSION.

consents-recall = Yes, { $clinic } may remind me by mail when my next visit is due.
consents-news = Yes, { $clinic } may send me news and offers by mail.
consents-surveys = Yes, { $clinic } may ask me by mail how my visit was.

consents-mail-subject = Please confirm: mail from { $clinic }
consents-mail-preview = One click, and only if it was you
consents-mail-heading = Did you agree to this?
consents-mail-lead = While booking an appointment with { $clinic }, somebody gave this address and ticked what stands below. Please confirm that it was you.
consents-mail-words = You would agree to
consents-mail-not-you = If it was not you, or you changed your mind, you need not do anything: without your confirmation nothing is sent, and this question ends on { $date }.
consents-mail-undo = You can take it back at any time, with one click at the end of every such mail, or by telling us.
consents-mail-action = Yes, I agree
consents-mail-why = You receive this one mail because this address was given while booking with { $clinic }. It is not advertising.

consents-page-title = Did you agree to this?
consents-page-lead = { $clinic } writes to you about the following only if you confirm it here.
consents-page-done-title = Thank you
consents-page-done = You confirmed this on { $date }:
consents-page-void-title = This question has ended
consents-page-void = It was not answered in time, or the mail address has changed since. Nothing is sent. You can agree in your own area, or tick the box again the next time you book.
consents-page-portal = My appointments and data

consents-box-title = May we write to you?
consents-box-hint = Leave it empty as you like. If you tick something, we ask you by mail to confirm it.

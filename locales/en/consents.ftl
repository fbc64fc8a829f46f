# What clients agree to. A change of meaning raises clients::WORDING_VERSION.

consents-recall = Yes, { $clinic } may remind me by mail when my next visit is due.
consents-news = Yes, { $clinic } may send me news and offers by mail.
consents-surveys = Yes, { $clinic } may ask me by mail how my visit was.

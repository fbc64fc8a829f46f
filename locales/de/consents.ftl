# What clients agree to. A change of meaning raises clients::WORDING_VERSION.

consents-recall = Ja, { $clinic } darf mich per Mail erinnern, wenn mein nächster Besuch fällig ist.
consents-news = Ja, { $clinic } darf mir per Mail Neuigkeiten und Angebote schicken.
consents-surveys = Ja, { $clinic } darf mich per Mail fragen, wie mein Besuch war.

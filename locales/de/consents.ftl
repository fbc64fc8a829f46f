# What clients agree to. A change of meaning raises clients::WORDING_VERSION.

consents-recall = Ja, { $clinic } darf mich per Mail erinnern, wenn mein nächster Besuch fällig ist.
consents-news = Ja, { $clinic } darf mir per Mail Neuigkeiten und Angebote schicken.
consents-surveys = Ja, { $clinic } darf mich per Mail fragen, wie mein Besuch war.

consents-mail-subject = Bitte bestätigen: Mails von { $clinic }
consents-mail-preview = Ein Klick, und nur wenn Sie es waren
consents-mail-heading = Haben Sie dem zugestimmt?
consents-mail-lead = Bei der Buchung eines Termins bei { $clinic } hat jemand diese Adresse angegeben und angekreuzt, was unten steht. Bitte bestätigen Sie, dass Sie es waren.
consents-mail-words = Sie würden zustimmen
consents-mail-not-you = Wenn Sie es nicht waren oder es sich anders überlegt haben, brauchen Sie nichts zu tun: Ohne Ihre Bestätigung wird nichts geschickt, und diese Frage endet am { $date }.
consents-mail-undo = Sie können es jederzeit zurücknehmen, mit einem Klick am Ende jeder solchen Mail oder indem Sie es uns sagen.
consents-mail-action = Ja, ich stimme zu
consents-mail-why = Sie erhalten diese eine Mail, weil bei einer Buchung bei { $clinic } diese Adresse angegeben wurde. Sie ist keine Werbung.

consents-page-title = Haben Sie dem zugestimmt?
consents-page-lead = { $clinic } schreibt Ihnen dazu nur, wenn Sie es hier bestätigen.
consents-page-done-title = Vielen Dank
consents-page-done = Das haben Sie am { $date } bestätigt:
consents-page-void-title = Diese Frage ist abgelaufen
consents-page-void = Sie wurde nicht rechtzeitig beantwortet, oder die E-Mail-Adresse hat sich seitdem geändert. Es wird nichts geschickt. Sie können in Ihrem eigenen Bereich zustimmen oder bei der nächsten Buchung das Kästchen wieder ankreuzen.
consents-page-portal = Meine Termine und Daten

consents-box-title = Dürfen wir Ihnen schreiben?
consents-box-hint = Sie können alles frei lassen. Wenn Sie etwas ankreuzen, bitten wir Sie per Mail um eine Bestätigung.

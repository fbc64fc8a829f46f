# Die Seite hinter dem Link am Ende von Werbung.

unsubscribe-title = Mails von uns
unsubscribe-lead = Hier beenden Sie Mails von { $clinic }, in denen es nicht um einen Ihrer Termine geht.
unsubscribe-what = Was soll aufhören?
unsubscribe-everything = Alles
unsubscribe-everything-hint = Neuigkeiten, Erinnerungen an einen fälligen Besuch und Fragen, wie es war
unsubscribe-these = Nur diese Art: { $what }
unsubscribe-recall = Erinnerungen an einen fälligen Besuch
unsubscribe-news = Neuigkeiten und Angebote
unsubscribe-surveys = Fragen, wie ein Besuch war
unsubscribe-send = Beenden
unsubscribe-rest = Möchten Sie auch alles andere beenden?
unsubscribe-own = Mails zu Terminen, die Sie buchen, etwa Bestätigungen und Änderungen, erreichen Sie weiterhin.
unsubscribe-done = Erledigt. Es gilt ab sofort.
unsubscribe-undone = Willkommen zurück. Sie bekommen diese Mails wieder.
unsubscribe-stopped = { $clinic } schickt Ihnen keine Neuigkeiten, keine Erinnerungen an fällige Besuche und keine Fragen mehr.
unsubscribe-stopped-these = { $clinic } schickt Ihnen das nicht mehr: { $what }.
unsubscribe-mistake = War das ein Versehen?
unsubscribe-undo = Ja, bitte schreiben Sie mir wieder

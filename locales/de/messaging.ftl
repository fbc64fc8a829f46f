# Mails. Keine Behandlungen im Betreff: er steht auf gesperrten Bildschirmen.

mail-when = { $date }, { $time } Uhr
mail-hours = { $hours } Uhr ({ $zone })
mail-hello = Guten Tag { $name },
mail-hello-nobody = Guten Tag,

mail-subject-confirmation = Ihr Termin am { $when } ist gebucht
mail-heading-confirmation = Ihr Termin ist gebucht
mail-lead-confirmation = Wir freuen uns auf Sie. Unten finden Sie alles Wichtige; die Einladung trägt den Termin in Ihren Kalender ein.

mail-subject-request-received = Ihre Anfrage für { $when } ist eingegangen
mail-heading-request-received = Ihre Anfrage ist eingegangen
mail-lead-request-received = Die Zeit ist für Sie zurückgelegt, während wir Ihre Anfrage prüfen. Sie ist noch nicht gebucht: Sie erhalten eine weitere Nachricht, sobald wir geantwortet haben.

mail-subject-approved = Ihr Termin am { $when } ist bestätigt
mail-heading-approved = Ihr Termin ist bestätigt
mail-lead-approved = Gute Nachricht: Die gewünschte Zeit passt. Die Einladung trägt den Termin in Ihren Kalender ein.

mail-subject-declined = Zu Ihrer Anfrage für { $when }
mail-heading-declined = Diese Zeit ist leider nicht möglich
mail-lead-declined = Es tut uns leid: Die gewünschte Zeit können wir Ihnen nicht anbieten, sie ist wieder freigegeben. Bitte wählen Sie eine andere.

mail-subject-change = Ihr Termin ist jetzt am { $when }
mail-heading-change = Ihr Termin hat eine neue Zeit
mail-lead-change = Zeit oder Ort Ihres Termins haben sich geändert. Unten steht, was jetzt gilt; die Einladung verschiebt den Eintrag in Ihrem Kalender.

mail-subject-cancellation = Ihr Termin am { $when } ist abgesagt
mail-heading-cancellation = Ihr Termin ist abgesagt
mail-lead-cancellation = Dieser Termin findet nicht statt, der Eintrag in Ihrem Kalender wird zurückgenommen. Gern sehen wir Sie zu einer anderen Zeit.

mail-subject-provider-request = Neue Anfrage für { $when }
mail-heading-provider-request = Eine Anfrage wartet auf Antwort
mail-lead-provider-request = Die Zeit ist belegt, bis jemand antwortet oder die Anfrage verfällt.

mail-subject-provider-booked = Neue Buchung am { $when }
mail-heading-provider-booked = Neue Buchung
mail-lead-provider-booked = Für Sie wurde ein Termin gebucht.

mail-subject-provider-moved = Buchung verschoben auf { $when }
mail-heading-provider-moved = Eine Buchung hat eine neue Zeit
mail-lead-provider-moved = Zeit oder Ort einer Buchung haben sich geändert. Unten steht, was jetzt gilt.

mail-subject-provider-cancelled = Buchung am { $when } abgesagt
mail-heading-provider-cancelled = Eine Buchung wurde abgesagt
mail-lead-provider-cancelled = Diese Zeit ist wieder frei.

mail-label-when = Wann
mail-label-where = Wo
mail-label-with = Bei
mail-label-service = Leistung
mail-label-services = Leistungen
mail-visit-part = { $hours } Uhr: { $service }, { $provider }
mail-label-party = Personen
mail-label-price = Preis
mail-label-reference = Buchungsnummer
mail-label-client = Kunde
mail-label-reason = Grund

mail-note-deadline = Etwas kommt dazwischen? Bitte sagen Sie spätestens { $notice } vor dem Termin ab, damit jemand anderes die Zeit nutzen kann.
mail-note-no-reply-needed = Die Einladung brauchen Sie nicht zu beantworten.

mail-action-manage = Termin ansehen oder absagen
mail-action-manage-request = Anfrage ansehen oder zurückziehen
mail-action-book = Andere Zeit wählen
mail-action-agenda = Zum Kalender

mail-link-hint = Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:
mail-footer-phone = Telefon { $phone }
mail-why-client = Sie erhalten diese Nachricht, weil diese Adresse für einen Termin bei { $clinic } angegeben wurde. Falls Sie das nicht waren, sagen Sie uns bitte Bescheid, dann entfernen wir sie.
mail-why-provider = Sie erhalten diese Nachricht, weil Sie bei { $clinic } Termine haben.

mail-entry-summary = Termin bei { $clinic }
mail-entry-summary-provider = Termin { $reference }
mail-entry-reference = Buchungsnummer: { $reference }
mail-entry-manage = Ansehen oder absagen: { $url }
mail-entry-agenda = Kalender: { $url }



# Die Nachrichten, die hier geblieben sind (Demo).
dev-mail-title = Nachrichten
dev-mail-lead = Dies ist eine Demo: Nachrichten verlassen das Haus nicht, sie liegen hier.
dev-mail-none = Noch keine Nachricht. Buchen Sie eine Zeit, dann erscheint hier die Bestätigung.
dev-mail-reload = Noch einmal nachsehen
dev-mail-back = Alle Nachrichten
dev-mail-from = Von
dev-mail-to = An
dev-mail-subject = Betreff
dev-mail-at = Verschickt
dev-mail-as-html = So zeigt sie ein Mailprogramm
dev-mail-as-text = Als Text
dev-mail-links = Links in dieser Nachricht
dev-mail-invitation = Die Einladung
dev-mail-download = Einladung als Datei öffnen
dev-mail-source = Die Nachricht, wie sie unterwegs ist

# Das Protokoll der Nachrichten, für das Team.

message-log-title = Nachrichten
message-log-problems = Probleme
message-log-due = Wartend
message-log-sent = Verschickt
message-log-all = Alle
message-log-to = An
message-log-booking = Buchung
message-log-state = Stand
message-log-when = Wann
message-log-none-title = Hier ist nichts
message-log-none = Keine Nachricht hat diesen Stand. Die Seite einer Buchung zeigt alles, was zu ihr gesagt wurde.
message-log-waiting = Der Mailserver ist nicht erreichbar. Nachrichten warten und gehen hinaus, sobald er antwortet.
message-log-stopped = Der Mailserver weist uns seit { $since } ab: Adresse, Benutzer oder Passwort in den Einstellungen stimmen nicht. Bis das jemand behebt, geht keine Nachricht hinaus.

# Die Teile der Seiten über Nachrichten.
message-section-log = Protokoll
message-section-rules = Regeln
message-section-texts = Texte
message-section-channels = Kanäle
message-section-settings = Einstellungen

# Das Protokoll: Filter und Zeilen.
message-log-of-client = Nachrichten an diesen Patienten
message-log-left = Nicht gesendet
message-log-bounced = Zurückgekommen
message-log-to-clinic = Die Praxis
message-log-to-mailbox = Ein Postfach
message-log-many = { $count }+
message-log-any = Alle
message-log-filter = Filter
message-log-client = Patient
message-log-rule = Regel
message-log-from = Von
message-log-until = Bis
message-log-find = Anzeigen
message-log-clear = Zurücksetzen
message-log-newest = Neueste
message-log-older = Ältere
message-log-none-filtered = Keine Nachricht passt zu diesem Filter.

# Eine Nachricht, von der Regel bis zum Postfach.
message-page-log = Alle Nachrichten
message-page-back = Die Nachricht
message-page-way = Ihr Weg
message-page-facts = An wen und warum
message-page-deeds = Was Sie tun können
message-page-nothing-to-do = Nichts: Die Nachricht ist von selbst unterwegs.
message-page-text = Was sie sagt
message-page-html = Die Nachricht, wie ein Mailprogramm sie zeigt
message-page-plain = Als reiner Text
message-page-masked = Links, die etwas öffnen, sind hier verborgen.
message-page-no-text = Der Text entsteht, wenn die Nachricht hinausgeht, damit er sagt, was dann gilt.
message-page-step-rule = Regel: { $name }
message-page-step-no-rule = Keine Regel
message-page-step-no-rule-detail = Sie wurde sofort durch das ausgelöst, was geschah.
message-page-open-rule = Die Regel öffnen
message-page-open-message = Diese Nachricht öffnen
message-page-step-planned = Geplant
message-page-step-by-hand = Von Hand noch einmal gesendet
message-page-step-due = Fällig
message-page-due-at-once = Sofort
message-page-due-retry = Der nächste Versuch, weil der letzte scheiterte
message-page-due-visit = { $when }; der ist am { $start }
message-page-step-attempt = Versuch: { $outcome }
message-page-attempt-taken = angenommen
message-page-attempt-later = bitte später noch einmal
message-page-attempt-refused = abgelehnt
message-page-attempt-unreachable = niemand antwortete
message-page-attempt-silent = keine Antwort, nachdem der Text übergeben war
message-page-attempt-bounced = der Brief kam zurück
message-page-attempt-delayed = noch unterwegs
message-page-attempt-unwelcome = unsere Anmeldung oder unser Absender wurde abgelehnt
message-page-code = Antwort { $code }
message-page-reference = Dort heißt sie { $reference }
message-page-step-handed = Dem Server übergeben
message-page-step-sent-mail = Gesendet: Der Mailserver hat sie angenommen
message-page-step-sent-sms = Gesendet: Das Gateway hat sie angenommen
message-page-step-sent-call = Aufgerufen: Das Programm hat sie angenommen
message-page-step-dead = Aufgegeben
message-page-step-skipped = Nicht gesendet
message-page-step-cancelled = Zurückgenommen, weil sie nicht mehr nötig war
message-page-step-uncertain = Vielleicht angekommen, vielleicht nicht
message-page-step-retry = Wird erneut versucht
message-page-step-carried = Sie kam im Brief einer anderen Nachricht mit
message-page-step-carries = Ihr Brief sagte auch diese Nachricht
message-page-step-bounced = Die E-Mail kam zurück
message-page-bounce-status = Der Bericht sagt { $status }
message-page-step-settled = Jemand hat sich darum gekümmert
message-page-again = Noch einmal senden
message-page-now = Jetzt senden
message-page-again-title = Diese Nachricht noch einmal senden?
message-page-again-lead = Sie wird neu geschrieben mit dem, was jetzt gilt, und geht sofort hinaus. Das Protokoll behält beide.
message-page-again-bounced = Post an diesen Patienten kam am { $when } zurück. Berichtigen Sie zuerst die Adresse.
message-page-done-again = Sie geht jetzt hinaus.
message-page-not-by-hand = Nur Nachrichten zu einem einzelnen Termin können von Hand noch einmal gesendet werden.
message-page-not-advertising = Werbung wird einmal gesendet und nicht wieder.
message-page-not-under-way = Sie ist noch von selbst unterwegs.
message-page-not-true = Was sie sagt, stimmt nicht mehr; sie kann nicht noch einmal gesendet werden.
message-page-not-address = Es gibt keine Adresse. Tragen Sie zuerst eine ein, dann senden Sie sie.
message-page-not-often = Sie wurde schon { $max }-mal noch einmal gesendet. Bitte rufen Sie an.

# Was nicht hinausging.
message-unsent-title = Was nicht hinausging
message-unsent-about = Nachrichten, die nicht ankamen: aufgegeben, zurückgekommen, oder ohne Adresse.
message-unsent-lead = Nachrichten der letzten { $days } Tage, die nicht ankamen, und was zu tun ist.
message-unsent-none-title = Alles ging hinaus
message-unsent-none = Zuletzt ist keine Nachricht gescheitert, oder jemand hat sich um alle gekümmert.
message-unsent-open = Nachricht ansehen
message-unsent-settle = Erledigt
message-unsent-settled = Von der Liste genommen.
message-unsent-do-correct = Die Adresse scheint falsch zu sein: Fragen Sie nach der richtigen, berichtigen Sie sie und senden Sie die Nachricht noch einmal.
message-unsent-do-add = Es gibt keine Adresse: Rufen Sie an, oder fragen Sie nach einer.
message-unsent-do-channel = Der Weg, auf dem sie gehen sollte, ist nicht eingerichtet: Rufen Sie an, und sagen Sie es der Praxisleitung.
message-unsent-do-ask = Sie ist vielleicht angekommen: Fragen Sie nach, bevor Sie sie noch einmal senden.
message-unsent-do-call = Sie konnte nicht rechtzeitig zugestellt werden: Rufen Sie an, wenn es noch darauf ankommt.
message-unsent-do-team = Eine Kollegin oder ein Kollege weiß es nicht: Sagen Sie es weiter, und prüfen Sie die Adresse unter Katalog.
message-unsent-off-title = Nicht gesendet, weil eine Regel aus ist
message-unsent-off = Vielleicht ist das genau so gewollt.
message-unsent-off-count = { $count ->
    [one] 1 Nachricht
   *[other] { $count } Nachrichten
}

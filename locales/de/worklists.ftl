# Arbeitslisten: wer anzurufen ist und was angesehen werden muss.

worklists-all-clear = Alles ist erledigt. Niemand wartet auf Sie.
worklists-lists = Listen
worklists-to-hub = Zu allen Arbeitslisten
worklists-confirmations = Telefonisch bestätigen
worklists-confirmations-about = Für den nächsten Arbeitstag gebucht und noch nicht bestätigt. Ein Anruf, und der Termin wird wahrgenommen oder rechtzeitig neu vergeben.
worklists-confirmations-none-title = Alle sind bestätigt
worklists-confirmations-none = Wegen des nächsten Arbeitstags muss niemand angerufen werden.
worklists-unscheduled = Ohne Termin
worklists-unscheduled-about = Abgesagt, versäumt oder wieder fällig, und nichts in Aussicht. Wer inzwischen gebucht hat, steht nicht hier.
worklists-unscheduled-none-title = Alle haben einen nächsten Termin
worklists-unscheduled-none = Niemand hat abgesagt oder versäumt oder ist fällig, ohne neu gebucht zu haben.
worklists-waitlist = Warteliste, Zeit frei
worklists-waitlist-about = Auf der Warteliste ohne Angebot, während eine gewünschte Zeit frei ist.
worklists-waitlist-none-title = Keine freie Zeit, auf die jemand wartet
worklists-waitlist-none = Sobald eine gewünschte Zeit frei wird, steht sie hier.
worklists-short-notice = Kurzfristig
worklists-short-notice-about = Für heute oder morgen abgesagt und noch frei, mit denen, die kurzfristig angerufen werden möchten.
worklists-short-notice-none-title = Keine Lücken heute oder morgen
worklists-short-notice-none = Wenn jemand kurzfristig absagt, steht die Zeit hier, mit denen, die sie nehmen könnten.
worklists-duplicates = Vielleicht dieselbe Person
worklists-duplicates-about = Personen mit gleichem Namen, gleicher Telefonnummer oder Mailadresse. Führen Sie sie zusammen, oder sagen Sie, dass es verschiedene sind.

worklists-today-at = Heute, { $time }
worklists-yesterday-at = Gestern, { $time }
worklists-tomorrow-at = Morgen, { $time }
worklists-service-with = { $service } bei { $provider }
worklists-no-phone = Keine Telefonnummer
worklists-why-missed = Nicht erschienen am { $day }
worklists-why-called-off = Am Empfang abgesagt am { $day }
worklists-why-cancelled = Abgesagt am { $day }
worklists-why-due = Fällig am { $day }
worklists-waits-since = Auf der Warteliste seit { $day }
worklists-hole-when = { $when }, { $duration }
worklists-hole-freed = frei seit: { $when }
worklists-hole-nobody = Für diese Zeit möchte niemand von der Warteliste angerufen werden.

worklists-confirm = Bestätigt
worklists-confirm-name = { $name } kommt
worklists-open = Öffnen
worklists-book = Buchen
worklists-book-hole = Hier buchen
worklists-book-somebody = Jemanden buchen
worklists-offer = Per Mail anbieten
worklists-call = Anruf notieren
worklists-call-name = Anruf bei { $name } notieren
worklists-note = Notiz
worklists-outcome-reached = Erreicht
worklists-outcome-no-answer = Keine Antwort
worklists-outcome-message-left = Nachricht hinterlassen
worklists-outcome-wrong-number = Falsche Nummer
worklists-outcome-missing = Bitte wählen Sie, was der Anruf ergeben hat.
worklists-note-too-long = Bitte verwenden Sie höchstens { $characters } Zeichen für die Notiz.
worklists-tried = { $count ->
    [one] Einmal angerufen: { $when }, { $who } ({ $outcome })
   *[other] { $count }-mal angerufen, zuletzt: { $when }, { $who } ({ $outcome })
}
worklists-later = Später
worklists-later-name = { $name } zurückstellen
worklists-until-tomorrow = Morgen
worklists-until-three-days = In 3 Tagen
worklists-until-next-week = Nächste Woche
worklists-until-day = Bis zu einem Datum
worklists-put-off = Zurückstellen
worklists-settled = Endgültig erledigt
worklists-day-wrong = Bitte wählen Sie einen künftigen Tag innerhalb eines Jahres.
worklists-undo = Rückgängig
worklists-done-called = Der Anruf ist notiert.
worklists-done-confirmed = Bestätigt.
worklists-done-later = Zurückgestellt.
worklists-done-settled = Von der Liste genommen.
worklists-done-back = Wieder auf der Liste.
worklists-confirm-changed = Diese Buchung hat sich inzwischen geändert oder ist keine feste Buchung mehr. Die Liste zeigt den jetzigen Stand.
worklists-cut = { $shown } von { $total } werden gezeigt. Die anderen folgen, wenn diese erledigt sind.
worklists-keys = Pfeiltasten führen von Zeile zu Zeile, die Tabulatortaste zu dem, was zu tun ist.

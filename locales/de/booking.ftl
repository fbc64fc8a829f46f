# Die öffentliche Seite: die Praxis, die Schritte der Buchung, die Seite zum Termin.

clinic-book = Termin buchen
clinic-next-free = Nächste freie Termine
clinic-services = Unsere Leistungen
clinic-team = Unser Team
clinic-places = So finden Sie uns
clinic-closed = geschlossen
clinic-closures = Geschlossen: { $days }

book-steps = Schritte der Buchung
book-step-service = Behandlung
book-step-place = Ort
book-step-time = Zeit
book-step-details = Angaben
book-chosen = Ihre Auswahl
book-when = Wann
book-duration = Dauer
book-with = Bei
book-where = Wo
book-party = Personen
book-price = Preis
book-price-free = kostenlos
book-price-from = ab { $price }
book-anyone = Egal, bei wem
book-on-request = auf Anfrage
book-group = Gruppe
book-people = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}

book-none-title = Zurzeit kann online nichts gebucht werden
book-none-text = Rufen Sie uns bitte an, wir finden gern einen Termin mit Ihnen.
book-service-title = Was können wir für Sie tun?
book-place-title = Wohin möchten Sie kommen?
book-place-next = Nächster freier Termin: { $when }
book-place-nothing = zurzeit kein freier Termin
book-time-title = Wann passt es Ihnen?
book-party-question = Wie viele Personen kommen?
book-party-fee = Jede weitere Person nach { $included ->
    [one] der ersten
   *[other] den ersten { $included }
} kostet { $fee }.
book-month = Monat
book-month-previous = Voriger Monat
book-month-next = Nächster Monat
book-month-empty = In diesem Monat ist nichts frei
book-day-free = { $date }: { $count ->
    [one] { $count } Zeit frei
   *[other] { $count } Zeiten frei
}
book-day-empty = An diesem Tag ist nichts frei.
book-jump = Nächster freier Termin: { $when }
book-nothing-free = Zurzeit ist online kein Termin frei. Rufen Sie uns bitte an, wir finden gern einen.
book-morning = Vormittag
book-afternoon = Nachmittag
book-evening = Abend
book-left = { $count ->
    [one] { $count } Platz frei
   *[other] { $count } Plätze frei
}
book-zone = Uhrzeiten gelten am Ort der Praxis ({ $zone }).
book-zone-own = Bei Ihnen ({"{"}zone{"}"}): {"{"}time{"}"}.

book-details-title = Wer kommt?
book-hold = Wir halten diese Zeit für Sie frei:
book-hold-over = Die Zeit ist nicht mehr für Sie reserviert. Buchen Sie jetzt, dann sehen wir, ob sie noch frei ist.
book-first-name-missing = Bitte nennen Sie den Vornamen.
book-last-name-missing = Bitte nennen Sie den Nachnamen.
book-first-name = Vorname
book-last-name = Nachname
book-email = E-Mail
book-email-hint = Für die Bestätigung und den Link zum Ändern
book-phone = Telefon
book-phone-hint = E-Mail oder Telefon genügt
book-note = Sollten wir noch etwas wissen?
book-note-hint = Bitte schreiben Sie hier nichts Vertrauliches.
book-policy = Sie können bis { $deadline } absagen.
book-policy-none = Dieser Termin kann nach der Buchung nicht mehr online abgesagt werden.
book-privacy = Wir verwenden Ihre Angaben nur für Ihre Termine bei uns.
book-submit = Termin verbindlich buchen
book-submit-request = Anfrage senden
book-contact-needed = Bitte geben Sie eine E-Mail-Adresse oder eine Telefonnummer an.
book-name-wrong = Bitte schreiben Sie den Namen ohne Links und Sonderzeichen.
book-name-long = Das ist zu lang: höchstens 60 Zeichen.
book-email-wrong = Das ist keine vollständige E-Mail-Adresse. Sie sieht so aus: name@example.com.
book-phone-wrong = Das ist keine vollständige Telefonnummer. Ziffern, Leerzeichen und ein Pluszeichen genügen.
book-note-long = Das ist zu lang: höchstens 1.000 Zeichen.
book-form-old = Diese Seite war lange offen. Bitte prüfen Sie Ihre Angaben und drücken Sie noch einmal auf den Knopf.
book-form-sent = Dieses Formular wurde schon gesendet. Den Termin finden Sie in unserer E-Mail; für einen weiteren wählen Sie bitte noch einmal eine Zeit.

book-gone = { $time } wurde gerade vergeben.
book-no-such-day = Diesen Tag gibt es nicht. Das sind die freien.
book-gone-that = Diese Zeit
book-time-missing = Bitte wählen Sie eine der freien Zeiten.
book-gone-past = Diese Zeit ist schon vorbei.
book-gone-soon = Diese Zeit ist zu nah: Sie kann bis { $notice } vorher gebucht werden.
book-gone-far = Diese Zeit ist zu weit weg: Wir vergeben Termine bis { $day }.
book-gone-closed = Zu dieser Zeit haben wir geschlossen.
book-gone-place = Diese Auswahl gibt es nicht mehr.
book-gone-choose = Diese Zeiten sind jetzt frei. Ihre Angaben sind noch da.
book-gone-nothing = In der Nähe ist keine andere Zeit frei.
book-gone-all = Alle freien Zeiten ansehen
book-party-wrong = Für diese Behandlung: { $from } bis { $to } Personen.

book-not-found-title = Diese Behandlung haben wir nicht
book-not-found-text = Vielleicht heißt sie jetzt anders, oder sie kann nicht mehr online gebucht werden. Bitte wählen Sie aus unserer Liste.

status-requested = Angefragt
status-booked = Gebucht
status-arrived = Angekommen
status-in-progress = In Behandlung
status-completed = Abgeschlossen
status-no-show = Versäumt
status-cancelled = Abgesagt
status-declined = Abgelehnt
status-expired = Abgelaufen

manage-title = Ihr Termin
manage-title-done = Ihr Termin ist gebucht
manage-title-requested = Wir haben Ihre Anfrage
manage-title-cancelled = Ihr Termin ist abgesagt
manage-title-declined = Diese Zeit können wir nicht anbieten
manage-title-expired = Ihre Anfrage ist abgelaufen
manage-title-past = Ihr Termin war am { $date }
manage-hello = Vielen Dank, { $name }.
manage-mailed = Wir haben eine Bestätigung an { $email } geschickt.
manage-not-mailed = Bitte merken Sie sich die Adresse dieser Seite: Sie öffnet Ihren Termin.
manage-waits = Wir sehen sie uns an und antworten bald. Die Zeit ist solange für Sie reserviert.
manage-request-mailed = Sobald entschieden ist, schreiben wir an { $email }.
manage-cancelled-free = Die Zeit ist nun für andere frei. Danke, dass Sie Bescheid gegeben haben.
manage-cancelled-by-clinic = Er wurde von der Praxis abgesagt.
manage-declined-text = Es tut uns leid. Bitte wählen Sie eine andere Zeit oder rufen Sie uns an.
manage-expired-text = Es hat niemand rechtzeitig geantwortet; das tut uns leid. Bitte wählen Sie eine andere Zeit oder rufen Sie uns an.
manage-past-text = Er ist vorbei, deshalb gibt es nichts mehr zu ändern.
manage-missed-text = Wir haben Sie vermisst. Möchten Sie einen neuen Termin?
manage-begun-text = Er hat begonnen, deshalb gibt es nichts mehr zu ändern.
manage-reference = Buchungsnummer
manage-calendar = In den Kalender
manage-change = Ist etwas dazwischengekommen?
manage-until = Sie können hier bis { $deadline } absagen, also bis { $notice } vor Beginn.
manage-until-start = Sie können hier bis zum Beginn absagen.
manage-too-late = Online absagen konnten Sie bis { $deadline }. Bitte rufen Sie uns an, wir finden einen Weg.
manage-cancel-open = Diesen Termin absagen
manage-reason = Warum? Das hilft uns beim Planen
manage-cancel = Ja, den Termin absagen
manage-again = Neue Zeit buchen
manage-changed = Der Termin hat sich inzwischen geändert. So steht es jetzt.
manage-unknown-title = Dieser Link öffnet nichts
manage-unknown-text = Vielleicht wurde er unvollständig kopiert, oder er ist alt. In unserer neuesten E-Mail steht der richtige. Sie können auch anrufen.

book-visit = Ihr Termin, eine Leistung nach der anderen
book-visit-add = Weitere Leistung im selben Termin
book-visit-hint = Sie folgt direkt danach, so kommen Sie nur einmal.
book-visit-with = Bei wem: { $service }
book-visit-earlier = früher
book-visit-without = entfernen
book-visit-without-named = { $service } aus dem Termin entfernen
book-visit-not-together = Diese Leistungen sind nicht alle in einem Termin möglich. Was nicht passt, haben wir weggelassen.

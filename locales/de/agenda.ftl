# Der Empfang: der Tag, eine Buchung, Buchen für Patienten, warum eine Zeit nicht frei ist.

agenda-status-requested = Angefragt
agenda-status-booked = Gebucht
agenda-status-arrived = Angekommen
agenda-status-in-progress = In Behandlung
agenda-status-completed = Abgeschlossen
agenda-status-no-show = Nicht erschienen
agenda-status-cancelled = Abgesagt
agenda-status-declined = Abgelehnt
agenda-status-expired = Verfallen

agenda-change-unknown = Diese Buchung gibt es nicht.
agenda-change-policy = Diese Buchung kann nicht mehr abgesagt werden.
agenda-change-status = Das ist nicht möglich: Die Buchung ist „{ $status }“.
agenda-change-changed = Jemand anderes hat diese Buchung inzwischen geändert. Bitte sehen Sie sie noch einmal an.

agenda-money = Geld
agenda-money-charge = Forderung
agenda-money-payment = Zahlung
agenda-money-refund = Erstattung
agenda-money-write-off = Ausgebucht
agenda-amount = Betrag

agenda-day = Tag
agenda-days = Tage
agenda-day-wrong = Dieses Datum können wir nicht zeigen. Bitte wählen Sie einen anderen Tag.
agenda-time-wrong = Bitte geben Sie eine Uhrzeit wie 09:30 ein.
agenda-today = Heute
agenda-previous = Vorheriger Tag
agenda-next = Nächster Tag
agenda-show = Anzeigen
agenda-location = Standort
agenda-provider = Behandler
agenda-service = Leistung
agenda-party = Personen
agenda-party-wrong = Bitte geben Sie an, wie viele Personen kommen, mindestens 1.
agenda-all-locations = Alle Standorte
agenda-all-providers = Alle Behandler
agenda-anyone = Egal wer
agenda-choose = Bitte wählen
agenda-choose-service = Bitte wählen Sie eine Leistung.
agenda-choose-location = Bitte wählen Sie einen Standort.
agenda-choose-provider = Bitte wählen Sie einen Behandler aus der Liste.
agenda-book = Neue Buchung
agenda-closed = { $location } ist geschlossen: { $name }
agenda-count = { $count ->
    [one] Eine Buchung
   *[other] { $count } Buchungen
}
agenda-people = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
}
agenda-none = Nichts gebucht.
agenda-called-off = { $count ->
    [one] 1 abgesagt
   *[other] { $count } abgesagt
}
agenda-late = Kurzfristige Absage
agenda-empty-title = An diesem Tag arbeitet niemand
agenda-empty = Hier gibt es keine Arbeitszeiten und keine Buchungen. Wählen Sie einen anderen Tag oder Filter.
agenda-absent = Nicht da
agenda-away-time-off = Frei
agenda-away-not-here = An diesem Tag nicht da

agenda-requests-title = Offene Anfragen
agenda-requests-all = Alle Anfragen zeigen
agenda-requests-empty-title = Es warten keine Anfragen
agenda-requests-empty = Anfragen zu Leistungen, die Sie bestätigen müssen, erscheinen hier.
agenda-approve = Bestätigen
agenda-approve-name = Anfrage von { $name } bestätigen
agenda-decline = Ablehnen
agenda-decline-name = Anfrage von { $name } ablehnen
agenda-decline-send = Anfrage ablehnen
agenda-reason-to-client = Grund, den der Patient liest

agenda-done-booked = Gebucht. Die Bestätigung ist unterwegs.
agenda-done-approved = Die Anfrage ist bestätigt. Der Patient wird benachrichtigt.
agenda-done-declined = Die Anfrage ist abgelehnt. Der Patient wird benachrichtigt.
agenda-done-cancelled = Abgesagt. Die Zeit ist wieder frei und der Patient wird benachrichtigt.
agenda-done-arrived = Als angekommen vermerkt.
agenda-done-started = Als in Behandlung vermerkt.
agenda-done-completed = Als abgeschlossen vermerkt; der Preis wurde berechnet.
agenda-done-missed = Als nicht erschienen vermerkt.

agenda-booking-title = Buchung { $reference }
agenda-to-day = Zum Tag
agenda-when = Wann
agenda-duration = Dauer
agenda-duration-until = { $duration }, bis { $end }
agenda-price = Preis
agenda-reference = Referenz
agenda-made = Gebucht am
agenda-note = Notiz
agenda-client = Patient
agenda-book-again = Wieder buchen
agenda-ended = Beendet { $when }, durch: { $who }.
agenda-actor-client = Patient
agenda-actor-staff = Team
agenda-actor-system = Rebook
agenda-history = Verlauf
agenda-what = Was
agenda-by = Durch
agenda-state = Zustand
agenda-answer = Anfrage beantworten
agenda-attendance = Anwesenheit
agenda-arrive = Angekommen
agenda-arrive-name = { $name } ist angekommen
agenda-start = Beginnen
agenda-complete = Abgeschlossen
agenda-miss = Nicht erschienen
agenda-cancel = Buchung absagen
agenda-cancel-late = Die Frist von { $notice } ist vorbei: Wenn der Grund nicht bei der Praxis liegt, zählt dies als kurzfristige Absage.
agenda-cancel-reason = Grund
agenda-cancel-send = Buchung absagen

agenda-messages = Nachrichten
agenda-messages-none = Zu dieser Buchung wurde nichts gesendet.
agenda-message = Nachricht
agenda-message-confirmation = Bestätigung
agenda-message-request-received = Anfrage eingegangen
agenda-message-approved = Zusage
agenda-message-declined = Keine Zusage
agenda-message-change = Änderung
agenda-message-cancellation = Absage
agenda-message-provider-request = Anfrage, an den Behandler
agenda-message-provider-booked = Buchung, an den Behandler
agenda-message-provider-cancelled = Absage, an den Behandler
agenda-message-series-booked = Terminserie gebucht
agenda-message-series-changed = Terminserie geändert
agenda-message-series-cancelled = Terminserie abgesagt
agenda-message-series-gaps = Nicht buchbare Termine einer Serie
agenda-message-series-gaps-desk = An die Praxis: nicht buchbare Termine einer Serie
agenda-message-provider-series = An die Behandlerin oder den Behandler: Terminserie
agenda-message-waitlist-joined = Auf die Warteliste gesetzt
agenda-message-waitlist-offer = Platz von der Warteliste angeboten
agenda-message-portal-link = Anmelde-Link
agenda-message-state-waiting = Wartet
agenda-message-state-sent = Gesendet
agenda-message-state-retry = Wird erneut versucht
agenda-message-state-dead = Gescheitert
agenda-message-state-cancelled = Nicht mehr nötig
agenda-message-state-skipped = Nicht gesendet
agenda-message-state-uncertain = Ungewiss
agenda-reason-no-address = Keine E-Mail-Adresse
agenda-reason-bad-address = Die E-Mail-Adresse ist falsch
agenda-reason-do-not-contact = Möchte nicht angeschrieben werden
agenda-reason-expired = Ihre Zeit war vorbei
agenda-reason-superseded = Etwas Neueres wurde gesendet
agenda-reason-refused = Der Mailserver hat sie abgelehnt
agenda-reason-server = Der Mailserver war nicht erreichbar
agenda-reason-queue-stopped = Der Mailserver verweigert unsere Anmeldung; zurzeit geht keine Mail hinaus

desk-title = Neue Buchung
desk-what = Was?
desk-show-times = Freie Zeiten zeigen
desk-choose-time = Bitte wählen Sie eine Zeit.
desk-nothing-free = An diesem Tag ist nichts frei.
desk-next-free = Nächste freie Zeit: { $day }
desk-morning = Vormittag
desk-afternoon = Nachmittag
desk-evening = Abend
desk-time = Zeit
desk-no-other-time = Sonst ist nichts frei. Wählen Sie oben eine andere Leistung oder einen anderen Tag.
desk-find-client = Patienten suchen
desk-other-client = Jemand anderen wählen
desk-new-client = Neuer Patient
desk-client-unknown = Diesen Patienten gibt es nicht. Bitte wählen Sie noch einmal.
desk-contact-needed = Bitte geben Sie eine E-Mail-Adresse oder eine Telefonnummer ein.
desk-email-wrong = Bitte geben Sie eine E-Mail-Adresse wie ana@example.com ein oder lassen Sie das Feld leer.
desk-phone-wrong = Bitte geben Sie eine Telefonnummer mit 6 bis 15 Ziffern ein oder lassen Sie das Feld leer.
desk-name-too-long = Bitte verwenden Sie höchstens 60 Zeichen.
desk-name-link = Ein Name darf keine Webadresse enthalten.
desk-name-unprintable = Der Name enthält Zeichen, die nicht dargestellt werden können.
desk-note-too-long = Bitte verwenden Sie höchstens { $characters } Zeichen.
desk-send = Buchen
desk-taken = Diese Zeit wurde gerade vergeben. Das sind die neuesten freien Zeiten; Ihre Eingaben bleiben erhalten.
desk-closed = Zu dieser Zeit arbeitet niemand.
desk-not-here = Diese Leistung gibt es an diesem Standort nicht.
desk-not-with = Dieser Behandler bietet die Leistung nicht an.
desk-key-reused = Dieses Formular wurde schon mit anderen Angaben gesendet. Bitte beginnen Sie eine neue Buchung.
desk-price = Der Preis ist zu groß, um gespeichert zu werden.

why-title = Warum ist diese Zeit nicht frei?
why-ask = Nach einer Zeit fragen
why-time = Uhrzeit
why-send = Erklären
why-empty-title = Fragen Sie nach einer Zeit
why-empty = Wählen Sie Leistung, Ort, Tag und Uhrzeit und sehen Sie, was dagegen spricht, für jeden Behandler.
why-free = Diese Zeit ist frei.
why-not-free = Patienten können diese Zeit nicht buchen.
why-provider-free = Frei
why-provider-otherwise-free = Sonst spricht nichts dagegen.
why-nobody-offers-it = Niemand bietet diese Leistung hier an.
why-party-too-small = { $people ->
    [one] Die Leistung ist für mindestens 1 Person.
   *[other] Die Leistung ist für mindestens { $people } Personen.
}
why-party-too-large = { $people ->
    [one] Die Leistung ist für höchstens 1 Person.
   *[other] Die Leistung ist für höchstens { $people } Personen.
}
why-does-not-exist = Diese Uhrzeit gibt es nicht: Die Uhren werden vorgestellt.
why-other-day = Diese Zeit gehört zu einem anderen Tag.
why-past = Diese Zeit ist vorbei.
why-too-soon = Es ist zu kurzfristig: Patienten können ab { $earliest } buchen.
why-too-far = Es ist zu weit voraus: Patienten können bis { $day } buchen.
why-closed = Der Standort ist geschlossen: { $name }.
why-provider-left = Arbeitet nicht mehr hier.
why-time-off = Hat frei.
why-not-here = Ist an diesem Tag nicht da.
why-not-here-note = Ist an diesem Tag nicht da: { $note }.
why-break = Hat Pause.
why-outside-hours = Arbeitet zu dieser Zeit nicht.
why-duration = Die Leistung würde nicht bis { $until } enden, wenn die Arbeitszeit endet.
why-off-grid = Zu dieser Minute beginnen keine Termine.
why-class-full = { $left ->
    [0] Die Gruppe ist voll.
    [one] Die Gruppe hat nur noch 1 Platz.
   *[other] Die Gruppe hat nur noch { $left } Plätze.
}
why-booked = Ist bis { $until } gebucht.
why-buffer = Die Zeit davor oder danach berührt, was von { $from } bis { $until } gebucht ist.
why-no-room = Jeder passende Raum ist belegt.

agenda-worklists = Arbeitslisten
agenda-worklist-requests = Anfragen
agenda-worklist-requests-about = Patienten warten auf Ihre Antwort.
agenda-worklist-clashes = Passt nicht mehr
agenda-worklist-clashes-about = Gebucht, aber niemand ist da: geänderte Zeiten, Abwesenheit oder geschlossene Praxis. Verschieben Sie sie oder sagen Sie sie ab.
agenda-clashes-empty-title = Alles passt
agenda-clashes-empty = Jede kommende Buchung liegt in den Arbeitszeiten.
agenda-clashes-when = Wann
agenda-clashes-client = Patient
agenda-clashes-what = Was
agenda-clashes-why = Warum
agenda-clashes-do = Tun
agenda-clashes-open = Öffnen
agenda-clashes-cut = Es gibt weitere; sie erscheinen, sobald diese erledigt sind.

agenda-visit = Leistungen dieses Termins
agenda-visit-part = { $service } (Teil { $position } von { $count })
agenda-visit-whole = Verschieben und Absagen betreffen den ganzen Termin. Die Ankunft gilt für alle Leistungen, alles andere für jede einzeln.
agenda-visit-then = Danach, im selben Termin
agenda-visit-nothing = nichts weiter
agenda-visit-twice = Jede Leistung kommt in einem Termin nur einmal vor.
agenda-visit-class = Ein Gruppentermin hat seine eigene Zeit.
agenda-visit-not-together = Diese Leistungen gibt es nicht am selben Standort.
agenda-visit-then-more = Und danach

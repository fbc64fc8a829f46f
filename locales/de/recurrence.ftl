# Termine, die sich wiederholen: die Regel, wie man sie sagt, Seiten und Nachrichten.

recurrence-daily = { $interval ->
    [1] Jeden Tag
    [2] Jeden zweiten Tag
   *[other] Alle { $interval } Tage
}
recurrence-weekly = { $interval ->
    [1] Jeden { $day }
    [2] Jeden zweiten { $day }
    [3] Jeden dritten { $day }
   *[other] Alle { $interval } Wochen am { $day }
}
recurrence-weekly-days = { $interval ->
    [1] Jeden { $days }
   *[other] Alle { $interval } Wochen am { $days }
}
recurrence-monthly-on = { $interval ->
    [1] Jeden Monat am { $day }.
   *[other] Alle { $interval } Monate am { $day }.
}
recurrence-monthly-last-day = { $interval ->
    [1] Am letzten Tag jedes Monats
   *[other] Alle { $interval } Monate am letzten Tag
}
recurrence-monthly-nth = { $interval ->
    [1] Am { $nth } { $day } jedes Monats
   *[other] Alle { $interval } Monate am { $nth } { $day }
}
recurrence-first = ersten
recurrence-second = zweiten
recurrence-third = dritten
recurrence-fourth = vierten
recurrence-fifth = fünften
recurrence-last = letzten
recurrence-list = { $first } und { $last }
recurrence-at = { $rule } um { $time } Uhr
recurrence-times = { $rule }, { $count ->
    [one] einmal
   *[other] { $count }-mal
}
recurrence-until = { $rule }, bis { $date }
recurrence-open = { $rule }, ohne Ende

recurrence-mail-subject-booked = Ihr wiederkehrender Termin ist gebucht: { $count } Termine
recurrence-mail-heading-booked = Ihr wiederkehrender Termin ist gebucht
recurrence-mail-lead-booked = Unten stehen alle Termine. Die Einladung trägt sie als einen Eintrag in Ihren Kalender ein.
recurrence-mail-subject-changed = Ihr wiederkehrender Termin hat sich geändert
recurrence-mail-heading-changed = Ihr wiederkehrender Termin hat sich geändert
recurrence-mail-lead-changed = Das gilt jetzt. Die Einladung bringt den Eintrag in Ihrem Kalender auf den neuen Stand.
recurrence-mail-subject-cancelled = Ihr wiederkehrender Termin ist abgesagt
recurrence-mail-heading-cancelled = Ihr wiederkehrender Termin ist abgesagt
recurrence-mail-lead-cancelled = Keiner der kommenden Termine findet statt. Der Eintrag in Ihrem Kalender wird auf den neuen Stand gebracht. Wir sehen Sie gern zu einer anderen Zeit.
recurrence-mail-subject-gaps = Nicht alle Termine Ihrer Reihe konnten gebucht werden
recurrence-mail-heading-gaps = Einige Termine konnten nicht gebucht werden
recurrence-mail-lead-gaps = Ihr wiederkehrender Termin läuft weiter, aber die zuerst genannten Termine konnten nicht gebucht werden. Wir suchen eine andere Zeit und melden uns; alles andere bleibt, wie es ist.
recurrence-mail-subject-gaps-desk = Termine einer Reihe konnten nicht gebucht werden
recurrence-mail-heading-gaps-desk = Termine, die nicht gebucht werden konnten
recurrence-mail-lead-gaps-desk = Diese Termine kamen in Reichweite und waren nicht frei. Sie stehen auf der Arbeitsliste, bis jemand eine andere Zeit bucht oder sie auslässt.
recurrence-mail-subject-provider = Wiederkehrender Termin: { $count } Termine bei Ihnen
recurrence-mail-subject-provider-none = Wiederkehrender Termin: keine Termine mehr bei Ihnen
recurrence-mail-heading-provider = Wiederkehrender Termin
recurrence-mail-lead-provider = Das gilt jetzt für einen wiederkehrenden Termin bei Ihnen.
recurrence-mail-label-rule = Wiederholung
recurrence-mail-label-dates = Termine
recurrence-mail-label-gaps = Nicht gebucht
recurrence-mail-date = { $date }, { $hours } Uhr
recurrence-mail-note-open = Weitere Termine werden von selbst gebucht, sobald sie in Reichweite kommen.
recurrence-mail-note-deadline = Etwas kommt dazwischen? Bitte verschieben oder sagen Sie einen Termin spätestens { $notice } vorher ab, damit jemand anderes die Zeit nutzen kann.
recurrence-mail-action-manage = Termine ansehen oder ändern
recurrence-mail-action-worklist = Arbeitsliste öffnen

recurrence-repeat-link = Diesen Termin wiederholen: wöchentlich, monatlich oder wie Sie es brauchen
recurrence-title = Termin wiederholen
recurrence-rule-title = Wie oft?
recurrence-every = Wie oft
recurrence-every-day = Jeden Tag
recurrence-every-week = Jede Woche
recurrence-every-month-on = Jeden Monat am { $day }.
recurrence-every-month-nth = Jeden Monat am { $nth } { $day }
recurrence-every-month-last-day = Jeden Monat am letzten Tag
recurrence-interval = Abstand
recurrence-interval-hint = 1 heißt jedes Mal, 2 heißt jedes zweite Mal
recurrence-days = An diesen Wochentagen
recurrence-days-hint = Nur bei wöchentlichen Terminen.
recurrence-ends = Bis wann
recurrence-ends-count = Nach einer Anzahl
recurrence-ends-until = Bis zu einem Tag
recurrence-ends-never = Ohne Ende
recurrence-number = Anzahl der Termine
recurrence-until-day = Letzter Tag
recurrence-conflict = Termine, die nicht frei sind
recurrence-conflict-refuse = Ich entscheide einzeln
recurrence-conflict-skip = Auslassen
recurrence-conflict-nearest = Nächste freie Zeit nehmen
recurrence-conflict-append = Auslassen und am Ende anhängen
recurrence-show = Termine anzeigen
recurrence-wrong-interval = Der Abstand muss zwischen 1 und 99 liegen.
recurrence-wrong-count = Bitte geben Sie zwischen 1 und 366 Termine an.
recurrence-wrong-until = Bitte geben Sie einen Tag an.
recurrence-wrong-until-before = Der letzte Tag liegt vor dem ersten Termin.
recurrence-wrong-day = Der erste Termin liegt auf keinem dieser Tage. Bitte wählen Sie auch seinen Wochentag.
recurrence-wrong-rule = Eine solche Wiederholung ist nicht möglich.
recurrence-wrong-time = Bitte geben Sie eine Uhrzeit an, etwa 09:30.
recurrence-wrong-party = So viele Personen passen nicht zu dieser Leistung.
recurrence-past = Diese Zeit ist vorbei.
recurrence-not-offered = Diese Leistung kann online nicht wiederholt werden. Bitte rufen Sie uns an.
recurrence-unknown-location = Diese Leistung gibt es dort nicht.
recurrence-unknown-provider = Diese Leistung gibt es dort nicht bei dieser Person.
recurrence-archived = Diese Leistung oder diesen Ort gibt es nicht mehr.
recurrence-same-time = Der Termin liegt schon auf dieser Zeit.
recurrence-anyone = Egal wer
recurrence-would-book = { $count ->
    [0] Kein Termin würde gebucht.
    [one] Ein Termin würde gebucht.
   *[other] { $count } Termine würden gebucht.
}
recurrence-would-wait = { $count ->
    [one] Ein Termin wartet auf Ihre Entscheidung.
   *[other] { $count } Termine warten auf Ihre Entscheidung.
}
recurrence-would-move = { $count ->
    [one] Ein Termin würde verschoben.
   *[other] { $count } Termine würden verschoben.
}
recurrence-column-date = Termin
recurrence-column-state = Stand
recurrence-column-decision = Entscheidung
recurrence-column-before = Jetzt
recurrence-column-after = Dann
recurrence-column-with = Bei
recurrence-state-free = Frei
recurrence-state-taken = Belegt
recurrence-state-closed = Geschlossen
recurrence-state-does-not-exist = Gibt es nicht
recurrence-state-too-soon = Zu kurzfristig
recurrence-state-too-far = Später gebucht
recurrence-added = Am Ende angehängt
recurrence-later = Wird von selbst gebucht, sobald er in Reichweite kommt
recurrence-option-keep = Um { $time } Uhr buchen
recurrence-option-choose = Bitte wählen
recurrence-option-time = Um { $time } Uhr
recurrence-option-day = Am { $date } um { $time } Uhr
recurrence-option-out = Auslassen
recurrence-check = Noch einmal prüfen
recurrence-your-details = Ihre Angaben
recurrence-book-all = Alle Termine buchen
recurrence-all-or-none = Alle Termine werden zusammen gebucht, oder keiner.
recurrence-undecided = Bitte entscheiden Sie über jeden Termin, der nicht frei ist.
recurrence-conflict-notice = Jemand war schneller: Ein Termin ist nicht mehr frei. Es wurde nichts gebucht; bitte sehen Sie die Termine noch einmal an.
recurrence-form-sent = Dieses Formular wurde schon mit anderem Inhalt gesendet. Bitte beginnen Sie neu.

recurrence-one-of = Ein Termin einer Reihe: alle Termine ansehen
recurrence-unknown-title = Dieser Link öffnet nichts
recurrence-manage-title = Ihr wiederkehrender Termin
recurrence-done-title = Ihre Termine sind gebucht
recurrence-done-changed = Die Termine sind geändert.
recurrence-done-cancelled = Die Termine sind abgesagt.
recurrence-mailed = Eine Nachricht mit allen Terminen und einem Kalendereintrag ist unterwegs, wenn wir Ihre Adresse haben.
recurrence-count = { $count ->
    [0] Kein kommender Termin
    [one] Ein kommender Termin
   *[other] { $count } kommende Termine
}
recurrence-goes-on = Weitere Termine werden von selbst gebucht, sobald sie in Reichweite kommen.
recurrence-continued = Ab einem späteren Tag gehen diese Termine in einer anderen Reihe weiter.
recurrence-continued-link = Anzeigen
recurrence-moved-from = verschoben von { $when }
recurrence-date-left-out = Ausgelassen
recurrence-date-unbookable = Konnte nicht gebucht werden
recurrence-past-title = Frühere Termine
recurrence-to-come-title = Termine
recurrence-none-to-come = Es steht kein Termin mehr an.
recurrence-date-open-hint = Um nur einen Termin zu verschieben oder abzusagen, öffnen Sie ihn.
recurrence-change-title = Alle oder die folgenden Termine verschieben
recurrence-change-hint = Geben Sie den neuen Tag und die neue Zeit des ersten an; die anderen folgen im selben Abstand. Einzeln verschobene Termine bleiben, wo sie sind.
recurrence-from-label = Welche Termine
recurrence-from-all = Alle kommenden Termine
recurrence-from = Ab dem { $date }
recurrence-new-date = Neuer Tag des ersten davon
recurrence-new-time = Neue Uhrzeit
recurrence-preview = Termine ansehen
recurrence-cancel-title = Alle oder die folgenden Termine absagen
recurrence-cancel-look = Ansehen, was abgesagt würde
recurrence-confirm-change = Diese Termine verschieben?
recurrence-confirm-change-send = Termine verschieben
recurrence-confirm-cancel = Diese Termine absagen?
recurrence-confirm-cancel-send = Termine absagen
recurrence-confirm-nothing = Keiner dieser Termine kann abgesagt werden.
recurrence-kept-title = Diese bleiben
recurrence-kept = { $date }: { $why }
recurrence-kept-moved = Bleibt: Der Termin wurde einzeln verschoben.
recurrence-kept-late = Bleibt: Verschieben war bis { $deadline } möglich.
recurrence-kept-often = Bleibt: Der Termin wurde so oft verschoben wie möglich.
recurrence-kept-not-movable = Bleibt: Der Termin kann nicht mehr verschoben werden.
recurrence-cancel-late = Absagen war bis { $deadline } möglich; bitte rufen Sie uns an
recurrence-cancel-started = kann nicht mehr abgesagt werden
recurrence-nothing-left = Es steht kein Termin mehr an.
recurrence-changed-meanwhile = Jemand hat es inzwischen geändert. Bitte sehen Sie noch einmal nach.
recurrence-back = Zurück
recurrence-reason = Warum

recurrence-desk-title = Terminreihe { $reference }
recurrence-desk-repeat = Diesen Termin wiederholen
recurrence-desk-part = Teil einer Reihe
recurrence-worklist = Wiederkehrende Termine
recurrence-worklist-about = Termine, die in Reichweite kamen und nicht gebucht werden konnten.
recurrence-worklist-title = Termine, die nicht gebucht werden konnten
recurrence-worklist-lead = Diese Termine von Reihen kamen in Reichweite und waren nicht frei. Buchen Sie eine andere Zeit oder lassen Sie sie aus.
recurrence-worklist-none = Hier wartet nichts.
recurrence-worklist-none-text = Termine von Reihen, die nicht gebucht werden können, erscheinen hier.
recurrence-gap-other-time = Andere Zeit
recurrence-gap-book = Diese Zeit buchen
recurrence-gap-leave-out = Auslassen
recurrence-gap-no-time = Keine freie Zeit in der Nähe.
recurrence-gap-booked = Der Termin ist zu einer anderen Zeit gebucht, und die Patientin oder der Patient erfährt es.
recurrence-gap-left-out = Der Termin ist ausgelassen, und die Patientin oder der Patient erfährt es.
recurrence-gap-settled = Jemand hat diesen Termin schon geregelt.

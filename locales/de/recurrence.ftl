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

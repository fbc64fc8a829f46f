move-title = Anderen Termin wählen
move-back = Zurück zu Ihrem Termin
move-now = Ihr Termin jetzt
move-kept = Er bleibt Ihnen erhalten, bis Sie eine neue Zeit bestätigen.
move-with-at = { $provider } · { $place }
move-until = Sie können ihn hier bis { $deadline } verschieben. { $count ->
    [one] Noch eine Verschiebung ist möglich.
   *[other] Noch { $count } Verschiebungen sind möglich.
}
move-until-start = Sie können ihn hier bis zum Beginn verschieben. { $count ->
    [one] Noch eine Verschiebung ist möglich.
   *[other] Noch { $count } Verschiebungen sind möglich.
}
move-open = Auf andere Zeit verschieben
move-done = Ihr Termin wurde verschoben. Wir haben Ihnen die neue Zeit geschickt.
move-done-unmailed = Ihr Termin wurde verschoben.

move-confirm-title = Termin verschieben?
move-from = Von
move-to = Auf
move-reason = Warum? Das hilft uns beim Planen
move-send = Termin verschieben
move-other = Andere Zeit wählen
move-keep = So lassen, wie er ist
move-then-cancel = Zur neuen Zeit können Sie hier noch bis { $deadline } absagen.
move-then-binding = Zur neuen Zeit kann er hier nicht mehr abgesagt werden.
move-then-left = { $count ->
    [0] Danach können Sie ihn hier nicht noch einmal verschieben.
    [one] Danach können Sie ihn noch einmal verschieben.
   *[other] Danach können Sie ihn noch { $count }-mal verschieben.
}

move-refused-title = Dieser Termin lässt sich hier nicht verschieben
move-too-late = Online verschieben war bis { $deadline } möglich.
move-too-often = { $count ->
    [one] Er wurde schon einmal verschoben; öfter geht es online nicht.
   *[other] Er wurde schon { $count }-mal verschoben; öfter geht es online nicht.
}
move-not-allowed = Termine dieser Art verschiebt unser Team.
move-started = Der Termin hat begonnen und kann nicht mehr verschoben werden.
move-not-movable = Dieser Termin findet nicht mehr statt, oder Sie sind schon da.
move-call = Bitte rufen Sie uns an, wir finden einen Weg.
move-gone = { $time } ist gerade vergeben worden. Ihr Termin bleibt, wo er war. Diese Zeiten sind jetzt frei.
move-same-time = Ihr Termin liegt schon auf dieser Zeit. Wählen Sie eine andere.

move-desk-title = { $name } verschieben
move-desk-open = Verschieben
move-desk-back = Zurück zur Buchung
move-desk-other-clock = Andere Uhrzeit an diesem Tag
move-desk-other-clock-hint = Jede Uhrzeit ist möglich. Bricht sie eine Regel, werden Sie vorher gefragt.
move-desk-use-clock = Diese Zeit nehmen
move-desk-as-chosen = { $when } (wie gewählt)
move-desk-now = Bisheriger Termin
move-desk-free = Freie Zeiten
move-desk-free-none = An diesem Tag ist nichts frei.
move-desk-to = Neuer Termin
move-desk-day = Tag
move-desk-time = Uhrzeit
move-desk-time-hint = Wählen Sie oben eine freie Zeit oder tragen Sie eine beliebige ein.
move-desk-show = Anzeigen
move-desk-reason-client = Grund, bleibt im Verlauf
move-desk-send = Termin verschieben
move-desk-anyway = Trotzdem verschieben
move-desk-book-anyway = Trotzdem buchen
move-desk-warning = Das bricht { $count ->
    [one] eine Regel:
   *[other] { $count } Regeln:
}
move-desk-warning-more = Inzwischen steht mehr im Weg. Bitte lesen Sie die Liste noch einmal.
move-desk-warning-kept = Der Verlauf hält fest, was gebrochen wurde und von wem.
move-desk-warning-beside = Wer überlappt wird, behält den Platz; beide stehen im Kalender nebeneinander.
move-desk-overlap = { $provider } hat { $name }, { $service }, von { $from } bis { $to }.
move-desk-overlap-hold = Jemand bucht gerade eine Zeit, die sich überschneidet.
move-desk-blocked = Die Zeit ist gesperrt.
move-desk-over-capacity = { $left ->
    [0] Die Gruppe ist voll.
    [one] Die Gruppe hat noch einen Platz.
   *[other] Die Gruppe hat noch { $left } Plätze.
}
move-desk-past-deadline = Verschieben konnte der Patient bis { $deadline }.
move-desk-changed = { $who } hat diese Buchung geändert, während Sie sie ansahen ({ $when }). So steht sie jetzt; Ihre Wahl steht noch unten.
move-desk-same-time = Sie liegt schon auf dieser Zeit bei dieser Person.
move-desk-taken = Diese Zeit ist vergeben, und Ihre Rolle darf nicht darüber buchen.
move-desk-closed = Zu dieser Zeit arbeitet niemand, und Ihre Rolle darf nicht außerhalb der Zeiten buchen.
move-desk-no-such-time = Diese Uhrzeit gibt es an dem Tag nicht, die Uhren werden vorgestellt. Wählen Sie eine andere.
move-desk-with = Bei
move-desk-where = Wo
move-desk-done = Die Buchung wurde verschoben. Der Patient wird benachrichtigt.
move-event = Verschoben
move-event-change = von { $from } auf { $to }
move-event-spot = { $when }, { $provider }
move-event-spot-place = { $when }, { $provider }, { $place }
move-event-broke = Bewusst gebrochen: { $rules }

move-rule-overlap = überschneidet sich mit einem anderen Termin
move-rule-blocked = die Zeit war gesperrt
move-rule-over-capacity = mehr Personen als Plätze
move-rule-past-deadline = nach der Frist
move-rule-outside-hours = außerhalb der Zeiten
move-rule-off-grid = keine übliche Anfangszeit
move-rule-break = in einer Pause
move-rule-closure = Standort geschlossen
move-rule-time-off = in einer Abwesenheit
move-rule-not-here = an dem Tag nicht dort
move-rule-provider-left = arbeitet nicht mehr hier
move-rule-no-room = kein Raum frei
move-rule-other = eine andere Regel

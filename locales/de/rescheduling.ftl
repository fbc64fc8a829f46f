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

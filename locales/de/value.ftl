# Was ein Patient wert ist und ob er wiederkommt: ein Teil der Seite des Patienten.
value-title = Wert und Wiederkehr
value-none = Noch nicht bekannt: Die Zahlen beginnen mit dem ersten abgeschlossenen Besuch.
value-state = Stand
value-since = seit { $date }
value-booked = Gebucht
value-lost = Verloren
value-at-risk = Gefährdet
value-overdue = Überfällig
value-is-due = Fällig
value-new = Neu
value-active = Aktiv
value-due = Der nächste Besuch wird um den { $date } erwartet.
value-lost-means = Der letzte Besuch liegt länger zurück, als die Praxis wartet, und nichts ist gebucht.
value-rhythm = Eigener Rhythmus
value-rhythm-days = { $days ->
    [one] jeden Tag
   *[other] alle { $days } Tage
}
value-rhythm-gaps = Die Mitte von { $gaps } Abständen zwischen Besuchen.
value-rhythm-unknown = Noch nicht bekannt: ab dem vierten Besuch. Bis dahin werden { $days } Tage erwartet.
value-visits = Besuche
value-visits-since = { $count ->
    [one] 1, am { $date }
   *[other] { $count } seit { $date }
}
value-visits-year = { $number } im Jahr
value-visits-year-unknown = Besuche im Jahr sind noch nicht bekannt: ab dem dritten Besuch.
value-so-far = Bisher
value-so-far-means = Berechnet, abzüglich dessen, worauf verzichtet wurde, ohne Steuer.
value-margin = Davon bleiben { $amount } nach den Kosten der Leistungen.
value-next-year = Nächste 12 Monate
value-range = In neun von zehn Fällen zwischen { $low } und { $high }.
value-unknown = Noch nicht bekannt: Ein Modell braucht etwa 50 Patienten, die wiederkamen.
value-alive = Noch Patient
value-percent = { $percent } %
value-half = Die Hälfte der Menschen, bei denen es so steht, ist bis zum { $date } wieder da.
value-quarter = Ein Viertel der Menschen, bei denen es so steht, ist bis zum { $date } wieder da, die Hälfte nie.
value-few = Weniger als ein Viertel der Menschen, bei denen es so steht, kommt wieder.
value-risk = Auf dem Spiel
value-risk-means = Was jemand, der wie erwartet kommt, in einem Jahr brächte, abzüglich dessen, was noch erwartet wird.

# Ein Besuch an seinem Tag: Verspätung, Abschluss, Zurücknehmen eines Klicks, der nächste Besuch.

visit-late-overdue = Noch nicht da, seit { $time } überfällig
visit-late-waiting = Wartet { $time }
visit-late-started = { $time } später begonnen
visit-late-over = Sollte seit { $time } beendet sein
visit-late-behind = { $provider } ist { $time } im Verzug

visit-undo = Rückgängig
visit-undo-over = Zu spät zum Zurücknehmen
visit-undo-nothing = Es gibt nichts zurückzunehmen.
visit-undo-late = Das lässt sich nur innerhalb von { $seconds } Sekunden zurücknehmen.
visit-undo-taken-by = Der Platz ist inzwischen vergeben: { $what }.
visit-undo-taken = Der Platz ist inzwischen vergeben.
visit-undo-receipt = Es gibt schon einen Beleg. Berichtigen Sie stattdessen die Zeilen des Kontos.
visit-done-undone = Zurückgenommen.
visit-done-not-rebooked = Vermerkt. Die Person steht auf der Liste ohne nächsten Termin.
visit-event-undone = Zurückgenommen
visit-event-not-rebooked = Kein nächster Termin gebucht
visit-event-back = { $from } → { $to }

visit-time-confirmed = Von der Person bestätigt
visit-time-arrived = Eingetroffen
visit-time-started = Begonnen
visit-time-completed = Abgeschlossen
visit-time-missed = Nicht erschienen

visit-complete-heading = Abschließen
visit-complete-card = Abgeschlossen, { $amount } mit Karte bezahlt
visit-complete-cash = Abgeschlossen, { $amount } bar bezahlt
visit-complete-later = Abgeschlossen, zahlt später
visit-complete-more = Extras, Nachlass, andere Zahlung
visit-complete-title = Besuch von { $name } abschließen
visit-complete-send = Besuch abschließen
visit-back = Zurück
visit-agreed = vereinbart: { $price }
visit-price = Preis in { $currency }
visit-extras = Extras
visit-extras-hint = Wählen Sie etwas aus der Liste oder schreiben Sie es selbst.
visit-extras-more = Weitere Extras
visit-extra-item = Extra { $number }
visit-tax-usual = Wie üblich
visit-discount = Nachlass
visit-discount-unit = In
visit-discount-reason = Grund des Nachlasses
visit-discount-reason-needed = Bitte sagen Sie, warum es einen Nachlass gibt.
visit-discount-wrong = Der Nachlass ist größer als der Preis.
visit-paid = Jetzt bezahlt in { $currency }
visit-paid-hint = Leer lassen, wenn alles bezahlt wird.
visit-paid-wrong = Das muss mehr als 0 und höchstens so viel sein, wie es kostet.

visit-next = Nächster Besuch
visit-next-title = Nächster Besuch von { $name }
visit-to-booking = Zum Termin
visit-coming-title = Der nächste Besuch ist gebucht
visit-done = Fertig
visit-due = Fällig am { $day }.
visit-due-recall-months = { $months ->
    [one] Einen Monat nach diesem Besuch.
   *[other] { $months } Monate nach diesem Besuch.
}
visit-due-recall-days = { $days ->
    [one] Einen Tag nach diesem Besuch.
   *[other] { $days } Tage nach diesem Besuch.
}
visit-due-recall = { $months } Monate und { $days } Tage nach diesem Besuch.
visit-due-rhythm = Kommt sonst alle { $days } Tage.
visit-due-usual = Sechs Monate nach diesem Besuch.
visit-next-none = In der Nähe dieses Tages ist nichts frei.
visit-next-mails = Ein Klick bucht die Zeit und verschickt die Bestätigung.
visit-next-other = Andere Zeiten
visit-next-choose = Bitte wählen Sie eine der Zeiten.
visit-next-taken = Diese Zeit ist inzwischen vergeben. Bitte wählen Sie eine andere.
visit-next-refused = Diese Zeit lässt sich nicht buchen. Bitte wählen Sie andere Zeiten.
visit-not-now = Jetzt nicht
visit-not-now-reason = Warum nicht
visit-not-now-send = Jetzt nicht
visit-not-now-looks-first = Sieht erst in den Kalender
visit-not-now-will-call = Ruft an oder bucht online
visit-not-now-remind-me = Möchte erinnert werden
visit-not-now-no-need = Braucht vorerst nichts
visit-not-now-elsewhere = Geht woandershin
visit-not-now-other = Etwas anderes

# Wiedervorstellung: wer wieder fällig ist.
recall-audit-type = Art der Wiedervorstellung
recall-audit-recall = Wiedervorstellung eines Patienten

# Abstände und Gründe
recall-every-months = { $months ->
    [one] nach 1 Monat
   *[other] nach { $months } Monaten
}
recall-every-days = { $days ->
    [one] nach 1 Tag
   *[other] nach { $days } Tagen
}
recall-every-both = { $months ->
    [one] nach 1 Monat
   *[other] nach { $months } Monaten
} und { $days ->
    [one] 1 Tag
   *[other] { $days } Tagen
}
recall-every-rhythm = im eigenen Rhythmus des Patienten
recall-every-own = Für diesen Patienten { $every } fällig.
recall-every-type = Wie für alle { $every } fällig.
recall-why-declined = Möchte keine Erinnerungen
recall-why-elsewhere = Geht woanders hin
recall-why-not-needed = Nicht mehr nötig
recall-why-other = Anderer Grund

# Die Mail
recall-message-kind = Wiedervorstellung
recall-mail-subject = Ihr nächster Termin bei { $clinic }
recall-mail-heading = Zeit für den nächsten Termin
recall-mail-lead-before = { $count ->
    [one] Ihr nächster Termin wird bald fällig. Wählen Sie mit einem Klick eine Zeit, ohne Anmeldung.
   *[other] Die nächsten Termine werden bald fällig. Wählen Sie mit je einem Klick eine Zeit, ohne Anmeldung.
}
recall-mail-lead-after = { $count ->
    [one] Ihr nächster Termin ist fällig und noch nicht gebucht. Wählen Sie mit einem Klick eine Zeit, ohne Anmeldung.
   *[other] Die nächsten Termine sind fällig und noch nicht gebucht. Wählen Sie mit je einem Klick eine Zeit, ohne Anmeldung.
}
recall-mail-action = Zeit wählen
recall-mail-action-for = { $name }: { $what }
recall-mail-action-what = Zeit wählen: { $what }
recall-mail-label = Fällig
recall-mail-due-on = fällig am { $date }
recall-mail-due-since = fällig seit { $date }
recall-mail-with = zuletzt bei { $provider }
recall-mail-note = Passt es gerade nicht? Auf derselben Seite können Sie die Erinnerung verschieben oder beenden.
recall-sms = { $clinic }: Ihr nächster Termin ist fällig. Zeit wählen: { $book }

# Regeln für Nachrichten
recall-rules-occasion = Wenn jemand wieder fällig ist
recall-rules-when-before = Einige Tage bevor ein Termin wieder fällig ist
recall-rules-when-after = Am Tag der Fälligkeit oder Tage danach
recall-rules-before-days = { $span } bevor ein Termin wieder fällig ist, um { $time }
recall-rules-on-the-day = Am Tag, an dem ein Termin wieder fällig ist, um { $time }
recall-rules-after-days = { $span } nach der Fälligkeit, um { $time }
recall-rules-field-before = Tage vor dem Datum, um
recall-rules-field-after = Tage nach dem Datum, um
recall-rules-field-hint = 0 ist der Tag selbst; an der Reihe ist die letzte Regel, deren Tag gekommen ist.
recall-rule-before = Wiedervorstellung: bald fällig
recall-rule-due = Wiedervorstellung: heute fällig
recall-rule-after = Wiedervorstellung: noch nicht gebucht
recall-rule-last = Wiedervorstellung: letzte Erinnerung

# Die Seite hinter dem Link
recall-link-title = Ihren nächsten Termin buchen
recall-link-title-booked = Ihr Termin ist gebucht
recall-link-title-paused = Wir erinnern Sie später
recall-link-title-off = Keine Erinnerungen mehr
recall-link-title-not-due = Zurzeit ist nichts fällig
recall-link-unknown-title = Dieser Link gilt nicht mehr
recall-link-unknown = Er wurde abgeschnitten oder durch einen neueren ersetzt. Öffnen Sie den Link in unserer letzten Mail oder buchen Sie auf unserer Seite.
recall-link-hello = Guten Tag { $name },
recall-link-due-on = { $what } ist am { $day } fällig.
recall-link-due-since = { $what } ist seit { $day } fällig.
recall-link-booked = Ein solcher Termin ist für { $when } gebucht. Sie brauchen nichts weiter zu tun.
recall-link-paused = Vor dem { $day } erinnern wir Sie nicht. Buchen können Sie jederzeit.
recall-link-off = Wir erinnern Sie nicht mehr an diese Art von Termin. Buchen können Sie jederzeit.
recall-link-not-due = Dieser Termin ist zurzeit nicht fällig oder nicht online buchbar. Wenn Sie trotzdem kommen möchten, wählen Sie selbst eine Zeit.
recall-link-what = Was
recall-link-usual = Zuletzt bei
recall-link-zone = Zeiten in
recall-link-fitting = Passende Zeiten
recall-link-others = Andere Zeiten
recall-link-press = Drücken Sie auf eine Zeit, um sie zu buchen.
recall-link-none = In diesen Wochen ist nichts frei. Sehen Sie andere Zeiten an oder rufen Sie uns an.
recall-link-none-then = In diesen Wochen ist nichts frei.
recall-link-other-times = Andere Zeiten
recall-link-later-times = Spätere Zeiten
recall-link-back = Zurück zu den ersten Zeiten
recall-link-to-booking = Ansehen oder ändern
recall-link-book-anyway = Termin buchen
recall-link-not-now = Nicht jetzt?
recall-link-later = In einem Monat erinnern
recall-link-stop = Daran nicht mehr erinnern
recall-link-stop-hint = Buchen können Sie jederzeit, was immer Sie hier wählen.
recall-link-again = Anders überlegt?
recall-link-resume = Wieder erinnern
recall-link-choose = Wählen Sie eine der Zeiten.
recall-link-taken = Diese Zeit wurde gerade vergeben oder ist nicht mehr buchbar. Hier sind die Zeiten, die jetzt frei sind.
recall-link-done-later = Notiert. Wir melden uns in einem Monat.
recall-link-done-stopped = Notiert. Wir erinnern Sie daran nicht mehr.
recall-link-done-resumed = Notiert. Wir erinnern Sie.

# Die Arbeitsliste
recall-list = Wieder fällig
recall-list-about = Zur Wiedervorstellung fällig, und nichts dergleichen ist gebucht
recall-list-none-title = Niemand ist fällig
recall-list-none = Alle Fälligen haben einen Termin, wurden gerade erst erinnert oder sind zurückgestellt.
recall-row-overdue = Überfällig seit { $day }
recall-row-due = Fällig am { $day }
recall-row-change = Ändern
recall-row-last = Erinnert am { $day }
recall-row-next = Nächste Erinnerung am { $day }
recall-row-no-next = Keine weitere Erinnerung
recall-row-ladder-off = Keine Erinnerung: Die Regeln für Wiedervorstellungen sind aus
recall-row-no-address = Keine Erinnerung: keine Mailadresse
recall-row-no-consent = Keine Erinnerung: hat Erinnerungen nicht zugestimmt
recall-row-held = Letzte Erinnerung nicht gesendet: { $why }
recall-row-pause = Aussetzen oder beenden
recall-row-pause-name = Wiedervorstellung von { $name } aussetzen oder beenden
recall-row-pause-for = Nicht erinnern für
recall-row-no-more = Keine Erinnerungen mehr, weil
recall-pause-month = 1 Monat
recall-pause-quarter = 3 Monate
recall-pause-half = 6 Monate

# Eine Wiedervorstellung
recall-title = { $what }: { $name }
recall-standing-booked = gebucht
recall-standing-overdue = überfällig
recall-standing-due = fällig
recall-standing-ahead = noch nicht fällig
recall-standing-disabled = aus
recall-standing-paused = ausgesetzt
recall-standing-undated = ohne Datum
recall-about-booked = gebucht für { $when }
recall-about-paused = ausgesetzt bis { $day }
recall-about-disabled = aus seit { $day }: { $why }
recall-about-by-hand = fällig am { $day }, von Hand gesetzt
recall-about-due = fällig am { $day }
recall-about-undated = noch ohne Datum: zu wenige Besuche
recall-about-last = letzter Besuch { $day }
recall-done = Gespeichert.
recall-contested = Jemand anderes hat das inzwischen geändert. So steht es jetzt.
recall-wrong-day = Wählen Sie einen Tag in den nächsten fünf Jahren; ein vergangenes Datum darf ein Jahr zurückliegen, eine Pause nur in der Zukunft enden.
recall-wrong-note = Sagen Sie in Worten, warum, mit höchstens { $max } Zeichen.
recall-no-day = Geben Sie einen Tag ein.
recall-wrong-interval = Geben Sie bis zu 60 Monate und bis zu 365 Tage ein.
recall-wrong-number = Geben Sie eine ganze Zahl von 0 bis { $max } ein.
recall-to-booking = Zum Termin
recall-back = Zurück
recall-due-title = Datum
recall-due-hint = Ein von Hand gesetztes Datum gilt bis zum nächsten solchen Besuch.
recall-due-day = Fällig am
recall-due-set = Datum setzen
recall-due-unset = Ab dem letzten Besuch zählen
recall-pause-title = Aussetzen
recall-pause-hint = Keine Erinnerungen und nicht auf der Liste vor diesem Tag.
recall-pause-until = Bis
recall-pause = Aussetzen
recall-unpause = Nicht mehr aussetzen
recall-every-title = Abstand
recall-every-hint = Nur für diesen Patienten. Leer zählt wie für alle.
recall-months = Monate
recall-days = Tage
recall-every-save = Abstand speichern
recall-off-title = Erinnerungen
recall-off-hint = Keine Erinnerungen dieser Art mehr; der Patient steht nicht mehr auf der Liste.
recall-off-is = Dieser Patient wird an diese Art von Termin nicht erinnert.
recall-off-reason = Grund
recall-off-note = In Worten
recall-disable = Nicht mehr erinnern
recall-enable = Wieder erinnern

# Auf der Seite des Patienten und in seinem eigenen Bereich
recall-section = Wieder fällig
recall-section-none = Nichts ist fällig: Es gab keinen Besuch, der etwas fällig macht.
recall-change = Ändern
recall-change-what = { $what } ändern
recall-add = Datum setzen
recall-add-what = Was
recall-portal = Nächste Besuche
recall-portal-due = fällig am { $day }

# Arten im Katalog
recall-types = Wiedervorstellungen
recall-types-lead = Was einen Patienten zurückbringt, und wann. Nach einem solchen Besuch steht das Datum von selbst; erinnert wird nach den Regeln für Nachrichten.
recall-types-ladder = Regeln für Erinnerungen
recall-types-none-title = Noch keine Wiedervorstellungen
recall-types-none = Sagen Sie, nach welchen Leistungen jemand wiederkommt und nach welcher Zeit. Daten zu früheren Besuchen erscheinen sofort.
recall-types-card = Was Patienten zurückbringt, und wann
recall-types-count = { $count ->
    [one] 1 Wiedervorstellung
   *[other] { $count } Wiedervorstellungen
}
recall-types-archived = Außer Gebrauch
recall-type-new = Neue Wiedervorstellung
recall-type-what = Was fällig wird
recall-type-name = Name
recall-type-name-hint = Patienten lesen ihn in Erinnerungen: „Kontrolle“.
recall-type-same-name = Eine andere Wiedervorstellung heißt so.
recall-type-name-long = Verwenden Sie höchstens { $max } Zeichen.
recall-type-many = { $max } Wiedervorstellungen sind genug. Ändern Sie eine davon.
recall-type-every = Wann
recall-type-books = Der Link bucht
recall-type-books-hint = Die Leistung, die eine Erinnerung anbietet.
recall-type-required = Die Behandlung verlangt es
recall-type-required-short = nötig
recall-type-required-hint = Alle Fälligen werden erinnert; niemand bleibt ausgenommen, um eine Wirkung zu messen.
recall-type-when = Wann es fällig ist
recall-type-how = Gezählt ab dem letzten Besuch
recall-type-interval = nach einer festen Zeit
recall-type-rhythm = im eigenen Rhythmus des Patienten
recall-type-rhythm-hint = Der eigene Rhythmus ist die Mitte der Abstände zwischen den Besuchen, ab vier Besuchen; vorher gibt es kein Datum.
recall-type-triggers = Nach diesen Leistungen
recall-type-triggers-hint = Jede davon lässt die Zeit neu beginnen und gilt als erledigt, wenn sie gebucht ist.
recall-type-no-trigger = Wählen Sie mindestens eine Leistung.
recall-type-ladder = Erinnerungen
recall-type-reminders = Erinnerungen an ein Datum höchstens
recall-type-reminders-hint = 0 sendet keine; die Rezeption sieht trotzdem, wer fällig ist.
recall-type-anew = Beim Speichern werden die Daten aller Patienten neu berechnet. Von Hand gesetzte bleiben.
recall-type-end = Außer Gebrauch
recall-type-end-hint = Niemand wird mehr erinnert, und die Daten ruhen. Sie können sie jederzeit zurückholen.
recall-type-archive = Außer Gebrauch nehmen
recall-type-restore = Zurückholen
recall-type-done-saved = Gespeichert. Alle Daten sind auf dem Stand.
recall-type-done-archived = Außer Gebrauch genommen.
recall-type-done-restored = Wieder in Gebrauch. Alle Daten sind auf dem Stand.
recall-service-gone = eine Leistung außer Gebrauch

# Der Katalog: Leistungen, Behandler, Standorte, Zeiten.

catalog-title = Katalog
catalog-overview = Überblick
catalog-services = Leistungen
catalog-providers = Behandler
catalog-locations = Standorte
catalog-closures = Schließtage
catalog-clinic = Praxis
catalog-trail = Ihr Standort auf dieser Website

catalog-service = Leistung
catalog-location = Standort
catalog-rooms = Räume
catalog-duration = Dauer
catalog-price = Preis
catalog-booking = Buchung
catalog-name = Name
catalog-email = E-Mail
catalog-phone = Telefon
catalog-minutes = Min.
catalog-days = Tage
catalog-months = Monate
catalog-seats = Plätze
catalog-people = Personen
catalog-day = Datum
catalog-note = Notiz
catalog-status = Status
catalog-reason = Grund

catalog-save = Speichern
catalog-add = Hinzufügen
catalog-cancel = Abbrechen
catalog-archive = Archivieren
catalog-restore = Zurückholen
catalog-delete = Löschen
catalog-remove = Entfernen
catalog-approve = Genehmigen
catalog-decline = Ablehnen
catalog-approve-of = Abwesenheit { $days } genehmigen
catalog-decline-of = Abwesenheit { $days } ablehnen
catalog-remove-of = { $what } entfernen

catalog-done-saved = Gespeichert.
catalog-done-added = Hinzugefügt.
catalog-done-archived = Archiviert und nicht mehr buchbar.
catalog-done-restored = Zurückgeholt und wieder buchbar.
catalog-done-deleted = Gelöscht.
catalog-done-changed = Jemand anderes hat dies soeben geändert. Bitte sehen Sie noch einmal nach, bevor Sie entscheiden.
catalog-done-in-use = Dies wurde schon verwendet und lässt sich deshalb nur archivieren.
catalog-done-booked = { $count ->
    [one] Gespeichert. Eine Buchung passt nicht mehr; sie steht auf der Arbeitsliste, bis Sie sie verschieben oder absagen.
   *[other] Gespeichert. { $count } Buchungen passen nicht mehr; sie stehen auf der Arbeitsliste, bis Sie sie verschieben oder absagen.
}
catalog-contested = Jemand anderes hat dies geändert, während Sie getippt haben. Noch ist nichts gespeichert: Ihre Eingaben stehen weiterhin hier, und bei jedem abweichenden Feld lesen Sie, was jetzt gespeichert ist. Speichern Sie noch einmal, um Ihre Fassung zu behalten.
catalog-now = Inzwischen geändert in „{ $value }“.
catalog-now-empty = Inzwischen geleert.
catalog-now-on = Inzwischen angekreuzt.
catalog-now-off = Inzwischen abgewählt.

catalog-wrong-long = Bitte verwenden Sie höchstens { $max } Zeichen.
catalog-wrong-characters = Der Text enthält Zeichen, die sich nicht anzeigen lassen.
catalog-wrong-color = Bitte wählen Sie eine Farbe, zum Beispiel #0f766e.
catalog-wrong-email = Das ist keine E-Mail-Adresse. Sie sollte aussehen wie name@example.com.
catalog-wrong-phone = Bitte verwenden Sie nur Ziffern, Leerzeichen und + ( ) -.
catalog-wrong-number = Bitte geben Sie eine ganze Zahl von { $min } bis { $max } ein.
catalog-wrong-price = Bitte geben Sie einen Betrag ein, zum Beispiel { $example }.
catalog-wrong-day = Bitte geben Sie ein Datum ein, zum Beispiel 2026-12-31.
catalog-wrong-time = Bitte geben Sie eine Uhrzeit ein, zum Beispiel 09:30.
catalog-wrong-span = Das Ende muss nach dem Anfang liegen.
catalog-wrong-zone = Bitte wählen Sie eine Zeitzone.
catalog-wrong-days-order = Der letzte Tag darf nicht vor dem ersten liegen.
catalog-wrong-part-of-days = Uhrzeiten sind nur bei einem einzelnen Tag möglich.
catalog-wrong-exception = Für diesen Tag gibt es bereits Zeiten, die sich damit überschneiden.
catalog-wrong-closure-long = Eine Schließung dauert höchstens { $days } Tage. Für länger archivieren Sie den Standort.
catalog-wrong-currency = Es gibt Buchungen oder Preise in { $currency }; deshalb bleibt die Währung.
catalog-wrong-party-order = Die größte Gruppe darf nicht kleiner sein als die kleinste.
catalog-wrong-party-seats = Die größte Gruppe muss auf die Plätze passen.
catalog-wrong-rules = Diese Zeiten passen nicht zusammen.
catalog-wrong-week-taken = Für genau diesen Zeitraum gibt es bereits Arbeitszeiten.

catalog-unit-minutes = Minuten
catalog-unit-hours = Stunden
catalog-unit-days = Tage
catalog-unit-of = Einheit: { $label }
catalog-from-of = { $label }: von
catalog-until-of = { $label }: bis

catalog-gaps = { $count ->
    [one] Eine Lücke verhindert Buchungen
   *[other] { $count } Lücken verhindern Buchungen
}
catalog-gaps-none = Alles passt zusammen: Jede Leistung lässt sich bei jemandem und an einem Ort buchen.
catalog-gap-no-location = Es gibt noch keinen Standort.
catalog-gap-no-provider = Es gibt noch keine Behandler.
catalog-gap-no-service = Es gibt noch keine Leistung.
catalog-gap-service-provider = Niemand bietet „{ $name }“ an.
catalog-gap-service-room = „{ $name }“ braucht eine Art von Raum, die kein Standort hat.
catalog-gap-provider-hours = { $name } hat keine Arbeitszeiten.
catalog-gap-provider-services = { $name } bietet keine Leistungen an.
catalog-gap-location-hours = Am Standort { $name } arbeitet niemand.

catalog-count-services = { $count ->
    [one] 1 Leistung
   *[other] { $count } Leistungen
}
catalog-count-providers = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
}
catalog-count-places = { $locations ->
    [one] 1 Standort
   *[other] { $locations } Standorte
}, { $rooms ->
    [one] 1 Raum
   *[other] { $rooms } Räume
}
catalog-count-closures = { $count ->
    [0] Keine geplant
    [one] 1 geplant
   *[other] { $count } geplant
}
catalog-archived-count = { $count ->
    [one] 1 archiviert
   *[other] { $count } archiviert
}
catalog-card-services = { $count ->
    [one] 1 online buchbar
   *[other] { $count } online buchbar
}
catalog-card-providers = Profile, Arbeitszeiten, Abwesenheiten
catalog-card-closures = Feiertage und andere Tage, an denen Sie geschlossen haben
catalog-card-closures-next = Als Nächstes: { $name }, { $day }
catalog-card-clinic = Name, Kontakt, Sprache, Währung, Absagen

catalog-clinic-about = Über die Praxis
catalog-clinic-look = Sprache, Währung und Farbe
catalog-tagline = Zeile unter dem Namen
catalog-clinic-email-hint = Hierhin gehen Antworten auf Bestätigungen.
catalog-language = Sprache
catalog-language-hint = Für Besucher, deren eigene Sprache nicht verfügbar ist.
catalog-currency = Währung
catalog-currency-hint = Bleibt, sobald es Buchungen gibt.
catalog-accent = Farbe
catalog-accent-hint = Für Schaltflächen und Links. Wir halten sie lesbar, hell wie dunkel.
catalog-cancel-notice = Kostenlose Absage bis
catalog-cancel-policy = Regeln in Ihren Worten
catalog-cancel-policy-hint = Zum Verschieben, Absagen und Nichterscheinen. Patienten lesen sie beim Buchen und in der Bestätigung.

catalog-service-new = Neue Leistung
catalog-services-none = Noch keine Leistungen
catalog-services-none-lead = Eine Leistung ist, was Patienten buchen: eine Kontrolle, eine Zahnreinigung, ein Kurs.
catalog-category-none = Ohne Kategorie
catalog-nobody = Niemand
catalog-chip-online = Online
catalog-chip-staff-only = Nur durch das Team
catalog-chip-approval = Auf Anfrage
catalog-chip-archived = Archiviert
catalog-chip-seats = { $count ->
    [one] 1 Platz
   *[other] { $count } Plätze
}
catalog-booking-page = Buchungsseite öffnen
catalog-tab-service = Leistung
catalog-tab-offered = Wer sie anbietet
catalog-service-what = Was Patienten sehen
catalog-service-time = Zeit und Raum
catalog-service-people = Gruppen
catalog-service-people-lead = Ein Platz ist ein gewöhnlicher Termin. Mehrere Plätze ergeben einen Kurs, den mehrere Patienten buchen.
catalog-category = Kategorie
catalog-category-hint = Leistungen derselben Kategorie stehen zusammen.
catalog-category-known = Bisher: { $categories }
catalog-description = Beschreibung
catalog-description-hint = Ein oder zwei Sätze in einfachen Worten.
catalog-price-hint = Leer lassen, wenn sie nichts kostet.
catalog-position = Reihenfolge
catalog-position-hint = Kleinere Zahlen stehen vorn.
catalog-duration-hint = Was Patienten sehen und buchen.
catalog-slot = Beginn alle
catalog-slot-hint = 15 bedeutet 9:00, 9:15, 9:30 …
catalog-buffer-before = Davor frei halten
catalog-buffer-before-hint = Zur Vorbereitung; Patienten sehen es nicht.
catalog-buffer-after = Danach frei halten
catalog-buffer-after-hint = Zum Aufräumen und für Notizen.
catalog-room-kind = Art des Raums
catalog-room-kind-none = Kein Raum nötig
catalog-service-room-hint = Jede Buchung belegt einen freien Raum dieser Art.
catalog-online = Patienten können sie online buchen
catalog-online-hint = Sonst bucht sie nur das Team.
catalog-approval = Buchungen brauchen Ihre Zustimmung
catalog-approval-hint = Patienten senden eine Anfrage, und Sie antworten darauf.
catalog-lead = Spätestens buchen
catalog-horizon = Frühestens buchen
catalog-horizon-hint = So viele Tage im Voraus.
catalog-notice-hint = Vor dem Beginn. Leer lassen für das Übliche: { $notice }.
catalog-recall = Wieder fällig nach
catalog-recall-hint = Für wiederkehrende Kontrollen. Sonst leer lassen.
catalog-recall-months = Wieder fällig nach, Monate
catalog-recall-days = Wieder fällig nach, Tage
catalog-capacity = Plätze
catalog-party-min = Kleinste Gruppe
catalog-party-max = Größte Gruppe
catalog-extra-person = Jede weitere Person

catalog-terms-lead-service = Kreuzen Sie alle an, die diese Leistung anbieten.
catalog-terms-lead-provider = Kreuzen Sie alles an, was diese Person anbietet.
catalog-terms-hint = Preis und Dauer sind für Ausnahmen. Bleiben sie leer, gelten die der Leistung, wie in Grau gezeigt.
catalog-free = kostenlos
catalog-terms-price = Eigener Preis
catalog-terms-duration = Eigene Dauer
catalog-own-price = Eigener Preis: { $name }
catalog-own-duration = Eigene Dauer in Minuten: { $name }

catalog-provider-new = Neue Person
catalog-providers-none = Noch keine Behandler
catalog-providers-none-lead = Das sind die Menschen, bei denen Patienten buchen: Zahnärztinnen, Prophylaxefachkräfte, Therapeuten.
catalog-provider-places = Arbeitet in
catalog-provider-days = Tage
catalog-nowhere = Noch nirgends
catalog-no-hours = Noch keine Zeiten
catalog-tab-profile = Profil
catalog-tab-hours = Arbeitszeiten
catalog-tab-days = Abwesenheiten
catalog-provider-shown = Was Patienten sehen
catalog-provider-work = Bei der Arbeit
catalog-provider-title = Titel oder Beruf
catalog-provider-title-hint = Zum Beispiel Zahnärztin.
catalog-languages = Sprachen
catalog-languages-hint = Zum Beispiel de, en, es.
catalog-bio = Vorstellung
catalog-bio-hint = Einige Sätze, die den ersten Besuch leichter machen.
catalog-provider-email-hint = Hierhin gehen Hinweise auf Buchungen.
catalog-leaves-on = Geht am
catalog-leaves-on-hint = Der erste Tag, der nicht mehr buchbar ist.
catalog-color = Farbe
catalog-color-hint = Im Kalender.

catalog-hours-title = Arbeitszeiten
catalog-hours-lead = Lassen Sie freie Tage leer. Alle Zeiten: { $zone }.
catalog-hours-copy = Montag bis Freitag übernehmen
catalog-hours-work = Arbeit
catalog-hours-break = Pause
catalog-hours-more = Weitere Zeiten
catalog-hours-remove-hint = Um diese Zeiten zu entfernen, leeren Sie alle Tage und speichern.
catalog-hours-nowhere = Zuerst einen Standort anlegen
catalog-hours-nowhere-lead = Arbeitszeiten gehören zu einem Ort. Sobald es einen Standort gibt, tragen Sie sie hier ein.
catalog-weeks = Zeiträume
catalog-week-always = Immer
catalog-week-from = Ab { $from }
catalog-week-until = Bis { $until }
catalog-week-between = { $from } – { $until }
catalog-week-now = { $week } (jetzt)
catalog-week-new = Neuer Zeitraum …
catalog-validity = Wann diese Zeiten gelten
catalog-validity-lead = Lassen Sie beides leer, wenn die Zeiten einfach gelten. Gebuchte Termine bleiben, wie sie sind.
catalog-valid-from = Erster Tag
catalog-valid-until = Letzter Tag
catalog-ends-earlier = Frühere Zeiten am Tag davor beenden
catalog-ends-earlier-hint = Zeiten an diesem Standort, die in den Zeitraum hineinreichen, enden mit seinem Beginn.
catalog-clash-row = Diese Zeiten überschneiden sich mit anderen desselben Tages.
catalog-clash-break = Diese Pause liegt außerhalb der Arbeitszeit des Tages.
catalog-clash-week = Überschneidet sich mit { $hours } (Zeitraum: { $week }).
catalog-clash-location = Überschneidet sich mit { $hours } in { $location } (Zeitraum: { $week }).

catalog-time-off = Abwesenheit
catalog-time-off-lead = Nur genehmigte Abwesenheit schließt den Kalender.
catalog-time-off-add = Abwesenheit eintragen
catalog-time-off-requested = Beantragt
catalog-time-off-approved = Genehmigt
catalog-time-off-declined = Abgelehnt
catalog-first-day = Erster Tag
catalog-last-day = Letzter Tag
catalog-part-of-day = Teil des Tages (optional)
catalog-part-of-day-hint = Für einen einzelnen Tag. Für ganze Tage leer lassen.
catalog-reason-hint = Nur das Team sieht ihn.
catalog-exceptions = Andere Zeiten an einem Tag
catalog-exceptions-lead = An diesen Tagen ersetzen die Zeiten hier die Arbeitszeiten des Standorts.
catalog-exception-add = Andere Zeiten eintragen
catalog-exception-hours = Zeiten (optional)
catalog-exception-hours-hint = Leer lassen, wenn die Person gar nicht da ist.
catalog-exception-not-here = Nicht da

catalog-location-new = Neuer Standort
catalog-locations-none = Noch keine Standorte
catalog-locations-none-lead = Ein Standort hat eine Adresse, eine Zeitzone und Räume.
catalog-location-where = Wo er ist
catalog-location-reach = Wie man ihn erreicht
catalog-zone = Zeitzone
catalog-zone-choose = Bitte wählen
catalog-zone-hint = In ihr werden Arbeitszeiten gelesen. Gebuchte Termine verschieben sich nicht, wenn Sie sie ändern.
catalog-street = Straße und Hausnummer
catalog-postal-code = Postleitzahl
catalog-city = Ort
catalog-region = Bundesland oder Region
catalog-country = Land
catalog-directions = Anfahrt
catalog-directions-hint = Parken, Eingang, Stockwerk. Patienten lesen es in der Bestätigung.
catalog-room-new = Neuer Raum
catalog-room-new-at = Neuer Raum in { $location }
catalog-rooms-none = Noch keine Räume. Leistungen, die eine Art von Raum brauchen, sind hier nicht buchbar.
catalog-room-kind-hint = Leistungen verlangen eine Art, zum Beispiel Behandlungszimmer.
catalog-room-kind-known = Leistungen verlangen eine Art. Bisher: { $kinds }

catalog-closure-new = Neue Schließtage
catalog-closures-none = Keine Schließtage geplant
catalog-closures-none-lead = Tragen Sie Feiertage und andere Tage ein, an denen niemand buchen soll.
catalog-closure-name = Anlass
catalog-closure-name-hint = Zum Beispiel Weihnachten. Patienten sehen ihn.
catalog-closure-days = Tage
catalog-closure-everywhere = Alle Standorte
catalog-closure-open = Wieder öffnen
catalog-closure-open-lead = Löscht diesen Eintrag; die Tage sind dann wie gewohnt buchbar.

catalog-ending = Nicht mehr in Gebrauch?
catalog-ending-lead = Archivieren nimmt den Eintrag aus allem, was buchbar ist. Frühere Besuche behalten ihn, und Sie können ihn zurückholen.
catalog-ending-to-come = { $count ->
    [one] Ein Termin steht noch bevor; er bleibt bestehen.
   *[other] { $count } Termine stehen noch bevor; sie bleiben bestehen.
}
catalog-ending-archived = Archiviert
catalog-ending-archived-lead = Zurzeit nicht buchbar.
catalog-delete-hint = Dieser Eintrag wurde nie verwendet und lässt sich auch endgültig löschen.

catalog-policy = Fristen und Regeln
catalog-policy-clinic-lead = Sie gelten überall, wenn ein Standort oder eine Leistung nichts anderes sagt. Bestehende Buchungen behalten, was beim Buchen galt.
catalog-policy-location-lead = Was Sie leer lassen, sagt die Praxis. Eine Leistung kann anderes bestimmen.
catalog-policy-service-lead = Was Sie leer lassen, sagt der Standort, dann die Praxis.
catalog-policy-general = Vor dem Beginn.
catalog-policy-above = Leer lassen für die üblichen.
catalog-move-notice = Verschieben möglich bis
catalog-moves = Verschiebungen je Buchung
catalog-times = Mal
catalog-moves-hint = Wie oft Patienten eine Buchung selbst verschieben dürfen. 0 heißt: nur Sie verschieben.
catalog-moves-above = Wie oft Patienten eine Buchung selbst verschieben dürfen. Leer lassen für das Übliche: { $count }.
catalog-waitlist = Warteliste
catalog-offer = Ein Platz wird gehalten für
catalog-offer-hint = Wer wartet, bekommt einen Platz angeboten und hat so lange Zeit zu antworten; dann geht er weiter.
catalog-short-notice-offer = Kurzfristig für
catalog-short-notice-offer-hint = Dasselbe für Plätze in den nächsten 24 Stunden.
catalog-client-series = Patienten dürfen wiederholen
catalog-client-series-hint = Sie buchen mehrere Termine auf einmal: jede Woche, alle vier Wochen.
catalog-service-waitlist = Patienten dürfen darauf warten
catalog-service-waitlist-hint = Ist ein Tag voll, können sie sich einen Platz anbieten lassen.

catalog-clashes-title = { $count ->
    [one] Eine Buchung hätte niemanden mehr
   *[other] { $count } Buchungen hätten niemanden mehr
}
catalog-clashes-lead = Noch ist nichts gespeichert. Wenn Sie speichern, bleiben diese Buchungen, wie sie sind, und stehen auf der Arbeitsliste, bis Sie sie verschieben oder absagen.
catalog-clashes-more = und { $count } weitere
catalog-clashes-save = Trotzdem speichern

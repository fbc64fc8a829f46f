# Kalender unter einer geheimen Adresse.
feeds-title = Kalender auf Ihrem Telefon
feeds-heading = Kalenderadresse
feeds-lead = Fügen Sie diese Adresse dem Kalender auf Ihrem Telefon oder Computer hinzu. Termine erscheinen dort von selbst, ohne Behandlungen und ohne Namen.
feeds-make = Kalenderadresse erstellen
feeds-address = Ihre Kalenderadresse
feeds-secret = Wer diese Adresse kennt, kann den Kalender lesen. Geben Sie sie nicht weiter.
feeds-subscribe = In meinen Kalender
feeds-since = Erstellt am { $moment }
feeds-renew = Neue Adresse erstellen
feeds-revoke = Ausschalten
feeds-saved = Gespeichert. Eine ältere Adresse öffnet nichts mehr.
feeds-name = { $clinic }
feeds-group = { $count } Buchungen
feeds-tab = Kalenderadresse
feeds-me = Kalender auf Ihrem Telefon

# Was jede Seite teilt: der Rahmen, Formularfelder, Formate.

frame-skip = Zum Inhalt springen
frame-language = Sprache
frame-navigation = Hauptnavigation
frame-sign-out = Abmelden

nav-agenda = Kalender
nav-requests = Anfragen
nav-worklists = Arbeitslisten
nav-waitlist = Warteliste
nav-clients = Patienten
nav-catalog = Katalog
nav-explain = Warum nicht frei?
nav-messages = Nachrichten
nav-team = Team

field-optional = (freiwillig)
field-required = Bitte füllen Sie dieses Feld aus.
form-errors = Bitte prüfen Sie diese Felder:

error-home = Zur Startseite
error-reference = Wenn Sie sich deswegen an uns wenden, nennen Sie bitte die Nummer { $reference }.

# Muster für Datum und Uhrzeit: https://docs.rs/chrono/latest/chrono/format/strftime/
date-long = %A, %-d. %B %Y
date-medium = %-d. %B %Y
date-short = %a, %-d. %B
date-numeric = %d.%m.%Y
date-month = %B %Y
time-pattern = %H:%M
date-time = { $date } um { $time } Uhr
date-time-zone = { $when } ({ $zone })

duration-minutes = { $minutes } Min.
duration-hours = { $hours } Std.
duration-both = { $hours } Std. { $minutes } Min.

notice-minutes = { $minutes ->
    [one] { $minutes } Minute
   *[other] { $minutes } Minuten
}
notice-hours = { $hours ->
    [one] { $hours } Stunde
   *[other] { $hours } Stunden
}
notice-days = { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}

zone-of-city = Ortszeit { $city }
zone-eastern = US-Ostküstenzeit
zone-central = US-Zentralzeit
zone-mountain = US-Gebirgszeit
zone-arizona = Ortszeit Arizona
zone-pacific = Pazifische Zeit
zone-alaska = Alaska-Zeit
zone-hawaii = Hawaii-Zeit
zone-central-europe = Mitteleuropäische Zeit
zone-united-kingdom = Britische Zeit
zone-utc = UTC

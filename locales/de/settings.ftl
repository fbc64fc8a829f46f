# Einstellungen: Aussehen, Sprachen, Rechtstexte, Datenschutz.

settings-title = Einstellungen
settings-save = Speichern
settings-saved = Die Einstellungen wurden gespeichert.
settings-contested = Jemand anders hat die Einstellungen inzwischen geändert. Prüfen Sie Ihre Auswahl und speichern Sie noch einmal.
settings-policies = Praxis und Regeln
settings-policies-about = Name, Kontakt, Währung, Vorlauf, Fristen, Verschieben, Absagetext
settings-messages = Nachrichten
settings-messages-about = Ruhezeiten und Grenzen; Regeln und Texte stehen unter Nachrichten
settings-team = Team
settings-team-about = Personen, Rollen, Sitzungen, Protokoll
settings-setup = Erste Schritte
settings-setup-open = Noch nicht abgeschlossen
settings-setup-done = Abgeschlossen; Sie können sie jederzeit noch einmal durchgehen

settings-look = Aussehen
settings-look-about = Farbe; noch kein Logo
settings-look-with-logo = Farbe und Logo
settings-color = Farbe
settings-color-accent = Farbe von Knöpfen und Links
settings-color-hint = Wählen Sie eine beliebige Farbe: Wo Text schwer lesbar wäre, wird von selbst ein kräftigerer Ton verwendet.
settings-color-changed = Auf Weiß ist diese Farbe für Text zu blass; gezeigt wird ein kräftigerer Ton.
settings-color-wrong = Bitte geben Sie eine Farbe wie #0f766e ein.
settings-color-sample = Termin buchen
settings-color-link = Ein Link
settings-logo = Logo
settings-logo-now = Das jetzige Logo
settings-logo-remove = Logo entfernen
settings-logo-file = Bild
settings-logo-hint = PNG, JPEG oder WebP, höchstens 2 MB. Es steht im Kopf der öffentlichen Seiten.
settings-logo-large = Die Datei ist zu groß: höchstens 2 MB.
settings-logo-unreadable = Das ist kein lesbares Bild. Bitte wählen Sie ein PNG, JPEG oder WebP.
settings-logo-pixels = Das Bild ist zu groß: höchstens { $max } Pixel je Seite.

settings-languages = Sprachen
settings-languages-lead = Öffentliche Seiten gibt es in diesen Sprachen. Nachrichten werden in der Sprache der Empfänger geschrieben.
settings-languages-offered = Angebotene Sprachen
settings-languages-none = Bitte wählen Sie mindestens eine Sprache.

settings-privacy = Datenschutz und Anmeldung
settings-see = Behandelnde dürfen öffnen
settings-see-own = Kunden, die einen Termin bei ihnen haben
settings-see-all = Alle Kunden
settings-see-hint = Empfang und Leitung sehen alle Kunden. Wer welchen Kunden geöffnet hat, wird festgehalten.
settings-factor-hint = Wer einen haben muss und keinen hat, wird beim nächsten Klick zum Einrichten geführt.
settings-factor-owner = Wer einen zweiten Faktor haben muss, entscheidet die Inhaberin.
settings-factor-optional = Freiwillig: wer möchte, richtet ihn ein
settings-factor-owners = Pflicht für Inhaber
settings-factor-everybody = Pflicht für alle

settings-legal = Rechtstexte
settings-legal-lead = Impressum, Datenschutzerklärung und Bedingungen werden am Fuß der öffentlichen Seiten verlinkt, sobald es einen Text gibt.
settings-legal-count = { $count ->
    [0] Noch kein Text
    [one] Ein Text
   *[other] { $count } Texte
}
settings-legal-imprint = Impressum
settings-legal-privacy = Datenschutz
settings-legal-terms = Bedingungen
settings-legal-edit = { $kind } auf { $language }
settings-legal-body = Text
settings-legal-hint = Eine leere Zeile beginnt einen Absatz, # eine Überschrift, - eine Liste. Webadressen: [Text](https://...). Ein leerer Text ist keiner.
settings-legal-preview = Vorschau
settings-legal-look = So sieht es aus
settings-legal-long = Bitte schreiben Sie höchstens { $max } Zeichen.
settings-legal-unprintable = Der Text enthält Zeichen, die nicht angezeigt werden können.

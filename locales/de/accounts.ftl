# Anmelden, das eigene Konto, das Team.

accounts-role-owner = Inhaber
accounts-role-manager = Leitung
accounts-role-receptionist = Empfang
accounts-role-provider = Behandler

accounts-sign-in-title = Anmeldung für das Team
accounts-sign-in = Anmelden
accounts-sign-in-help = Passwort vergessen? Der Inhaber kann Ihnen einen Link für ein neues erstellen.
accounts-sign-in-wrong = E-Mail-Adresse oder Passwort ist falsch.
accounts-too-many = { $minutes ->
    [one] Zu viele Versuche sind fehlgeschlagen. Bitte versuchen Sie es in einer Minute wieder.
   *[other] Zu viele Versuche sind fehlgeschlagen. Bitte versuchen Sie es in { $minutes } Minuten wieder.
}
accounts-form-old = Die Seite war zu lange offen. Bitte melden Sie sich noch einmal an.
accounts-to-sign-in = Zur Anmeldung

accounts-email = E-Mail-Adresse
accounts-email-wrong = Bitte geben Sie eine E-Mail-Adresse wie ana@example.com ein.
accounts-email-taken = Mit dieser E-Mail-Adresse meldet sich bereits jemand an.
accounts-name = Name
accounts-name-wrong = Bitte geben Sie einen Namen mit höchstens 60 Zeichen und ohne Webadressen ein.
accounts-your-name = Ihr Name
accounts-your-email = Ihre E-Mail-Adresse
accounts-password = Passwort
accounts-password-hint = Mindestens 10 Zeichen. Einige Wörter mit Leerzeichen sind gut.
accounts-password-again = Dasselbe Passwort noch einmal
accounts-password-new = Neues Passwort
accounts-password-old = Bisheriges Passwort
accounts-password-old-wrong = Das ist nicht Ihr bisheriges Passwort.
accounts-password-change = Passwort ändern
accounts-password-changed = Ihr Passwort wurde geändert. Andere Geräte wurden abgemeldet.
accounts-password-too-short = Bitte verwenden Sie mindestens { $characters } Zeichen.
accounts-password-too-long = Bitte verwenden Sie höchstens { $characters } Zeichen.
accounts-password-too-common = Dieses Passwort würden andere als eines der ersten versuchen. Bitte wählen Sie ein anderes.
accounts-password-differs = Die beiden Passwörter unterscheiden sich.

accounts-first-run-title = Willkommen bei Rebook
accounts-first-run-lead = Noch kann sich niemand anmelden. Hiermit werden Sie Inhaber der Praxis; alles andere richten Sie danach ein.
accounts-first-run-send = Praxis anlegen
accounts-clinic = Name der Praxis
accounts-clinic-wrong = Bitte geben Sie einen Namen mit höchstens 80 Zeichen ein.
accounts-currency = Währung der Preise
accounts-currency-wrong = Bitte wählen Sie eine der Währungen.

accounts-link-title = Passwort festlegen
accounts-link-invite = Guten Tag { $name }, Sie gehören jetzt zum Team von { $clinic }. Wählen Sie ein Passwort, um sich anzumelden.
accounts-link-reset = Guten Tag { $name }, wählen Sie ein neues Passwort. Sie werden auf allen Geräten abgemeldet.
accounts-link-send = Speichern und anmelden
accounts-link-void-title = Dieser Link gilt nicht mehr
accounts-link-void = Links zum Festlegen eines Passworts gelten einmal und 30 Minuten lang. Bitten Sie den Inhaber um einen neuen.

accounts-me-title = Mein Konto
accounts-language = Sprache
accounts-language-of-pages = Sprache meiner Seiten
accounts-language-changed = Die Sprache wurde geändert.
accounts-save = Speichern
accounts-sessions = Angemeldet
accounts-signed-in-as = Sie sind als { $email } angemeldet.
accounts-sign-out-everywhere = Auf allen Geräten abmelden

accounts-team-title = Team
accounts-team-people = Personen
accounts-team-actions = Aktionen
accounts-role = Rolle
accounts-role-wrong = Bitte wählen Sie eine Rolle.
accounts-state = Zustand
accounts-state-active = Aktiv
accounts-state-invited = Eingeladen, noch ohne Passwort
accounts-state-disabled = Gesperrt
accounts-team-disable = Sperren
accounts-team-disable-name = { $name } sperren
accounts-team-disabled = Die Person kann sich nicht mehr anmelden.
accounts-team-enable = Entsperren
accounts-team-enable-name = { $name } entsperren
accounts-team-enabled = Die Person kann sich wieder anmelden.
accounts-team-last-owner = Der letzte Inhaber kann nicht gesperrt werden: Niemand könnte die anderen hereinlassen.
accounts-team-make-link = Passwort-Link
accounts-team-make-link-name = Passwort-Link für { $name } erstellen
accounts-team-link-title = Link für { $name }
accounts-team-link-lead = Geben Sie diesen Link persönlich oder auf sicherem Weg weiter. Er gilt einmal, { $minutes } Minuten lang, und wird nur hier gezeigt.
accounts-team-link = Link zum Festlegen des Passworts
accounts-team-add = Jemanden hinzufügen
accounts-team-add-send = Hinzufügen
accounts-team-added = { $name } wurde hinzugefügt.
accounts-team-no-provider = Keiner
accounts-provider = Welcher Behandler
accounts-provider-hint = Nur für die Rolle Behandler: wessen Kalender es ist.
accounts-provider-needed = Bitte wählen Sie, welcher Behandler diese Person ist.
accounts-provider-wrong = Diesen Behandler gibt es nicht.
accounts-user-unknown = Diese Person gibt es nicht.

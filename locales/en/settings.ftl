# Settings: look, languages, legal texts, privacy.

settings-title = Settings
settings-save = Save
settings-saved = The settings were saved.
settings-contested = Somebody else changed the settings meanwhile. Look at what you chose and save again.
settings-policies = Clinic and policies
settings-policies-about = Name, contact, currency, lead time, deadlines, moves, cancellation text
settings-messages = Messages
settings-messages-about = Quiet hours and limits; rules and texts are under Messages
settings-team = Team
settings-team-about = People, roles, sessions, what happened
settings-setup = First steps
settings-setup-open = Not finished yet
settings-setup-done = Finished; go through them again at any time

settings-look = Look
settings-look-about = Colour; no logo yet
settings-look-with-logo = Colour and logo
settings-color = Colour
settings-color-accent = Colour of buttons and links
settings-color-hint = Choose any colour: where text would be hard to read, a stronger shade is used by itself.
settings-color-changed = On white this colour is too pale for text, so a stronger shade is shown.
settings-color-wrong = Please enter a colour such as #0f766e.
settings-color-sample = Book a time
settings-color-link = A link
settings-logo = Logo
settings-logo-now = The present logo
settings-logo-remove = Remove the logo
settings-logo-file = Picture
settings-logo-hint = PNG, JPEG or WebP, at most 2 MB. It is shown at the head of public pages.
settings-logo-large = The file is too large: at most 2 MB.
settings-logo-unreadable = This is no picture that can be read. Please choose a PNG, JPEG or WebP.
settings-logo-pixels = The picture is too large: at most { $max } pixels a side.

settings-languages = Languages
settings-languages-lead = Public pages are offered in these languages. Messages are written in the language of whoever reads them.
settings-languages-offered = Offered languages
settings-languages-none = Please choose at least one language.

settings-privacy = Privacy and sign-in
settings-see = Providers may open
settings-see-own = Clients who have an appointment with them
settings-see-all = Every client
settings-see-hint = The desk and the management see every client. Who opened which client is written down.
settings-factor-hint = Whoever must have one and has none is led to setting it up at the next click.
settings-factor-owner = Who must have a second factor is decided by the owner.
settings-factor-optional = Optional: whoever wants one sets it up
settings-factor-owners = Required for owners
settings-factor-everybody = Required for everybody

settings-legal = Legal texts
settings-legal-lead = Imprint, privacy notice and terms are linked at the foot of public pages as soon as there is a text.
settings-legal-count = { $count ->
    [0] No text yet
    [one] One text
   *[other] { $count } texts
}
settings-legal-imprint = Imprint
settings-legal-privacy = Privacy notice
settings-legal-terms = Terms
settings-legal-edit = { $kind } in { $language }
settings-legal-body = Text
settings-legal-hint = An empty line begins a paragraph, # a heading, - a list. Web addresses: [text](https://...). An empty text is none.
settings-legal-preview = Preview
settings-legal-look = How it looks
settings-legal-long = Please write at most { $max } characters.
settings-legal-unprintable = The text holds characters that cannot be shown.

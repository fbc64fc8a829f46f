# Die Teile der Seiten über Nachrichten.
message-section-log = Protokoll
message-section-rules = Regeln
message-section-texts = Texte
message-section-channels = Kanäle
message-section-settings = Einstellungen

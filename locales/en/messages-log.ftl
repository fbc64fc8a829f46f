# The parts of the pages of messages.
message-section-log = Log
message-section-rules = Rules
message-section-texts = Texts
message-section-channels = Channels
message-section-settings = Settings

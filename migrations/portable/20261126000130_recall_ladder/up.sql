-- Of one date so many reminders at most.
ALTER TABLE recall_types ADD COLUMN reminders_max INTEGER NOT NULL DEFAULT 4 CHECK (reminders_max BETWEEN 0 AND 12);
-- The last visit when a date was set by hand: it holds until there is a later one.
ALTER TABLE recalls ADD COLUMN manual_since DATE;
-- What was typed beside the reason.
ALTER TABLE recalls ADD COLUMN disabled_note TEXT;
CREATE INDEX recalls_by_type ON recalls (recall_type_id, due_day);

ALTER TABLE messages ADD COLUMN recall_id BIGINT REFERENCES recalls (id);
CREATE INDEX messages_by_recall ON messages (recall_id);

-- The ladder: two weeks before, on the day, two weeks and six weeks after. Off until somebody has seen whom it concerns.
INSERT INTO message_rules
  (id, code, fires_on, offset_minutes, at_minute, audience, channel, purpose, consent, priority, active_from, created_at) VALUES
  (17, 'recall_before', 'before_recall', 20160, 600, 'client', 'mail', 'marketing', 'recall', 55, NULL, '1970-01-01 00:00:00'),
  (18, 'recall_due', 'after_recall', 0, 600, 'client', 'mail', 'marketing', 'recall', 55, NULL, '1970-01-01 00:00:00'),
  (19, 'recall_after', 'after_recall', 20160, 600, 'client', 'mail', 'marketing', 'recall', 55, NULL, '1970-01-01 00:00:00'),
  (20, 'recall_last', 'after_recall', 64800, 600, 'client', 'mail', 'marketing', 'recall', 55, NULL, '1970-01-01 00:00:00');

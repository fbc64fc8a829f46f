-- A program that does not answer concerns its own rows only: until paused_until nothing is taken for it.
ALTER TABLE message_endpoints ADD COLUMN with_contact BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE message_endpoints ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message_endpoints ADD COLUMN paused_until TIMESTAMP;
ALTER TABLE message_endpoints ADD COLUMN archived_at TIMESTAMP;

-- What stands before a number that was typed without its country, as 49 or 1.
ALTER TABLE sms_gateway ADD COLUMN country_code TEXT NOT NULL DEFAULT '';

-- How long the other side took.
ALTER TABLE message_attempts ADD COLUMN took_ms INTEGER;

-- Each channel looks for its own rows.
CREATE INDEX messages_by_channel ON messages (channel, state, due_at);
CREATE INDEX messages_by_endpoint ON messages (endpoint_id, id);

-- Somebody has seen to it that a message did not go out: called, corrected the address, sent it again.
ALTER TABLE messages ADD COLUMN settled_at TIMESTAMP;
ALTER TABLE messages ADD COLUMN settled_by BIGINT;

-- The log is read by time.
CREATE INDEX messages_by_time ON messages (due_at, id);

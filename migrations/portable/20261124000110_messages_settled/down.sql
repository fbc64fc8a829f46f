DROP INDEX messages_by_time;
ALTER TABLE messages DROP COLUMN settled_by;
ALTER TABLE messages DROP COLUMN settled_at;

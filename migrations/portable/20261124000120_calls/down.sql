DROP INDEX messages_by_endpoint;
DROP INDEX messages_by_channel;
ALTER TABLE message_attempts DROP COLUMN took_ms;
ALTER TABLE sms_gateway DROP COLUMN country_code;
ALTER TABLE message_endpoints DROP COLUMN archived_at;
ALTER TABLE message_endpoints DROP COLUMN paused_until;
ALTER TABLE message_endpoints DROP COLUMN failures;
ALTER TABLE message_endpoints DROP COLUMN with_contact;

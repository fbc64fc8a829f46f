-- What is said when, to whom and how. Built-in rules have a code; those of the clinic have a name.
-- active_from is missing while a rule is off; nothing is planned for what happened before it.
CREATE TABLE message_rules (
  id BIGINT PRIMARY KEY NOT NULL,
  code TEXT UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  fires_on TEXT NOT NULL,
  -- Elapsed time before or after; or so many days before or after, at this minute of the wall clock.
  offset_minutes INTEGER NOT NULL DEFAULT 0 CHECK (offset_minutes BETWEEN 0 AND 5256000),
  at_minute INTEGER CHECK (at_minute BETWEEN 0 AND 1439),
  audience TEXT NOT NULL CHECK (audience IN ('client', 'provider', 'clinic', 'endpoint')),
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms', 'webhook')),
  endpoint_id BIGINT,
  template_id BIGINT,
  purpose TEXT NOT NULL CHECK (purpose IN ('transactional', 'marketing')),
  -- What the client must have agreed to, for advertising.
  consent TEXT CHECK (consent IN ('recall', 'news', 'surveys')),
  conditions TEXT NOT NULL DEFAULT '{}',
  -- Of several that a cap does not let through, the highest goes first.
  priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 100),
  active_from TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  CHECK ((purpose = 'marketing') = (consent IS NOT NULL)),
  CHECK ((audience = 'endpoint') = (channel = 'webhook')),
  CHECK ((audience = 'endpoint') = (endpoint_id IS NOT NULL))
);

INSERT INTO message_rules
  (id, code, fires_on, offset_minutes, audience, channel, purpose, consent, priority, active_from, created_at) VALUES
  (1, 'confirmation', 'booked', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (2, 'request_received', 'requested', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (3, 'approved', 'approved', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (4, 'declined', 'declined', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (5, 'change', 'rescheduled', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (6, 'cancellation', 'cancelled', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (7, 'provider_request', 'requested', 0, 'provider', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (8, 'provider_booked', 'booked', 0, 'provider', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (9, 'provider_cancelled', 'cancelled', 0, 'provider', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (10, 'waitlist_offer', 'waitlist_offer', 0, 'client', 'mail', 'transactional', NULL, 90, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (11, 'reminder_early', 'before_start', 4320, 'client', 'mail', 'transactional', NULL, 80, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (12, 'reminder_late', 'before_start', 120, 'client', 'mail', 'transactional', NULL, 80, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (13, 'thank_you', 'after_visit', 1440, 'client', 'mail', 'marketing', 'surveys', 40, NULL, '1970-01-01 00:00:00'),
  (14, 'missed_you', 'no_show', 60, 'client', 'mail', 'transactional', NULL, 60, '1970-01-01 00:00:00', '1970-01-01 00:00:00'),
  (15, 'come_back', 'after_last_visit', 259200, 'client', 'mail', 'marketing', 'recall', 50, NULL, '1970-01-01 00:00:00'),
  (16, 'birthday', 'birthday', 0, 'client', 'mail', 'marketing', 'news', 20, NULL, '1970-01-01 00:00:00');
UPDATE message_rules SET at_minute = 600 WHERE fires_on = 'birthday';

-- A second text for the same kind of message, made by the clinic; the built-in one of each kind has no row.
CREATE TABLE message_templates (
  id BIGINT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms', 'webhook')),
  name TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);

-- The clinic's own words. Where there is no row, Rebook's words are used, so an update never overwrites anybody's.
-- `template` is the identifier of a row above, or `kind.channel` for the built-in one.
CREATE TABLE message_template_texts (
  template TEXT NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL,
  -- HTML of the clinic's own between head and foot of the layout; without it the HTML is made from the body.
  html TEXT,
  row_version BIGINT NOT NULL DEFAULT 1,
  updated_at TIMESTAMP NOT NULL,
  updated_by BIGINT,
  PRIMARY KEY (template, language)
);

-- What holds for all messages. Minutes are of the day on the reader's clock; a cap of 0 is no cap.
CREATE TABLE message_settings (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  quiet_from_minute INTEGER NOT NULL DEFAULT 1200 CHECK (quiet_from_minute BETWEEN 0 AND 1439),
  quiet_until_minute INTEGER NOT NULL DEFAULT 480 CHECK (quiet_until_minute BETWEEN 0 AND 1439),
  quiet_sundays BOOLEAN NOT NULL DEFAULT TRUE,
  marketing_per_week INTEGER NOT NULL DEFAULT 2 CHECK (marketing_per_week BETWEEN 0 AND 100),
  transactional_per_week INTEGER NOT NULL DEFAULT 0 CHECK (transactional_per_week BETWEEN 0 AND 1000),
  late_grace_minutes INTEGER NOT NULL DEFAULT 60 CHECK (late_grace_minutes BETWEEN 0 AND 10080),
  mass_per_day INTEGER NOT NULL DEFAULT 50 CHECK (mass_per_day BETWEEN 1 AND 100000),
  -- Raised with every change of a rule; a pass that brought all rows in line with it writes it beside.
  rules_version BIGINT NOT NULL DEFAULT 1,
  planned_version BIGINT NOT NULL DEFAULT 0,
  row_version BIGINT NOT NULL DEFAULT 1
);
INSERT INTO message_settings (id) VALUES (1);

-- Programs of others that are called. The secret signs; it is sealed by the instance's own key.
CREATE TABLE message_endpoints (
  id BIGINT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  secret_sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  disabled_at TIMESTAMP,
  last_ok_at TIMESTAMP,
  failing_since TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);

-- How text messages leave: one call of a gateway. Headers may hold a password, so they are sealed.
CREATE TABLE sms_gateway (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  preset TEXT NOT NULL DEFAULT '',
  enabled BOOLEAN NOT NULL DEFAULT FALSE,
  sender TEXT NOT NULL DEFAULT '',
  url TEXT NOT NULL DEFAULT '',
  content_type TEXT NOT NULL DEFAULT 'application/json',
  headers_sealed TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL DEFAULT '',
  -- Where the answer says that it worked (JSON pointer) and what it says then; empty trusts the status alone.
  success_pointer TEXT NOT NULL DEFAULT '',
  success_value TEXT NOT NULL DEFAULT '',
  -- Where the answer names the message.
  reference_pointer TEXT NOT NULL DEFAULT '',
  row_version BIGINT NOT NULL DEFAULT 1
);
INSERT INTO sms_gateway (id) VALUES (1);

-- Somebody was asked by mail whether she really agreed (double opt-in).
CREATE TABLE consent_requests (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  email_key TEXT NOT NULL,
  -- Words of consents.purpose, separated by a space.
  purposes TEXT NOT NULL,
  language TEXT NOT NULL,
  wording TEXT NOT NULL,
  wording_version INTEGER NOT NULL,
  origin TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  confirmed_at TIMESTAMP
);
CREATE INDEX consent_requests_by_client ON consent_requests (client_id);

-- Addresses that must not be written to, as keyed hashes, so that they outlive the person's data. A lifted one was
-- taken back by its owner.
CREATE TABLE suppressions (
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
  address_hash TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('marketing', 'all')),
  origin TEXT NOT NULL CHECK (origin IN ('unsubscribe', 'one_click', 'bounce', 'staff', 'portal')),
  message_id BIGINT,
  at TIMESTAMP NOT NULL,
  lifted_at TIMESTAMP,
  PRIMARY KEY (channel, address_hash, purpose)
);

CREATE TABLE client_tags (
  client_id BIGINT NOT NULL REFERENCES clients (id),
  tag TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (client_id, tag)
);
CREATE INDEX client_tags_by_tag ON client_tags (tag, client_id);

-- Secret addresses of calendars, of a provider or a client.
CREATE TABLE calendar_feeds (
  id BIGINT PRIMARY KEY NOT NULL,
  provider_id BIGINT REFERENCES providers (id),
  client_id BIGINT REFERENCES clients (id),
  created_at TIMESTAMP NOT NULL,
  revoked_at TIMESTAMP,
  CHECK ((provider_id IS NULL) <> (client_id IS NULL))
);
CREATE INDEX calendar_feeds_by_provider ON calendar_feeds (provider_id);
CREATE INDEX calendar_feeds_by_client ON calendar_feeds (client_id);

ALTER TABLE messages ADD COLUMN rule_id BIGINT REFERENCES message_rules (id);
ALTER TABLE messages ADD COLUMN audience TEXT NOT NULL DEFAULT 'client' CHECK (audience IN ('client', 'provider', 'clinic', 'mailbox', 'staff', 'endpoint'));
ALTER TABLE messages ADD COLUMN about_client_id BIGINT REFERENCES clients (id);
ALTER TABLE messages ADD COLUMN consent_request_id BIGINT REFERENCES consent_requests (id);
ALTER TABLE messages ADD COLUMN endpoint_id BIGINT REFERENCES message_endpoints (id);
-- Which one of several that a rule makes for the same subject: a year, a visit, a repetition by hand.
ALTER TABLE messages ADD COLUMN slot TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
-- Messages that say the same to one mailbox on one day share it; carried_by is the one whose letter says it.
ALTER TABLE messages ADD COLUMN merge_key TEXT;
ALTER TABLE messages ADD COLUMN carried_by BIGINT;
-- A keyed hash of where it went, for caps and suppressions.
ALTER TABLE messages ADD COLUMN address_hash TEXT;
-- What the other side calls it.
ALTER TABLE messages ADD COLUMN remote_reference TEXT;
ALTER TABLE messages ADD COLUMN bounced_at TIMESTAMP;
ALTER TABLE messages ADD COLUMN bounce_status TEXT;
UPDATE messages SET audience = 'provider' WHERE provider_id IS NOT NULL;
UPDATE messages SET audience = 'clinic' WHERE kind = 'series_gaps_desk';
UPDATE messages SET audience = 'mailbox' WHERE kind = 'portal_link';
CREATE INDEX messages_by_client ON messages (client_id, id);
CREATE INDEX messages_by_about_client ON messages (about_client_id, rule_id);
CREATE INDEX messages_by_rule ON messages (rule_id, state);
CREATE INDEX messages_by_address ON messages (address_hash, sent_at);
CREATE INDEX messages_by_merge_key ON messages (merge_key);

-- A message as it was sent, with live links masked; of a test also before it is sent. Scrubbed with the person.
CREATE TABLE message_texts (
  message_id BIGINT PRIMARY KEY NOT NULL REFERENCES messages (id),
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  html TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);

-- Attempts that did not end with "taken", and every call of another program.
CREATE TABLE message_attempts (
  id BIGINT PRIMARY KEY NOT NULL,
  message_id BIGINT NOT NULL REFERENCES messages (id),
  at TIMESTAMP NOT NULL,
  outcome TEXT NOT NULL,
  code INTEGER,
  detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX message_attempts_by_message ON message_attempts (message_id, id);

-- Time that is taken without anybody being booked: a meeting, a repair, a delivery. Its occupations stand beside those
-- of appointments, so that the guard refuses both alike.
CREATE TABLE blocks (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT NOT NULL REFERENCES locations (id),
  provider_id BIGINT REFERENCES providers (id),
  room_id BIGINT REFERENCES rooms (id),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  local_start TIMESTAMP NOT NULL,
  zone TEXT NOT NULL,
  zone_version TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  created_by BIGINT NOT NULL REFERENCES staff_users (id),
  removed_at TIMESTAMP,
  removed_by BIGINT REFERENCES staff_users (id),
  row_version BIGINT NOT NULL DEFAULT 1,
  CHECK (starts_at < ends_at),
  CHECK (provider_id IS NOT NULL OR room_id IS NOT NULL)
);
CREATE INDEX blocks_by_location ON blocks (location_id, starts_at);

-- When it really happened, beside what was planned.
ALTER TABLE bookings ADD COLUMN arrived_at TIMESTAMP;
ALTER TABLE bookings ADD COLUMN started_at TIMESTAMP;
ALTER TABLE bookings ADD COLUMN missed_at TIMESTAMP;

-- An amount is what the client pays; the tax in it stands beside. A line that takes back another names it.
ALTER TABLE ledger_entries ADD COLUMN tax_minor BIGINT NOT NULL DEFAULT 0 CHECK (tax_minor >= 0);
ALTER TABLE ledger_entries ADD COLUMN tax_basis_points INTEGER NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000);
ALTER TABLE ledger_entries ADD COLUMN discount_minor BIGINT NOT NULL DEFAULT 0 CHECK (discount_minor >= 0);
ALTER TABLE ledger_entries ADD COLUMN item TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger_entries ADD COLUMN reverses_id BIGINT REFERENCES ledger_entries (id);
ALTER TABLE ledger_entries ADD COLUMN location_id BIGINT REFERENCES locations (id);
-- The second of two sends of one form finds the first.
ALTER TABLE ledger_entries ADD COLUMN once_key TEXT;
CREATE UNIQUE INDEX ledger_entries_reversed_once ON ledger_entries (reverses_id);
CREATE UNIQUE INDEX ledger_entries_once ON ledger_entries (once_key);
CREATE INDEX ledger_entries_by_day ON ledger_entries (occurred_at);

ALTER TABLE services ADD COLUMN tax_basis_points INTEGER NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000);
-- From a day on a service costs something else; what was booked before keeps its price.
CREATE TABLE service_prices (
  service_id BIGINT NOT NULL REFERENCES services (id),
  valid_from DATE NOT NULL,
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  tax_basis_points INTEGER NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000),
  PRIMARY KEY (service_id, valid_from)
);

-- Numbers run without a gap; what a receipt said stays as it was said, without the client's name.
CREATE TABLE receipts (
  id BIGINT PRIMARY KEY NOT NULL,
  number BIGINT NOT NULL UNIQUE,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  booking_id BIGINT REFERENCES bookings (id),
  issued_at TIMESTAMP NOT NULL,
  issued_by BIGINT REFERENCES staff_users (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  total_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  lines TEXT NOT NULL
);
CREATE INDEX receipts_by_booking ON receipts (booking_id);
CREATE INDEX receipts_by_client ON receipts (client_id);
INSERT INTO change_counters (name, value) VALUES ('receipts', 0);

CREATE TABLE day_closings (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT NOT NULL REFERENCES locations (id),
  local_day DATE NOT NULL,
  closed_at TIMESTAMP NOT NULL,
  closed_by BIGINT NOT NULL REFERENCES staff_users (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- Sums by kind and method as JSON of minor units, as they stood when the day was closed.
  sums TEXT NOT NULL,
  expected_cash_minor BIGINT NOT NULL,
  counted_cash_minor BIGINT,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (location_id, local_day)
);

CREATE TABLE contact_attempts (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  booking_id BIGINT REFERENCES bookings (id),
  worklist TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('reached', 'no_answer', 'message_left', 'wrong_number')),
  note TEXT NOT NULL DEFAULT '',
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id)
);
CREATE INDEX contact_attempts_by_client ON contact_attempts (client_id, at);
CREATE INDEX contact_attempts_by_booking ON contact_attempts (booking_id);

-- A row of a worklist that shall not be seen for a while, or never again (no time).
CREATE TABLE worklist_snoozes (
  worklist TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  until TIMESTAMP,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  PRIMARY KEY (worklist, object_id)
);

-- What the clinic writes about a client; an alert stands at the head of every page about him.
CREATE TABLE client_notes (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  kind TEXT NOT NULL CHECK (kind IN ('note', 'alert')),
  text TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  archived_at TIMESTAMP,
  archived_by BIGINT REFERENCES staff_users (id)
);
CREATE INDEX client_notes_by_client ON client_notes (client_id, kind, archived_at);

-- Holds personal data, so erasing a person empties it.
CREATE TABLE client_changes (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  at TIMESTAMP NOT NULL,
  actor TEXT NOT NULL CHECK (actor IN ('client', 'staff', 'system')),
  staff_user_id BIGINT REFERENCES staff_users (id),
  field TEXT NOT NULL,
  before_value TEXT,
  after_value TEXT
);
CREATE INDEX client_changes_by_client ON client_changes (client_id, id);

CREATE TABLE client_merges (
  id BIGINT PRIMARY KEY NOT NULL,
  kept_id BIGINT NOT NULL REFERENCES clients (id),
  merged_id BIGINT NOT NULL REFERENCES clients (id),
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  -- How many rows of which table moved, as JSON.
  moved TEXT NOT NULL,
  CHECK (kept_id <> merged_id)
);
CREATE INDEX client_merges_by_kept ON client_merges (kept_id);

ALTER TABLE clients ADD COLUMN erased_at TIMESTAMP;
ALTER TABLE clients ADD COLUMN erased_by BIGINT REFERENCES staff_users (id);

-- Who opened which client, once per session and quarter of an hour.
CREATE TABLE client_views (
  id BIGINT PRIMARY KEY NOT NULL,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  client_id BIGINT NOT NULL REFERENCES clients (id),
  what TEXT NOT NULL,
  address TEXT
);
CREATE INDEX client_views_by_client ON client_views (client_id, at);
CREATE INDEX client_views_by_user ON client_views (staff_user_id, at);
CREATE INDEX client_views_by_time ON client_views (at);

ALTER TABLE staff_users ADD COLUMN totp_sealed TEXT;
ALTER TABLE staff_users ADD COLUMN totp_confirmed_at TIMESTAMP;
-- A code works once: the step of the last one that was taken.
ALTER TABLE staff_users ADD COLUMN totp_last_step BIGINT;
CREATE TABLE staff_recovery_codes (
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  code_hash TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP,
  PRIMARY KEY (staff_user_id, code_hash)
);
-- The password was right; the code is still to come.
CREATE TABLE staff_challenges (
  token_hash TEXT PRIMARY KEY NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  used_at TIMESTAMP
);
ALTER TABLE staff_sessions ADD COLUMN number BIGINT;
ALTER TABLE staff_sessions ADD COLUMN address TEXT;
ALTER TABLE staff_sessions ADD COLUMN agent TEXT;
CREATE UNIQUE INDEX staff_sessions_by_number ON staff_sessions (number);
ALTER TABLE audit_events ADD COLUMN address TEXT;

ALTER TABLE time_off ADD COLUMN requested_by BIGINT REFERENCES staff_users (id);
ALTER TABLE time_off ADD COLUMN requested_at TIMESTAMP;
ALTER TABLE time_off ADD COLUMN answer TEXT NOT NULL DEFAULT '';

-- Pictures as they are shown: read, made small and written anew; base64 because binary columns differ by engine.
CREATE TABLE images (
  name TEXT PRIMARY KEY NOT NULL,
  media_type TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  base64 TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE TABLE legal_texts (
  kind TEXT NOT NULL CHECK (kind IN ('imprint', 'privacy', 'terms')),
  language TEXT NOT NULL,
  body TEXT NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  updated_by BIGINT REFERENCES staff_users (id),
  row_version BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, language)
);
ALTER TABLE clinic ADD COLUMN logo TEXT REFERENCES images (name);
-- Tags of the languages that are offered, separated by a space.
ALTER TABLE clinic ADD COLUMN languages TEXT NOT NULL DEFAULT 'en de';
ALTER TABLE clinic ADD COLUMN providers_see TEXT NOT NULL DEFAULT 'own' CHECK (providers_see IN ('own', 'all'));
ALTER TABLE clinic ADD COLUMN second_factor TEXT NOT NULL DEFAULT 'optional' CHECK (second_factor IN ('optional', 'owners', 'everybody'));
-- How far the first steps went; done when it says so.
ALTER TABLE clinic ADD COLUMN setup_step TEXT NOT NULL DEFAULT 'done';

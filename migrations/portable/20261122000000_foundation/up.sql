-- Instants are UTC without a zone; wall-clock rules are minutes of the day beside an IANA zone.
-- Ids are made by the application (time-ordered, 64 bits). Money is minor units with its currency.

CREATE TABLE clinic (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  name TEXT NOT NULL,
  tagline TEXT NOT NULL DEFAULT '',
  email TEXT,
  phone TEXT,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  language TEXT NOT NULL DEFAULT 'en',
  accent_color TEXT NOT NULL DEFAULT '#0f766e',
  cancel_notice_minutes INTEGER NOT NULL DEFAULT 1440 CHECK (cancel_notice_minutes >= 0),
  cancel_policy TEXT NOT NULL DEFAULT '',
  row_version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE instance_keys (
  name TEXT PRIMARY KEY NOT NULL,
  sealed TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);

-- One row per thing that caches watch; raised in the write that changes it.
CREATE TABLE change_counters (
  name TEXT PRIMARY KEY NOT NULL,
  value BIGINT NOT NULL
);
INSERT INTO change_counters (name, value) VALUES ('catalog', 1);

-- One row per write that touched a location's calendar on a day: readers compare count and newest id.
CREATE TABLE calendar_changes (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT NOT NULL,
  local_day DATE NOT NULL
);
CREATE INDEX calendar_changes_by_day ON calendar_changes (location_id, local_day, id);

CREATE TABLE locations (
  id BIGINT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  street TEXT NOT NULL DEFAULT '',
  postal_code TEXT NOT NULL DEFAULT '',
  city TEXT NOT NULL DEFAULT '',
  region TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  phone TEXT,
  email TEXT,
  directions TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);

-- No location means every location is closed.
CREATE TABLE closures (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT REFERENCES locations (id),
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  name TEXT NOT NULL,
  CHECK (first_day <= last_day)
);

CREATE TABLE rooms (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT NOT NULL REFERENCES locations (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX rooms_by_location ON rooms (location_id);

CREATE TABLE providers (
  id BIGINT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  bio TEXT NOT NULL DEFAULT '',
  photo TEXT,
  languages TEXT NOT NULL DEFAULT '',
  color TEXT NOT NULL DEFAULT '#0f766e',
  email TEXT,
  leaves_on DATE,
  position INTEGER NOT NULL DEFAULT 0,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);

-- Weekly wall-clock spans: kind 'work' opens, kind 'break' takes away. Weekday 1 is Monday (ISO 8601).
CREATE TABLE weekly_hours (
  id BIGINT PRIMARY KEY NOT NULL,
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  location_id BIGINT NOT NULL REFERENCES locations (id),
  kind TEXT NOT NULL CHECK (kind IN ('work', 'break')),
  weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  starts_minute INTEGER NOT NULL CHECK (starts_minute BETWEEN 0 AND 1439),
  ends_minute INTEGER NOT NULL CHECK (ends_minute BETWEEN 1 AND 1440),
  valid_from DATE,
  valid_until DATE,
  CHECK (starts_minute < ends_minute),
  CHECK (valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)
);
CREATE INDEX weekly_hours_by_provider ON weekly_hours (provider_id, location_id);

-- A date with exceptions ignores the weekly hours of that provider and location; a row without minutes means "not here".
CREATE TABLE hour_exceptions (
  id BIGINT PRIMARY KEY NOT NULL,
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  location_id BIGINT NOT NULL REFERENCES locations (id),
  day DATE NOT NULL,
  starts_minute INTEGER CHECK (starts_minute BETWEEN 0 AND 1439),
  ends_minute INTEGER CHECK (ends_minute BETWEEN 1 AND 1440),
  note TEXT NOT NULL DEFAULT '',
  CHECK ((starts_minute IS NULL) = (ends_minute IS NULL)),
  CHECK (starts_minute IS NULL OR starts_minute < ends_minute)
);
CREATE INDEX hour_exceptions_by_provider ON hour_exceptions (provider_id, day);

-- Whole days when minutes are missing. Only approved time off blocks.
CREATE TABLE time_off (
  id BIGINT PRIMARY KEY NOT NULL,
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  starts_minute INTEGER CHECK (starts_minute BETWEEN 0 AND 1439),
  ends_minute INTEGER CHECK (ends_minute BETWEEN 1 AND 1440),
  status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'declined')),
  reason TEXT NOT NULL DEFAULT '',
  CHECK (first_day <= last_day),
  CHECK ((starts_minute IS NULL) = (ends_minute IS NULL)),
  CHECK (starts_minute IS NULL OR (starts_minute < ends_minute AND first_day = last_day))
);
CREATE INDEX time_off_by_provider ON time_off (provider_id, last_day);

CREATE TABLE services (
  id BIGINT PRIMARY KEY NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  category TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  duration_minutes INTEGER NOT NULL CHECK (duration_minutes BETWEEN 5 AND 720),
  buffer_before_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 240),
  buffer_after_minutes INTEGER NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 240),
  price_minor BIGINT NOT NULL DEFAULT 0 CHECK (price_minor >= 0),
  extra_person_minor BIGINT NOT NULL DEFAULT 0 CHECK (extra_person_minor >= 0),
  capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 200),
  party_min INTEGER NOT NULL DEFAULT 1 CHECK (party_min >= 1),
  party_max INTEGER NOT NULL DEFAULT 1,
  room_kind TEXT,
  lead_minutes INTEGER NOT NULL DEFAULT 120 CHECK (lead_minutes BETWEEN 0 AND 525600),
  horizon_days INTEGER NOT NULL DEFAULT 180 CHECK (horizon_days BETWEEN 1 AND 730),
  slot_minutes INTEGER NOT NULL DEFAULT 15 CHECK (slot_minutes BETWEEN 5 AND 240),
  cancel_notice_minutes INTEGER CHECK (cancel_notice_minutes >= 0),
  recall_interval TEXT,
  online BOOLEAN NOT NULL DEFAULT TRUE,
  needs_approval BOOLEAN NOT NULL DEFAULT FALSE,
  position INTEGER NOT NULL DEFAULT 0,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1,
  CHECK (party_min <= party_max)
);

CREATE TABLE service_providers (
  service_id BIGINT NOT NULL REFERENCES services (id),
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  price_minor BIGINT CHECK (price_minor >= 0),
  duration_minutes INTEGER CHECK (duration_minutes BETWEEN 5 AND 720),
  PRIMARY KEY (service_id, provider_id)
);

CREATE TABLE households (
  id BIGINT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL
);

-- Identity lives here and nowhere else, so that erasing a person is one row.
CREATE TABLE clients (
  id BIGINT PRIMARY KEY NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  email_key TEXT,
  phone_key TEXT,
  name_key TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT 'en',
  zone TEXT,
  birth_date DATE,
  household_id BIGINT REFERENCES households (id),
  guardian_id BIGINT REFERENCES clients (id),
  payer_id BIGINT REFERENCES clients (id),
  source TEXT,
  standing TEXT NOT NULL DEFAULT 'present' CHECK (standing IN ('present', 'moved', 'deceased', 'do_not_contact')),
  merged_into_id BIGINT REFERENCES clients (id),
  created_at TIMESTAMP NOT NULL,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX clients_by_email ON clients (email_key);
CREATE INDEX clients_by_phone ON clients (phone_key);
CREATE INDEX clients_by_name ON clients (name_key);

-- Folded words of name, mail and phone, found by prefix, the same on both engines.
CREATE TABLE client_words (
  client_id BIGINT NOT NULL REFERENCES clients (id),
  word TEXT NOT NULL,
  PRIMARY KEY (client_id, word)
);
CREATE INDEX client_words_by_word ON client_words (word, client_id);

CREATE TABLE possible_duplicates (
  client_id BIGINT NOT NULL REFERENCES clients (id),
  other_id BIGINT NOT NULL REFERENCES clients (id),
  reason TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  settled_at TIMESTAMP,
  PRIMARY KEY (client_id, other_id)
);

CREATE TABLE acquisition_costs (
  source TEXT NOT NULL,
  month DATE NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (source, month)
);

-- A block on a provider's (and room's) calendar. Its occupations go when it is released; the row stays.
CREATE TABLE appointments (
  id BIGINT PRIMARY KEY NOT NULL,
  location_id BIGINT NOT NULL REFERENCES locations (id),
  service_id BIGINT NOT NULL REFERENCES services (id),
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  room_id BIGINT REFERENCES rooms (id),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  local_start TIMESTAMP NOT NULL,
  zone TEXT NOT NULL,
  zone_version TEXT NOT NULL,
  capacity INTEGER NOT NULL CHECK (capacity >= 1),
  released_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  row_version BIGINT NOT NULL DEFAULT 1,
  CHECK (starts_at < ends_at)
);
CREATE INDEX appointments_by_location ON appointments (location_id, starts_at);
CREATE INDEX appointments_by_provider ON appointments (provider_id, starts_at);

CREATE TABLE occupations (
  id BIGINT PRIMARY KEY NOT NULL,
  appointment_id BIGINT NOT NULL REFERENCES appointments (id),
  resource_id BIGINT NOT NULL,
  resource_kind TEXT NOT NULL CHECK (resource_kind IN ('provider', 'room')),
  lane INTEGER NOT NULL DEFAULT 0 CHECK (lane >= 0),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  held_until TIMESTAMP,
  CHECK (starts_at < ends_at)
);
CREATE INDEX occupations_by_resource ON occupations (resource_id, starts_at, ends_at);
CREATE INDEX occupations_by_appointment ON occupations (appointment_id);

CREATE TABLE holds (
  id BIGINT PRIMARY KEY NOT NULL,
  appointment_id BIGINT NOT NULL REFERENCES appointments (id),
  party INTEGER NOT NULL CHECK (party >= 1),
  visitor_key TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  ended_how TEXT CHECK (ended_how IN ('booked', 'given_up', 'expired'))
);
CREATE INDEX holds_by_appointment ON holds (appointment_id);
CREATE INDEX holds_by_visitor ON holds (visitor_key, created_at);

CREATE TABLE bookings (
  id BIGINT PRIMARY KEY NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  appointment_id BIGINT NOT NULL REFERENCES appointments (id),
  client_id BIGINT NOT NULL REFERENCES clients (id),
  visit_group_id BIGINT,
  status TEXT NOT NULL CHECK (status IN ('requested', 'booked', 'arrived', 'in_progress', 'completed', 'no_show', 'cancelled', 'declined', 'expired')),
  party INTEGER NOT NULL CHECK (party >= 1),
  service_name TEXT NOT NULL,
  duration_minutes INTEGER NOT NULL,
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  tax_basis_points INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  cancel_notice_minutes INTEGER NOT NULL,
  cancel_policy TEXT NOT NULL,
  language TEXT NOT NULL,
  source TEXT,
  note TEXT NOT NULL DEFAULT '',
  schedule_version INTEGER NOT NULL DEFAULT 0,
  link_generation INTEGER NOT NULL DEFAULT 0,
  row_version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  created_by TEXT NOT NULL CHECK (created_by IN ('client', 'staff', 'system')),
  client_confirmed_at TIMESTAMP,
  completed_at TIMESTAMP,
  ended_at TIMESTAMP,
  ended_by TEXT CHECK (ended_by IN ('client', 'staff', 'system')),
  ended_reason TEXT,
  late_cancellation BOOLEAN NOT NULL DEFAULT FALSE,
  CHECK ((status IN ('cancelled', 'declined', 'expired')) = (ended_at IS NOT NULL)),
  CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);
CREATE INDEX bookings_by_appointment ON bookings (appointment_id);
CREATE INDEX bookings_by_client ON bookings (client_id);
-- Requests are few among millions; the desk and the minute's pass look for them by this.
CREATE INDEX bookings_by_status ON bookings (status, id);

-- One row per place taken, by a booking or by a hold. The unique key is the guard of the last seat.
CREATE TABLE seats (
  appointment_id BIGINT NOT NULL REFERENCES appointments (id),
  seat_no INTEGER NOT NULL CHECK (seat_no >= 1),
  booking_id BIGINT REFERENCES bookings (id),
  hold_id BIGINT REFERENCES holds (id),
  PRIMARY KEY (appointment_id, seat_no),
  CHECK ((booking_id IS NULL) <> (hold_id IS NULL))
);
CREATE INDEX seats_by_booking ON seats (booking_id);
CREATE INDEX seats_by_hold ON seats (hold_id);

CREATE TABLE booking_events (
  id BIGINT PRIMARY KEY NOT NULL,
  booking_id BIGINT NOT NULL REFERENCES bookings (id),
  at TIMESTAMP NOT NULL,
  actor TEXT NOT NULL CHECK (actor IN ('client', 'staff', 'system')),
  staff_user_id BIGINT,
  kind TEXT NOT NULL,
  before_state TEXT,
  after_state TEXT,
  reason TEXT
);
CREATE INDEX booking_events_by_booking ON booking_events (booking_id, id);

CREATE TABLE ledger_entries (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  booking_id BIGINT REFERENCES bookings (id),
  kind TEXT NOT NULL CHECK (kind IN ('charge', 'payment', 'refund', 'write_off')),
  amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  method TEXT,
  occurred_at TIMESTAMP NOT NULL,
  recorded_at TIMESTAMP NOT NULL,
  recorded_by BIGINT,
  note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ledger_entries_by_client ON ledger_entries (client_id, occurred_at);
CREATE INDEX ledger_entries_by_booking ON ledger_entries (booking_id);

CREATE TABLE idempotency_keys (
  scope TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER NOT NULL,
  response TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (scope, idempotency_key)
);

CREATE TABLE messages (
  id BIGINT PRIMARY KEY NOT NULL,
  natural_key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  purpose TEXT NOT NULL CHECK (purpose IN ('transactional', 'marketing')),
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms', 'webhook')),
  booking_id BIGINT REFERENCES bookings (id),
  client_id BIGINT REFERENCES clients (id),
  provider_id BIGINT REFERENCES providers (id),
  staff_user_id BIGINT,
  language TEXT NOT NULL,
  schedule_version INTEGER NOT NULL DEFAULT 0,
  message_id TEXT NOT NULL UNIQUE,
  due_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'sent', 'retry', 'dead', 'cancelled', 'skipped', 'uncertain')),
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_owner TEXT,
  lease_token BIGINT NOT NULL DEFAULT 0,
  lease_until TIMESTAMP,
  handing_over_at TIMESTAMP,
  last_code INTEGER,
  reason TEXT,
  subject_sent TEXT,
  created_at TIMESTAMP NOT NULL,
  sent_at TIMESTAMP,
  dead_at TIMESTAMP,
  cancelled_at TIMESTAMP,
  skipped_at TIMESTAMP,
  CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CHECK ((state = 'leased') = (lease_until IS NOT NULL))
);
CREATE INDEX messages_by_due ON messages (state, due_at);
CREATE INDEX messages_by_booking ON messages (booking_id);

-- A clock-driven job runs once per scheduled moment, however many processes look.
CREATE TABLE job_runs (
  name TEXT NOT NULL,
  scheduled_for TIMESTAMP NOT NULL,
  started_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP,
  PRIMARY KEY (name, scheduled_for)
);

CREATE TABLE staff_users (
  id BIGINT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'receptionist', 'provider')),
  provider_id BIGINT REFERENCES providers (id),
  password_hash TEXT,
  language TEXT NOT NULL DEFAULT 'en',
  created_at TIMESTAMP NOT NULL,
  disabled_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1,
  CHECK (role <> 'provider' OR provider_id IS NOT NULL)
);

CREATE TABLE staff_sessions (
  token_hash TEXT PRIMARY KEY NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  created_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);
CREATE INDEX staff_sessions_by_user ON staff_sessions (staff_user_id);

-- Mailed or printed links: random, stored hashed, used once.
CREATE TABLE staff_links (
  token_hash TEXT PRIMARY KEY NOT NULL,
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('invite', 'reset')),
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);

-- Failed sign-ins by subject (account or address, hashed), so that several processes share one limit.
CREATE TABLE login_failures (
  id BIGINT PRIMARY KEY NOT NULL,
  subject TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE INDEX login_failures_by_subject ON login_failures (subject, at);

CREATE TABLE audit_events (
  id BIGINT PRIMARY KEY NOT NULL,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT,
  action TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id BIGINT,
  detail TEXT
);
CREATE INDEX audit_events_by_time ON audit_events (at);

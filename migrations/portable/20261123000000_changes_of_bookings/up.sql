-- Deadlines and policies: the most specific setting wins, the service's before the location's before the clinic's.
-- A missing one says "as above". Moves of 0 mean that clients cannot move a booking themselves.
ALTER TABLE clinic ADD COLUMN lead_minutes INTEGER NOT NULL DEFAULT 120 CHECK (lead_minutes BETWEEN 0 AND 525600);
ALTER TABLE clinic ADD COLUMN move_notice_minutes INTEGER NOT NULL DEFAULT 1440 CHECK (move_notice_minutes >= 0);
ALTER TABLE clinic ADD COLUMN moves_max INTEGER NOT NULL DEFAULT 3 CHECK (moves_max BETWEEN 0 AND 100);
-- How long an offer to somebody on the waitlist keeps the place.
ALTER TABLE clinic ADD COLUMN offer_minutes INTEGER NOT NULL DEFAULT 120 CHECK (offer_minutes BETWEEN 5 AND 10080);
ALTER TABLE clinic ADD COLUMN short_notice_offer_minutes INTEGER NOT NULL DEFAULT 20 CHECK (short_notice_offer_minutes BETWEEN 5 AND 1440);

ALTER TABLE locations ADD COLUMN lead_minutes INTEGER CHECK (lead_minutes BETWEEN 0 AND 525600);
ALTER TABLE locations ADD COLUMN move_notice_minutes INTEGER CHECK (move_notice_minutes >= 0);
ALTER TABLE locations ADD COLUMN cancel_notice_minutes INTEGER CHECK (cancel_notice_minutes >= 0);
ALTER TABLE locations ADD COLUMN moves_max INTEGER CHECK (moves_max BETWEEN 0 AND 100);
ALTER TABLE locations ADD COLUMN cancel_policy TEXT;

-- The lead time of a service may now be missing; a column is widened by way of another, which both engines can.
ALTER TABLE services ADD COLUMN own_lead_minutes INTEGER CHECK (own_lead_minutes BETWEEN 0 AND 525600);
UPDATE services SET own_lead_minutes = lead_minutes;
ALTER TABLE services DROP COLUMN lead_minutes;
ALTER TABLE services RENAME COLUMN own_lead_minutes TO lead_minutes;
ALTER TABLE services ADD COLUMN move_notice_minutes INTEGER CHECK (move_notice_minutes >= 0);
ALTER TABLE services ADD COLUMN moves_max INTEGER CHECK (moves_max BETWEEN 0 AND 100);
ALTER TABLE services ADD COLUMN cancel_policy TEXT;
-- Whether clients may book it as a series, and may wait for it when it is full.
ALTER TABLE services ADD COLUMN client_series BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE services ADD COLUMN waitlist BOOLEAN NOT NULL DEFAULT TRUE;

-- Seats beyond the agreed capacity, given by staff on purpose; they go again with whoever leaves.
ALTER TABLE appointments ADD COLUMN overbooked INTEGER NOT NULL DEFAULT 0 CHECK (overbooked >= 0);

-- A rule in RFC 5545 text, on the wall clock of a zone. Instances are bookings; what differs from the rule is a row of
-- series_exceptions or a booking whose time is another than its series_slot.
CREATE TABLE series (
  id BIGINT PRIMARY KEY NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  service_id BIGINT NOT NULL REFERENCES services (id),
  provider_id BIGINT REFERENCES providers (id),
  location_id BIGINT NOT NULL REFERENCES locations (id),
  party INTEGER NOT NULL CHECK (party >= 1),
  rule TEXT NOT NULL,
  zone TEXT NOT NULL,
  local_start TIMESTAMP NOT NULL,
  open_ended BOOLEAN NOT NULL DEFAULT FALSE,
  -- The last local day up to which instances were made.
  extended_to DATE NOT NULL,
  language TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  source TEXT,
  schedule_version INTEGER NOT NULL DEFAULT 0,
  link_generation INTEGER NOT NULL DEFAULT 0,
  row_version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  created_by TEXT NOT NULL CHECK (created_by IN ('client', 'staff', 'system')),
  staff_user_id BIGINT,
  ended_at TIMESTAMP,
  ended_by TEXT CHECK (ended_by IN ('client', 'staff', 'system')),
  -- The series that took over from here, after "this and following".
  continued_by_id BIGINT REFERENCES series (id)
);
CREATE INDEX series_by_client ON series (client_id);
CREATE INDEX series_by_end ON series (open_ended, ended_at, extended_to);

-- Dates of the rule without a booking: left out on purpose, or impossible to book (then somebody settles it).
CREATE TABLE series_exceptions (
  series_id BIGINT NOT NULL REFERENCES series (id),
  slot TIMESTAMP NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('left_out', 'unbookable')),
  why TEXT,
  created_at TIMESTAMP NOT NULL,
  settled_at TIMESTAMP,
  settled_by BIGINT,
  PRIMARY KEY (series_id, slot)
);
CREATE INDEX series_exceptions_open ON series_exceptions (kind, settled_at);

ALTER TABLE bookings ADD COLUMN move_notice_minutes INTEGER NOT NULL DEFAULT 1440;
ALTER TABLE bookings ADD COLUMN moves_max INTEGER NOT NULL DEFAULT 3;
-- How often the client moved it himself.
ALTER TABLE bookings ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;
-- Its place in a visit of several services, the first is 0; visit_group_id is the id of that first booking.
ALTER TABLE bookings ADD COLUMN visit_position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN series_id BIGINT REFERENCES series (id);
-- The wall time the rule gave it (RECURRENCE-ID), whatever it was moved to.
ALTER TABLE bookings ADD COLUMN series_slot TIMESTAMP;
-- The newest schedule version that a message about the whole series told of; -1 is none.
ALTER TABLE bookings ADD COLUMN told_version INTEGER NOT NULL DEFAULT -1;
ALTER TABLE bookings ADD COLUMN ended_reason_code TEXT;
CREATE INDEX bookings_by_series ON bookings (series_id, series_slot);
CREATE INDEX bookings_by_visit ON bookings (visit_group_id);

-- Which rules of the calendar staff broke on purpose, in the words of domain::overriding.
ALTER TABLE booking_events ADD COLUMN broke TEXT;

-- Reasons a client or the clinic picks from when it calls off. Without a text of its own a reason has Rebook's words.
CREATE TABLE cancellation_reasons (
  id BIGINT PRIMARY KEY NOT NULL,
  code TEXT NOT NULL UNIQUE,
  asked_of TEXT NOT NULL CHECK (asked_of IN ('client', 'clinic')),
  position INTEGER NOT NULL DEFAULT 0,
  archived_at TIMESTAMP
);
CREATE TABLE cancellation_reason_texts (
  reason_id BIGINT NOT NULL REFERENCES cancellation_reasons (id),
  language TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (reason_id, language)
);
INSERT INTO cancellation_reasons (id, code, asked_of, position) VALUES
  (1, 'no_time', 'client', 1), (2, 'feeling_better', 'client', 2), (3, 'ill', 'client', 3),
  (4, 'too_expensive', 'client', 4), (5, 'elsewhere', 'client', 5), (6, 'other', 'client', 6),
  (7, 'provider_ill', 'clinic', 1), (8, 'clinic_closed', 'clinic', 2), (9, 'equipment', 'clinic', 3),
  (10, 'client_asked', 'clinic', 4), (11, 'clinic_other', 'clinic', 5);

-- Somebody waits for a time. Weekdays are bits, Monday is 1; the two minutes bound the start on the wall clock.
CREATE TABLE waitlist_entries (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  service_id BIGINT NOT NULL REFERENCES services (id),
  provider_id BIGINT REFERENCES providers (id),
  location_id BIGINT REFERENCES locations (id),
  party INTEGER NOT NULL CHECK (party >= 1),
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  weekdays INTEGER NOT NULL DEFAULT 127 CHECK (weekdays BETWEEN 1 AND 127),
  from_minute INTEGER NOT NULL DEFAULT 0 CHECK (from_minute BETWEEN 0 AND 1439),
  until_minute INTEGER NOT NULL DEFAULT 1440 CHECK (until_minute BETWEEN 1 AND 1440),
  short_notice BOOLEAN NOT NULL DEFAULT FALSE,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'booked', 'withdrawn', 'expired', 'parked')),
  -- Staff may put somebody first: lower comes earlier, then who waits longest.
  position INTEGER NOT NULL DEFAULT 0,
  -- Not offered anything before this; "skip" sets it.
  skipped_until TIMESTAMP,
  booking_id BIGINT REFERENCES bookings (id),
  language TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  source TEXT,
  link_generation INTEGER NOT NULL DEFAULT 0,
  row_version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  created_by TEXT NOT NULL CHECK (created_by IN ('client', 'staff', 'system')),
  staff_user_id BIGINT,
  ended_at TIMESTAMP,
  CHECK (first_day <= last_day),
  CHECK (from_minute < until_minute)
);
CREATE INDEX waitlist_entries_by_status ON waitlist_entries (status, service_id);
CREATE INDEX waitlist_entries_by_client ON waitlist_entries (client_id);

-- A place kept for one entry until it answers.
CREATE TABLE waitlist_offers (
  id BIGINT PRIMARY KEY NOT NULL,
  entry_id BIGINT NOT NULL REFERENCES waitlist_entries (id),
  hold_id BIGINT NOT NULL REFERENCES holds (id),
  provider_id BIGINT NOT NULL REFERENCES providers (id),
  location_id BIGINT NOT NULL REFERENCES locations (id),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')),
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  answered_at TIMESTAMP,
  booking_id BIGINT REFERENCES bookings (id),
  CHECK ((status = 'open') = (answered_at IS NULL))
);
CREATE INDEX waitlist_offers_by_entry ON waitlist_offers (entry_id);
CREATE INDEX waitlist_offers_by_status ON waitlist_offers (status, expires_at);

-- Sign-in links to the client's own area: whoever reads the mailbox may use one, once.
CREATE TABLE client_links (
  id BIGINT PRIMARY KEY NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  email_key TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
);
CREATE INDEX client_links_by_email ON client_links (email_key, created_at);
CREATE TABLE client_sessions (
  token_hash TEXT PRIMARY KEY NOT NULL,
  email_key TEXT NOT NULL,
  client_id BIGINT REFERENCES clients (id),
  created_at TIMESTAMP NOT NULL,
  last_seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL
);

-- What somebody agreed to or took back, with the words that were shown. Only ever added to; the newest row counts.
CREATE TABLE consents (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
  granted BOOLEAN NOT NULL,
  wording TEXT NOT NULL,
  wording_version INTEGER NOT NULL,
  origin TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT
);
CREATE INDEX consents_by_client ON consents (client_id, purpose, id);

-- Keys of other programs: random, stored hashed, with a scope.
CREATE TABLE api_tokens (
  id BIGINT PRIMARY KEY NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('staff', 'owner')),
  created_by BIGINT NOT NULL REFERENCES staff_users (id),
  created_at TIMESTAMP NOT NULL,
  last_used_at TIMESTAMP,
  revoked_at TIMESTAMP
);

-- A message may be about something else than one booking.
ALTER TABLE messages ADD COLUMN series_id BIGINT REFERENCES series (id);
ALTER TABLE messages ADD COLUMN waitlist_entry_id BIGINT REFERENCES waitlist_entries (id);
ALTER TABLE messages ADD COLUMN waitlist_offer_id BIGINT REFERENCES waitlist_offers (id);
ALTER TABLE messages ADD COLUMN client_link_id BIGINT REFERENCES client_links (id);
CREATE INDEX messages_by_series ON messages (series_id);
CREATE INDEX messages_by_entry ON messages (waitlist_entry_id);
CREATE INDEX messages_by_offer ON messages (waitlist_offer_id);

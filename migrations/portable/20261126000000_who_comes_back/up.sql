-- What brings somebody back, and when: a check-up every six months. What was done of its triggers last sets the date.
CREATE TABLE recall_types (
  id BIGINT PRIMARY KEY NOT NULL,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  -- "6m1d"; nothing where the client's own rhythm says it.
  every TEXT,
  -- What is booked by the link of a reminder.
  book_service_id BIGINT NOT NULL REFERENCES services (id),
  -- Recalls that care requires are told without a holdout group.
  required BOOLEAN NOT NULL,
  position INTEGER NOT NULL,
  archived_at TIMESTAMP,
  row_version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE recall_triggers (
  recall_type_id BIGINT NOT NULL REFERENCES recall_types (id),
  service_id BIGINT NOT NULL REFERENCES services (id),
  PRIMARY KEY (recall_type_id, service_id)
);

-- One client's next visit of a kind. The computed date follows the last visit; one set by hand stays until the next.
CREATE TABLE recalls (
  id BIGINT PRIMARY KEY NOT NULL,
  client_id BIGINT NOT NULL REFERENCES clients (id),
  recall_type_id BIGINT NOT NULL REFERENCES recall_types (id),
  last_day DATE,
  computed_due DATE,
  manual_due DATE,
  -- What holds: by hand, else computed. Nothing where nothing makes it due.
  due_day DATE,
  every TEXT,
  paused_until DATE,
  disabled_at TIMESTAMP,
  disabled_reason TEXT,
  -- Rises whenever the date changes, so that no date is reminded of twice and each new one is.
  cycle INTEGER NOT NULL DEFAULT 1,
  link_generation INTEGER NOT NULL DEFAULT 1,
  row_version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (client_id, recall_type_id)
);
CREATE INDEX recalls_by_due ON recalls (due_day, id);

-- How often somebody came and what it brought, kept in the write that changes it. Kind 0 is every visit, else those of
-- a recall type. Visits of one local day are one.
CREATE TABLE client_figures (
  client_id BIGINT NOT NULL REFERENCES clients (id),
  recall_type_id BIGINT NOT NULL,
  visits INTEGER NOT NULL CHECK (visits > 0),
  first_day DATE NOT NULL,
  last_day DATE NOT NULL,
  median_gap_days DOUBLE PRECISION,
  log_gap_sum DOUBLE PRECISION NOT NULL,
  revenue_minor BIGINT NOT NULL,
  first_service_id BIGINT NOT NULL REFERENCES services (id),
  first_provider_id BIGINT NOT NULL REFERENCES providers (id),
  last_service_id BIGINT NOT NULL REFERENCES services (id),
  last_provider_id BIGINT NOT NULL REFERENCES providers (id),
  last_location_id BIGINT NOT NULL REFERENCES locations (id),
  PRIMARY KEY (client_id, recall_type_id)
);
CREATE INDEX client_figures_by_last ON client_figures (recall_type_id, last_day);

-- How each client stands, as of a day, beside how he stood when the month began.
CREATE TABLE client_states (
  client_id BIGINT PRIMARY KEY NOT NULL REFERENCES clients (id),
  state TEXT NOT NULL,
  month_state TEXT,
  -- The day on which the limit was passed, or the state began.
  since DATE NOT NULL,
  -- What is expected of the next year by the model, in minor units, and what is lost of it if he stays away.
  value_minor BIGINT NOT NULL DEFAULT 0,
  at_risk_minor BIGINT NOT NULL DEFAULT 0,
  as_of DATE NOT NULL
);
CREATE INDEX client_states_by_state ON client_states (state, at_risk_minor);

-- A model with the parameters that fit the clinic's own history best. Scope 0 is every visit, else a recall type.
CREATE TABLE fitted_models (
  id BIGINT PRIMARY KEY NOT NULL,
  scope BIGINT NOT NULL,
  model TEXT NOT NULL,
  parameters TEXT NOT NULL,
  log_likelihood DOUBLE PRECISION,
  clients BIGINT NOT NULL,
  fingerprint TEXT NOT NULL,
  reason TEXT NOT NULL,
  backtest TEXT,
  fitted_at TIMESTAMP NOT NULL
);
CREATE INDEX fitted_models_by_scope ON fitted_models (scope, fitted_at);

-- What a model expects of one client. Values in minor units.
CREATE TABLE client_scores (
  client_id BIGINT NOT NULL REFERENCES clients (id),
  scope BIGINT NOT NULL,
  alive DOUBLE PRECISION NOT NULL CHECK (alive BETWEEN 0 AND 1),
  visits_12 DOUBLE PRECISION NOT NULL,
  visits_36 DOUBLE PRECISION NOT NULL,
  value_12_minor BIGINT NOT NULL,
  value_12_low_minor BIGINT NOT NULL,
  value_12_high_minor BIGINT NOT NULL,
  value_36_minor BIGINT NOT NULL,
  value_36_low_minor BIGINT NOT NULL,
  value_36_high_minor BIGINT NOT NULL,
  -- A quarter, a half and three quarters of those who stand like this are here again by these days.
  next_early DATE,
  next_middle DATE,
  next_late DATE,
  as_of DATE NOT NULL,
  PRIMARY KEY (client_id, scope)
);

-- The owner's figures as they were computed last, by name of the report and its period.
CREATE TABLE retention_snapshots (
  name TEXT PRIMARY KEY NOT NULL,
  as_of DATE NOT NULL,
  made_at TIMESTAMP NOT NULL,
  -- The counter "figures" as it stood.
  version BIGINT NOT NULL,
  content TEXT NOT NULL
);
INSERT INTO change_counters (name, value) VALUES ('figures', 0);

-- What keeping clients costs, beside what winning them costs (acquisition_costs).
CREATE TABLE keeping_costs (
  month DATE PRIMARY KEY NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
  currency TEXT NOT NULL CHECK (length(currency) = 3)
);

-- What is left of the price when material, laboratory and the like are paid.
ALTER TABLE services ADD COLUMN margin_basis_points INTEGER NOT NULL DEFAULT 10000 CHECK (margin_basis_points BETWEEN 0 AND 10000);
-- Whoever was not here for so long and has nothing booked is lost.
ALTER TABLE clinic ADD COLUMN lost_after_months INTEGER NOT NULL DEFAULT 18 CHECK (lost_after_months BETWEEN 1 AND 120);
-- By how much money that comes in a month later is worth less.
ALTER TABLE clinic ADD COLUMN discount_basis_points INTEGER NOT NULL DEFAULT 50 CHECK (discount_basis_points BETWEEN 0 AND 1000);


-- What was imported, so that the same file brings nothing twice. Keys and content are digests: whatever another program
-- uses as a key (often a mail address) is not kept.
CREATE TABLE import_keys (
  kind TEXT NOT NULL CHECK (kind IN ('client', 'visit', 'service', 'provider')),
  source TEXT NOT NULL,
  key_digest TEXT NOT NULL,
  content_digest TEXT NOT NULL,
  -- Of the client (perhaps merged since), booking or line of the ledger, service or provider that the row became.
  local_id BIGINT NOT NULL,
  imported_at TIMESTAMP NOT NULL,
  PRIMARY KEY (kind, source, key_digest)
);

-- Who changed what was spent on a source in a month. Nothing stands for no entry.
CREATE TABLE acquisition_cost_changes (
  id BIGINT PRIMARY KEY NOT NULL,
  source TEXT NOT NULL,
  month DATE NOT NULL,
  before_minor BIGINT,
  after_minor BIGINT,
  at TIMESTAMP NOT NULL,
  staff_user_id BIGINT REFERENCES staff_users (id)
);
CREATE INDEX acquisition_cost_changes_by_time ON acquisition_cost_changes (at, id);

-- The clinic's own filters of clients, by name. The conditions are a closed set, written as JSON and read back as such.
CREATE TABLE segments (
  id BIGINT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  conditions TEXT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES staff_users (id),
  created_at TIMESTAMP NOT NULL,
  row_version BIGINT NOT NULL DEFAULT 1
);

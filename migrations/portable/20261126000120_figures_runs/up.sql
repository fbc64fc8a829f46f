-- When the figures of everybody were made last, and of what. One row, whichever node does it.
CREATE TABLE figures_runs (
  id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
  -- What had changed until then, as a number that only rises.
  version BIGINT NOT NULL,
  as_of DATE,
  -- What counted as a visit of which kind.
  kinds TEXT NOT NULL,
  renewed_at TIMESTAMP,
  took_millis BIGINT NOT NULL,
  -- Until then somebody is at it.
  claimed_until TIMESTAMP
);
INSERT INTO figures_runs (id, version, kinds, took_millis) VALUES (1, -1, '', 0);

-- SQLite cannot make a column nullable, so the table is written anew; nothing refers to it.
CREATE TABLE occupations_anew (
  id BIGINT PRIMARY KEY NOT NULL,
  appointment_id BIGINT REFERENCES appointments (id),
  resource_id BIGINT NOT NULL,
  resource_kind TEXT NOT NULL CHECK (resource_kind IN ('provider', 'room')),
  lane INTEGER NOT NULL DEFAULT 0 CHECK (lane >= 0),
  starts_at TIMESTAMP NOT NULL,
  ends_at TIMESTAMP NOT NULL,
  held_until TIMESTAMP,
  block_id BIGINT REFERENCES blocks (id),
  CHECK (starts_at < ends_at),
  CHECK ((appointment_id IS NULL) <> (block_id IS NULL))
);
INSERT INTO occupations_anew (id, appointment_id, resource_id, resource_kind, lane, starts_at, ends_at, held_until) SELECT id, appointment_id, resource_id, resource_kind, lane, starts_at, ends_at, held_until FROM occupations;
DROP TABLE occupations;
ALTER TABLE occupations_anew RENAME TO occupations;
CREATE INDEX occupations_by_resource ON occupations (resource_id, starts_at, ends_at);
CREATE INDEX occupations_by_appointment ON occupations (appointment_id);
CREATE INDEX occupations_by_block ON occupations (block_id);

-- The last guard against double booking. Spans are at most a day long, so the search starts a day before.
CREATE TRIGGER occupations_guard_insert BEFORE INSERT ON occupations
BEGIN
  SELECT RAISE(ABORT, 'occupation_too_long')
  WHERE julianday(NEW.ends_at) - julianday(NEW.starts_at) > 1.0;
  SELECT RAISE(ABORT, 'occupation_overlap')
  WHERE EXISTS (
    SELECT 1 FROM occupations AS o
    WHERE o.resource_id = NEW.resource_id AND o.lane = NEW.lane
      AND o.starts_at >= datetime(NEW.starts_at, '-1 day') AND o.starts_at < NEW.ends_at
      AND o.ends_at > NEW.starts_at
  );
END;

CREATE TRIGGER occupations_guard_update BEFORE UPDATE OF resource_id, lane, starts_at, ends_at ON occupations
BEGIN
  SELECT RAISE(ABORT, 'occupation_too_long')
  WHERE julianday(NEW.ends_at) - julianday(NEW.starts_at) > 1.0;
  SELECT RAISE(ABORT, 'occupation_overlap')
  WHERE EXISTS (
    SELECT 1 FROM occupations AS o
    WHERE o.id <> OLD.id AND o.resource_id = NEW.resource_id AND o.lane = NEW.lane
      AND o.starts_at >= datetime(NEW.starts_at, '-1 day') AND o.starts_at < NEW.ends_at
      AND o.ends_at > NEW.starts_at
  );
END;

-- The monthly mail of figures: planned once for each owner and month.
CREATE TABLE owner_digests (
  staff_user_id BIGINT NOT NULL REFERENCES staff_users (id),
  -- The month it is about: its first day.
  month DATE NOT NULL,
  planned_at TIMESTAMP NOT NULL,
  PRIMARY KEY (staff_user_id, month)
);
-- Who does not want it.
CREATE TABLE digest_refusals (
  staff_user_id BIGINT PRIMARY KEY NOT NULL REFERENCES staff_users (id),
  refused_at TIMESTAMP NOT NULL
);

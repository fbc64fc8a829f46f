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

-- A seat beyond the appointment's capacity is refused whoever asks.
CREATE TRIGGER seats_guard_insert BEFORE INSERT ON seats
WHEN NEW.seat_no > (SELECT capacity FROM appointments WHERE id = NEW.appointment_id)
BEGIN
  SELECT RAISE(ABORT, 'seat_beyond_capacity');
END;

-- Money and history are only ever added to.
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER booking_events_no_update BEFORE UPDATE ON booking_events BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER booking_events_no_delete BEFORE DELETE ON booking_events BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings BEGIN SELECT RAISE(ABORT, 'append_only'); END;

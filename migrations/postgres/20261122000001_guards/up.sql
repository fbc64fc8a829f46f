CREATE EXTENSION IF NOT EXISTS btree_gist;

-- The last guard against double booking.
ALTER TABLE occupations ADD CONSTRAINT occupations_not_too_long CHECK (ends_at - starts_at <= INTERVAL '24 hours');
ALTER TABLE occupations ADD CONSTRAINT occupations_no_overlap
  EXCLUDE USING gist (resource_id WITH =, lane WITH =, tsrange(starts_at, ends_at) WITH &&);

-- A seat beyond the appointment's capacity is refused whoever asks.
CREATE FUNCTION seats_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seat_no > (SELECT capacity FROM appointments WHERE id = NEW.appointment_id) THEN
    RAISE EXCEPTION 'seat_beyond_capacity' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER seats_guard_insert BEFORE INSERT ON seats FOR EACH ROW EXECUTE FUNCTION seats_guard();

-- Money and history are only ever added to.
CREATE FUNCTION append_only_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append_only' USING ERRCODE = '23514';
END $$;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION append_only_guard();
CREATE TRIGGER booking_events_append_only BEFORE UPDATE OR DELETE ON booking_events FOR EACH ROW EXECUTE FUNCTION append_only_guard();
CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION append_only_guard();

-- Money and history stay only added to, with two exceptions that need a reason in the database itself: a line goes over
-- to the client into whom its own was merged, and what was typed is emptied once its client was erased.
CREATE FUNCTION ledger_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (to_jsonb(NEW) - 'client_id' - 'note') = (to_jsonb(OLD) - 'client_id' - 'note')
    AND (NEW.client_id = OLD.client_id
         OR NEW.client_id = (SELECT merged_into_id FROM clients WHERE id = OLD.client_id))
    AND (NEW.note = OLD.note
         OR (NEW.note = '' AND (SELECT erased_at FROM clients WHERE id = NEW.client_id) IS NOT NULL))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append_only' USING ERRCODE = '23514';
END $$;
DROP TRIGGER ledger_entries_append_only ON ledger_entries;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_guard();

CREATE FUNCTION booking_events_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
    AND (to_jsonb(NEW) - 'reason') = (to_jsonb(OLD) - 'reason') AND NEW.reason IS NULL
    AND (SELECT c.erased_at FROM bookings AS b JOIN clients AS c ON c.id = b.client_id WHERE b.id = OLD.booking_id)
      IS NOT NULL
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'append_only' USING ERRCODE = '23514';
END $$;
DROP TRIGGER booking_events_append_only ON booking_events;
CREATE TRIGGER booking_events_append_only BEFORE UPDATE OR DELETE ON booking_events FOR EACH ROW EXECUTE FUNCTION booking_events_guard();

-- Money and history stay only added to, with two exceptions that need a reason in the database itself: a line goes over
-- to the client into whom its own was merged, and what was typed is emptied once its client was erased.
DROP TRIGGER ledger_entries_no_update;
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
WHEN NOT (
  NEW.id IS OLD.id AND NEW.booking_id IS OLD.booking_id AND NEW.kind IS OLD.kind
  AND NEW.amount_minor IS OLD.amount_minor AND NEW.currency IS OLD.currency AND NEW.method IS OLD.method
  AND NEW.occurred_at IS OLD.occurred_at AND NEW.recorded_at IS OLD.recorded_at AND NEW.recorded_by IS OLD.recorded_by
  AND NEW.tax_minor IS OLD.tax_minor AND NEW.tax_basis_points IS OLD.tax_basis_points
  AND NEW.discount_minor IS OLD.discount_minor AND NEW.item IS OLD.item AND NEW.reverses_id IS OLD.reverses_id
  AND NEW.location_id IS OLD.location_id AND NEW.once_key IS OLD.once_key
  AND (NEW.client_id IS OLD.client_id
       OR (SELECT merged_into_id FROM clients WHERE id = OLD.client_id) IS NEW.client_id)
  AND (NEW.note IS OLD.note
       OR (NEW.note = '' AND (SELECT erased_at FROM clients WHERE id = NEW.client_id) IS NOT NULL))
)
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

DROP TRIGGER booking_events_no_update;
CREATE TRIGGER booking_events_no_update BEFORE UPDATE ON booking_events
WHEN NOT (
  NEW.id IS OLD.id AND NEW.booking_id IS OLD.booking_id AND NEW.at IS OLD.at AND NEW.actor IS OLD.actor
  AND NEW.staff_user_id IS OLD.staff_user_id AND NEW.kind IS OLD.kind AND NEW.before_state IS OLD.before_state
  AND NEW.after_state IS OLD.after_state AND NEW.broke IS OLD.broke
  AND NEW.reason IS NULL
  AND (SELECT c.erased_at FROM bookings AS b JOIN clients AS c ON c.id = b.client_id WHERE b.id = OLD.booking_id)
    IS NOT NULL
)
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

DROP TRIGGER bookings_no_delete ON bookings;
DROP TRIGGER booking_events_append_only ON booking_events;
DROP TRIGGER ledger_entries_append_only ON ledger_entries;
DROP FUNCTION append_only_guard();
DROP TRIGGER seats_guard_insert ON seats;
DROP FUNCTION seats_guard();
ALTER TABLE occupations DROP CONSTRAINT occupations_no_overlap;
ALTER TABLE occupations DROP CONSTRAINT occupations_not_too_long;

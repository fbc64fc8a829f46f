DROP TRIGGER bookings_no_delete;
DROP TRIGGER booking_events_no_delete;
DROP TRIGGER booking_events_no_update;
DROP TRIGGER ledger_entries_no_delete;
DROP TRIGGER ledger_entries_no_update;
DROP TRIGGER seats_guard_insert;
DROP TRIGGER occupations_guard_update;
DROP TRIGGER occupations_guard_insert;

ALTER TABLE bookings DROP COLUMN client_untold_version;

-- The version of time and place of which staff decided not to tell the client.
ALTER TABLE bookings ADD COLUMN client_untold_version INTEGER;

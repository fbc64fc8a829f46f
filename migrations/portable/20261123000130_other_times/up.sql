-- Whether the mail about its cancellation names other times; they are looked up when it is sent.
ALTER TABLE bookings ADD COLUMN offer_other_times BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE bookings DROP COLUMN offer_other_times;

DROP INDEX bookings_by_completion;

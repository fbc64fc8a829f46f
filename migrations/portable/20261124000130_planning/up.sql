-- The last visit of a client, for rules about whoever was not here for long.
CREATE INDEX bookings_by_completion ON bookings (client_id, completed_at) WHERE completed_at IS NOT NULL;

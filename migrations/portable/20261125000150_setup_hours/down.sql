ALTER TABLE clinic DROP COLUMN setup_hours;

ALTER TABLE occupations ALTER COLUMN appointment_id DROP NOT NULL;
ALTER TABLE occupations ADD COLUMN block_id BIGINT REFERENCES blocks (id);
ALTER TABLE occupations ADD CONSTRAINT occupations_of_one CHECK ((appointment_id IS NULL) <> (block_id IS NULL));
CREATE INDEX occupations_by_block ON occupations (block_id);

DROP INDEX occupations_by_block;
DELETE FROM occupations WHERE block_id IS NOT NULL;
ALTER TABLE occupations DROP COLUMN block_id;
ALTER TABLE occupations ALTER COLUMN appointment_id SET NOT NULL;

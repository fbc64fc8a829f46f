-- The week that the first steps were told of, until there are providers who work it: `1 540-1020 720-780;...`.
ALTER TABLE clinic ADD COLUMN setup_hours TEXT NOT NULL DEFAULT '';

DELETE FROM change_counters WHERE name = 'people';

DROP TABLE acquisition_cost_changes;
DROP TABLE import_keys;

-- Rises whenever a name or an alert changes, so that kept answers of the calendar are made anew.
INSERT INTO change_counters (name, value) VALUES ('people', 0);

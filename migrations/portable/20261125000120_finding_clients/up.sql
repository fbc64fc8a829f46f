-- Clients are found by their day of birth as well, and common beginnings of words are looked through by name.
CREATE INDEX clients_by_birth_date ON clients (birth_date);
CREATE INDEX clients_in_order ON clients (last_name, first_name, id);
-- Who has something to come and who came when is asked of every hit of a search.
CREATE INDEX client_notes_alerts ON client_notes (kind, archived_at, client_id);

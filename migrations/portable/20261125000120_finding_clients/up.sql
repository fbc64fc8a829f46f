-- Clients are found by their day of birth as well.
CREATE INDEX clients_by_birth_date ON clients (birth_date);
-- What must be minded is asked of every hit of a search.
CREATE INDEX client_notes_alerts ON client_notes (kind, archived_at, client_id);

DROP INDEX client_notes_alerts;
DROP INDEX clients_by_birth_date;

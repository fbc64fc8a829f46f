import-event = Importiert

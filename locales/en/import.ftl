import-event = Imported

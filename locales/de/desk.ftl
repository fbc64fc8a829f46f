# Buchen am Telefon.

desk-event-confirmed = Von der Person bestätigt

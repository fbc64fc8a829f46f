# Booking for a caller.

desk-event-confirmed = Confirmed by the client

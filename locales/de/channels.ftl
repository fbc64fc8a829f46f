channels-text-booked = { $clinic }: { $service } am { $day } um { $time } ist gebucht.
channels-text-requested = { $clinic }: Ihre Anfrage für { $service } am { $day } um { $time } ist da, wir antworten bald.
channels-text-declined = { $clinic }: { $service } am { $day } um { $time } ist nicht möglich. Bitte wählen Sie eine andere Zeit.
channels-text-changed = { $clinic }: { $service } ist jetzt am { $day } um { $time }.
channels-text-cancelled = { $clinic }: { $service } am { $day } um { $time } ist abgesagt.
channels-text-reminder = { $clinic }: Erinnerung an { $service } am { $day } um { $time }.
channels-text-missed = { $clinic }: Wir haben Sie am { $day } um { $time } vermisst. Sie können jederzeit neu buchen.

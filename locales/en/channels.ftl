channels-text-booked = { $clinic }: { $service } on { $day } at { $time } is booked.
channels-text-requested = { $clinic }: we have your request for { $service } on { $day } at { $time } and will answer soon.
channels-text-declined = { $clinic }: { $service } on { $day } at { $time } is not possible. Please choose another time.
channels-text-changed = { $clinic }: { $service } is now on { $day } at { $time }.
channels-text-cancelled = { $clinic }: { $service } on { $day } at { $time } is cancelled.
channels-text-reminder = { $clinic }: reminder of { $service } on { $day } at { $time }.
channels-text-missed = { $clinic }: we missed you on { $day } at { $time }. Book a new time any time.

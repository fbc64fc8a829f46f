# What every page shares: the frame, form fields, formats.

frame-skip = Skip to the content
frame-language = Language
frame-navigation = Main navigation
frame-sign-out = Sign out

nav-agenda = Calendar
nav-requests = Requests
nav-worklists = Worklists
nav-waitlist = Waitlist
nav-clients = Clients
nav-catalog = Catalogue
nav-explain = Why not free?
nav-messages = Messages
nav-team = Team

field-optional = (optional)
field-required = Please fill this in.
form-errors = Please check these fields:

error-home = Back to the start page
error-reference = If you contact us about this, please give the reference { $reference }.

# Patterns of dates and times: https://docs.rs/chrono/latest/chrono/format/strftime/
date-long = %A, %B %-d, %Y
date-medium = %b %-d, %Y
date-short = %a, %b %-d
date-numeric = %m/%d/%Y
date-month = %B %Y
time-pattern = %-I:%M %p
date-time = { $date } at { $time }
date-time-zone = { $when } ({ $zone })

duration-minutes = { $minutes } min
duration-hours = { $hours } h
duration-both = { $hours } h { $minutes } min

notice-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
notice-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
notice-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}

zone-of-city = { $city } time
zone-eastern = Eastern Time
zone-central = Central Time
zone-mountain = Mountain Time
zone-arizona = Arizona time
zone-pacific = Pacific Time
zone-alaska = Alaska Time
zone-hawaii = Hawaii time
zone-central-europe = Central European Time
zone-united-kingdom = UK time
zone-utc = UTC

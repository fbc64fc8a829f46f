# What a client is worth and whether he comes back: a part of the client's page.
value-title = Value and return
value-none = Not yet known: the figures begin with the first completed visit.
value-state = Stands
value-since = since { $date }
value-booked = Booked
value-lost = Lost
value-at-risk = At risk
value-overdue = Overdue
value-is-due = Due
value-new = New
value-active = Active
value-due = The next visit is expected around { $date }.
value-lost-means = The last visit is longer ago than the clinic waits, and nothing is booked.
value-rhythm = Own rhythm
value-rhythm-days = { $days ->
    [one] every day
   *[other] every { $days } days
}
value-rhythm-gaps = The middle of { $gaps } gaps between visits.
value-rhythm-unknown = Not yet known: from the fourth visit on. Until then { $days } days are expected.
value-visits = Visits
value-visits-since = { $count ->
    [one] 1, on { $date }
   *[other] { $count } since { $date }
}
value-visits-year = { $number } a year
value-visits-year-unknown = Visits a year are not yet known: from the third visit on.
value-so-far = So far
value-so-far-means = Charged less what was given up, without tax.
value-margin = { $amount } of it are left after what the services cost.
value-next-year = Next 12 months
value-range = Nine of ten times between { $low } and { $high }.
value-unknown = Not yet known: a model needs about 50 clients who came again.
value-alive = Still a client
value-percent = { $percent }%
value-half = Half of the people like this are here again by { $date }.
value-quarter = A quarter of the people like this are here again by { $date }, half of them never.
value-few = Fewer than a quarter of the people like this come again.
value-risk = At stake
value-risk-means = What a client who comes as expected would bring in a year, less what is still expected.

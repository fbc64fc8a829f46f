#!/usr/bin/env python3
"""Writes recurrence_oracle.txt: random recurrence rules and the dates python-dateutil finds for them.

The Rust test domain::recurrence::tests::dates_are_those_python_dateutil_finds expands every rule again and compares.
Run it with python-dateutil installed, from anywhere:  python3 tests/data/recurrence_oracle.py

Each line: rule|first date|number of dates (at most 366)|last of them|days between the first of them.
The chance is seeded, so the file is the same whenever it is written with the same version.
"""

import datetime as dt
import itertools
import pathlib
import random

import dateutil
from dateutil.rrule import rrulestr

RULES = 2400
DATES_MAX = 366
STEPS_MAX = 24
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
STAMP = "%Y%m%dT%H%M%S"


def pattern(chance):
    kind = chance.choice(["daily", "weekly", "weekly", "by date", "nth"])
    interval = chance.choice([1, 1, 1, 2, 2, 3, 4, 6, 12, chance.randint(1, 99)])
    step = "" if interval == 1 else f";INTERVAL={interval}"
    if kind == "daily":
        return f"FREQ=DAILY{step}"
    if kind == "weekly":
        days = chance.sample(DAYS, chance.choice([1, 1, 2, 3, 7]))
        return f"FREQ=WEEKLY{step};BYDAY={','.join(sorted(days, key=DAYS.index))}"
    if kind == "by date":
        return f"FREQ=MONTHLY{step};BYMONTHDAY={chance.choice([-1, 29, 30, 31, chance.randint(1, 31)])}"
    return f"FREQ=MONTHLY{step};BYDAY={chance.choice([1, 2, 3, 4, 5, -1])}{chance.choice(DAYS)}"


def line(chance):
    rule = pattern(chance)
    somewhere = dt.datetime(2020, 1, 1) + dt.timedelta(
        days=chance.randint(0, 5500), minutes=chance.choice([0, 5, 150, 540, 547, 1035, 1439])
    )
    # A series starts on one of its own dates.
    start = next(iter(rrulestr(rule, dtstart=somewhere)), None)
    if start is None:
        return None
    end = chance.choice(["count", "until", "open"])
    if end == "count":
        rule += f";COUNT={chance.choice([1, 2, 10, chance.randint(1, DATES_MAX)])}"
    elif end == "until":
        last = start + dt.timedelta(days=chance.randint(0, 360))
        rule += f";UNTIL={last.strftime(STAMP)}"
    dates = list(itertools.islice(rrulestr(rule, dtstart=start), DATES_MAX))
    steps = [(later.date() - earlier.date()).days for earlier, later in itertools.pairwise(dates)][:STEPS_MAX]
    fields = [rule, start.strftime(STAMP), str(len(dates)), dates[-1].strftime(STAMP), " ".join(map(str, steps))]
    return "|".join(fields)


def main():
    chance = random.Random(5545)
    lines = []
    while len(lines) < RULES:
        made = line(chance)
        if made is not None:
            lines.append(made)
    header = [
        f"# Made by recurrence_oracle.py with python-dateutil {dateutil.__version__} and seed 5545; do not edit.",
        "# rule|first date|number of dates, at most 366|last of them|days between the first of them",
    ]
    path = pathlib.Path(__file__).with_name("recurrence_oracle.txt")
    path.write_text("\n".join(header + lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()

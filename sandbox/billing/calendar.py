"""When billing periods begin and end: to the second, in UTC, as an anchor and an interval say."""

from calendar import monthrange
from datetime import UTC, datetime

from sandbox.shapes import Row

DAY = 24 * 60 * 60
SECONDS = {"day": DAY, "week": 7 * DAY}
MONTHS = {"month": 1, "year": 12}


def boundary(anchor: int, recurring: Row, number: int, *, day: int | None = None) -> int:
    """The beginning of the period that is so many after (or before) the one at the anchor.
    A day that a month does not have is its last: 31 January, 28 February, 31 March."""
    interval, count = recurring["interval"], recurring["interval_count"]
    if interval in SECONDS:
        return anchor + number * count * SECONDS[interval]
    return _months_on(anchor, number * count * MONTHS[interval], day)


def _months_on(anchor: int, months: int, day: int | None) -> int:
    start = datetime.fromtimestamp(anchor, UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    there = start.replace(year=year, month=month + 1, day=min(day or start.day, last))
    return int(there.timestamp())


def period_at(
    anchor: int, recurring: Row, moment: int, *, day: int | None = None
) -> tuple[int, int]:
    """The whole period around a moment: begins at or before it, ends after it."""
    number = _guessed(anchor, recurring, moment)
    while boundary(anchor, recurring, number, day=day) > moment:
        number -= 1
    while boundary(anchor, recurring, number + 1, day=day) <= moment:
        number += 1
    return (
        boundary(anchor, recurring, number, day=day),
        boundary(anchor, recurring, number + 1, day=day),
    )


def _guessed(anchor: int, recurring: Row, moment: int) -> int:
    interval, count = recurring["interval"], recurring["interval_count"]
    if interval in SECONDS:
        return (moment - anchor) // (count * SECONDS[interval])
    then, now = (datetime.fromtimestamp(at, UTC) for at in (anchor, moment))
    months = (now.year - then.year) * 12 + now.month - then.month
    return months // (count * MONTHS[interval])


def next_day(config: Row, moment: int) -> int:
    """The next time the clock shows what a `billing_cycle_anchor_config` asks for."""
    now = datetime.fromtimestamp(moment, UTC)
    of_day = {unit: config[unit] for unit in ("hour", "minute", "second") if unit in config}
    for months in range(26):
        year, month = divmod(now.year * 12 + now.month - 1 + months, 12)
        if config.get("month") in (None, month + 1):
            day = min(config["day_of_month"], monthrange(year, month + 1)[1])
            found = now.replace(year=year, month=month + 1, day=1, **of_day).replace(day=day)
            if found.timestamp() > moment:
                return int(found.timestamp())
    raise AssertionError(config)  # two years hold every month and day


def words(moment: int) -> str:
    """21 Nov 2026."""
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y")

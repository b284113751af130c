"""Moments as people of the shop read them: in its time zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app import clock, settings


def zone() -> ZoneInfo:
    return ZoneInfo(settings.current().shop_time_zone)


def local(moment: datetime) -> datetime:
    """Flask-Security's own columns carry no zone; they are UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(zone())


def today() -> date:
    return local(clock.now()).date()


def start_of(day: date) -> datetime:
    """The moment at which a day of the shop begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone())


def clock_time(moment: datetime) -> str:
    """14:02, with the day when that is not today."""
    at = local(moment)
    return f"{at:%H:%M}" if at.date() == today() else f"{words(moment)}"


def words(moment: datetime) -> str:
    """21 Nov, 14:02; with the year when it is another one."""
    at = local(moment)
    year = "" if at.year == today().year else f" {at.year}"
    return f"{at.day} {at:%b}{year}, {at:%H:%M}"


def day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def day_stamp(moment: datetime | None) -> Markup:
    """The day alone, where the time of day is of no matter; nothing for None."""
    if moment is None:
        return Markup("")
    day = local(moment).date()
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), day_words(day))


def last_day(end: datetime | None) -> Markup:
    """The last whole day before something is over; nothing for None."""
    return day_stamp(end - timedelta(seconds=1) if end is not None else None)


def stamp(moment: datetime | None) -> Markup:
    """A moment for a page; nothing for None."""
    if moment is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(
        local(moment).isoformat(timespec="seconds"), words(moment)
    )

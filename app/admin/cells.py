"""What stands in the cells of a list: badges, money, moments, links."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import url_for
from flask_admin.model import typefmt
from markupsafe import Markup

from app import settings
from app.admin import states
from app.admin.dates import day_stamp, last_day, local, stamp
from app.money import format_money, to_input

Cell = Callable[[Any, Any, Any, str], Any]


def badge(_view: Any, _context: Any, row: Any, column: str) -> Markup:
    return states.badge(str(getattr(row, column)))


def money(amount: int, currency: str) -> str:
    """Minor units as people of this shop write them."""
    return format_money(amount, currency, locale=settings.current().shop_locale)


def amount(_view: Any, _context: Any, row: Any, column: str) -> Markup | str:
    """An amount in the row's own currency; nothing where nothing is."""
    value = getattr(row, column)
    if value is None:
        return ""
    return Markup('<span class="num">{}</span>').format(money(value, currency_of(row)))


def plain_amount(_view: Any, _context: Any, row: Any, column: str) -> str:
    """An amount for a spreadsheet."""
    value = getattr(row, column)
    return "" if value is None else to_input(value, currency_of(row))


def number(_view: Any, _context: Any, row: Any, column: str) -> Markup:
    return Markup('<span class="num">{}</span>').format(getattr(row, column))


def yes_no(_view: Any, value: bool, _name: str) -> Markup:
    """Flask-Admin's own tick needs an icon font."""
    tone, word = ("good", "Yes") if value else ("calm", "No")
    return Markup('<span class="badge" data-tone="{}">{}</span>').format(tone, word)


def moment(_view: Any, value: datetime, _name: str) -> Markup:
    return stamp(value)


def day(_view: Any, _context: Any, row: Any, column: str) -> Markup:
    """When something begins, or is due: that is a day."""
    return day_stamp(getattr(row, column))


def until_day(_view: Any, _context: Any, row: Any, column: str) -> Markup:
    """Until and with which day; the moment that is kept is when it is over."""
    return last_day(getattr(row, column))


def plain_day(_view: Any, _context: Any, row: Any, column: str) -> str:
    """A day for a spreadsheet."""
    moment = getattr(row, column)
    return "" if moment is None else local(moment).date().isoformat()


def words(_view: Any, values: list[Any], _name: str) -> str:
    return ", ".join(str(value) for value in values)


def link_to(
    endpoint: str,
    text: Callable[[Any], Any] = str,
    target: Callable[[Any], Any] = lambda row: row,
    key: str = "id",
) -> Cell:
    """A cell that leads to a record's page under its own name."""

    def cell(_view: Any, _context: Any, row: Any, _column: str) -> Markup | str:
        record = target(row)
        if record is None:
            return ""
        url = url_for(endpoint, id=getattr(record, key))
        return Markup('<a class="strong" href="{}">{}</a>').format(url, text(record))

    return cell


def currency_of(row: Any) -> str:
    for holder in (row, getattr(row, "payment", None), getattr(row, "order", None)):
        if currency := getattr(holder, "currency", None):
            return str(currency)
    return settings.current().shop_currency


TYPE_CELLS = {**typefmt.BASE_FORMATTERS, bool: yes_no, datetime: moment, list: words}

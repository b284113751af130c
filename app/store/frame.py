"""What every page of the shop has around it: menu, cart badge, theme, money."""

from datetime import datetime

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone
from flask import Blueprint, request

from app import settings
from app.money import format_money
from app.services import carts, shelves
from app.services.cards import Card
from app.services.shelves import Shelf
from app.store import cart_cookie, words

THEMES = ("auto", "light", "dark")

blueprint = Blueprint("store", __name__)


@blueprint.before_request
def follow_sign_in() -> None:
    """Pictures are the same for everybody, and many."""
    if request.endpoint != "store.picture":
        cart_cookie.follow_sign_in()


@blueprint.app_template_global("menu")
def menu() -> tuple[Shelf, ...]:
    """Every category."""
    return shelves.every()


@blueprint.app_template_global("cart_count")
def cart_count() -> int:
    return carts.count(cart_cookie.token())


@blueprint.app_template_global("theme")
def theme() -> str:
    """What the reader chose; `auto` follows the system."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


@blueprint.app_template_global("shop_name")
def shop_name() -> str:
    return settings.current().shop_name


@blueprint.app_template_filter("money")
def money(amount: int, currency: str) -> str:
    """Minor units as people of this shop write them."""
    return format_money(amount, currency, locale=settings.current().shop_locale)


@blueprint.app_template_filter("moment")
def moment(at: datetime) -> str:
    """A date and time in the shop's zone and language."""
    shop = settings.current()
    zone = get_timezone(shop.shop_time_zone)
    return format_datetime(at, "d MMMM y, HH:mm", tzinfo=zone, locale=shop.shop_locale)


@blueprint.app_template_filter("date")
def date(at: datetime | None) -> str:
    """A date in the shop's zone and language; nothing for none."""
    shop = settings.current()
    zone = get_timezone(shop.shop_time_zone)
    return format_date(at.astimezone(zone), "d MMMM y", locale=shop.shop_locale) if at else ""


@blueprint.app_template_filter("country_name")
def country_name(code: str) -> str:
    """A country in the shop's language; its code when nobody knows it."""
    return Locale.parse(settings.current().shop_locale).territories.get(code) or code


@blueprint.app_template_filter("kind_word")
def kind_word(kind: str) -> str:
    return words.KINDS[kind]


@blueprint.app_template_filter("card_tag")
def card_tag(card: Card) -> tuple[str, str]:
    return words.tag(card)


@blueprint.app_template_filter("pair")
def pair(word: str) -> tuple[str, str]:
    """A choice whose value is its name."""
    return word, word


@blueprint.app_template_global("prices_include_tax")
def prices_include_tax() -> bool:
    return settings.current().prices_include_tax


@blueprint.app_template_global("shop_currency")
def currency() -> str:
    return settings.current().shop_currency

"""What a buyer writes about themselves, checked with sentences."""

from functools import cache
from typing import Any

from babel import Locale
from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length

from app import settings
from app.models import PostalAddress

NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def _plain(text: str | None) -> str:
    """Without control characters and spaces around it."""
    return "".join(c for c in (text or "").strip() if c.isprintable() or c == "\n")


def _text(sentence: str, longest: int) -> StringField:
    too_long = f"Please use at most {longest} characters."
    return StringField(
        filters=[_plain],
        validators=[DataRequired(sentence), Length(max=longest, message=too_long)],
    )


def _optional(longest: int) -> StringField:
    too_long = f"Please use at most {longest} characters."
    return StringField(filters=[_plain], validators=[Length(max=longest, message=too_long)])


class SentencesForm(Form):
    """A form whose problems are one sentence per field."""

    @property
    def problems(self) -> dict[str, str]:
        return {self[name].name: str(found[0]) for name, found in self.errors.items() if name}


class ContactForm(SentencesForm):
    """`email` is where the receipt goes."""

    email = StringField(
        filters=[_plain],
        validators=[
            DataRequired("Enter an e-mail address like ada@example.com. Your receipt goes there."),
            Email("Enter an e-mail address like ada@example.com. Your receipt goes there."),
            Length(max=254, message="This e-mail address is too long."),
        ],
    )
    phone = _optional(40)
    note = TextAreaField(
        filters=[_plain],
        validators=[Length(max=2000, message="Please use at most 2,000 characters.")],
    )


class AddressForm(SentencesForm):
    name = _text("Enter your name.", 200)
    line1 = _text("Enter the street and house number.", 200)
    line2 = _optional(200)
    postal_code = _text("Enter the postcode.", 20)
    city = _text("Enter the town.", 100)
    country = SelectField(validators=[DataRequired("Choose the country.")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [(code, word) for code, word in countries()]

    @property
    def postal(self) -> PostalAddress:
        fields = ("name", "line1", "line2", "postal_code", "city", "country")
        return PostalAddress(**{name: self[name].data for name in fields})


class PickupForm(AddressForm):
    """Who comes for the goods, and the country whose tax is in them."""

    line1 = line2 = postal_code = city = None

    @property
    def postal(self) -> PostalAddress:
        name, country = self.name.data, self.country.data
        return PostalAddress(name=name, line1="", postal_code="", city="", country=country)


def countries() -> list[tuple[str, str]]:
    """Codes and names in the shop's language, the shop's own country first."""
    shop = settings.current()
    named = dict(_names(shop.shop_locale))
    own = (shop.shop_country, named.pop(shop.shop_country, shop.shop_country))
    return [own, *named.items()]


@cache
def _names(locale: str) -> list[tuple[str, str]]:
    territories = Locale.parse(locale).territories
    named = [
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    ]
    return sorted(named, key=lambda pair: pair[1])

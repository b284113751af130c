"""How the page of a session says what it says."""

import typing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stripe.params.checkout import _session_create_params as library

from sandbox.money import THREE_DECIMALS, WITHOUT_MINOR, words
from sandbox.shapes import Row

BUTTONS = {"book": "Book", "donate": "Donate", "subscribe": "Subscribe"}
HEADINGS = {"setup": "Save a payment method", "subscription": "Subscribe to", "payment": "Pay"}
ENDED = {
    "payment": {"complete": "Order", "expired": "Not paid"},
    "subscription": {"complete": "Subscribed to", "expired": "Not subscribed to"},
    "setup": {"complete": "Payment method", "expired": "Payment method"},
}
UNITS = {"business_day": "business day"}


def _every_country() -> tuple[str, ...]:
    collects = library.SessionCreateParamsShippingAddressCollection
    listed = typing.get_type_hints(collects)["allowed_countries"]
    choices = typing.get_args(typing.get_args(listed)[0])
    return typing.get_args(choices[0])


COUNTRIES = _every_country()


@dataclass(frozen=True)
class View:
    """The words of one page, made from the hash that Stripe.js sees, too."""

    page: Row

    @property
    def heading(self) -> str:
        """What this is about, above the amount."""
        mode, status = self.page["mode"], self.page["status"]
        words = HEADINGS[mode] if status == "open" else ENDED[mode][status]
        return f"{words} {self._subscribed}" if mode == "subscription" else words

    @property
    def _subscribed(self) -> str:
        items = self.page["line_items"]
        return str(next(item for item in items if item["price"]["recurring"])["description"])

    @property
    def total(self) -> str:
        """What is due now."""
        return self.money(self.page["amount_total"] or 0)

    @property
    def due_later(self) -> str | None:
        """When and how much a subscription costs after today."""
        page = self.page
        recurring = [item for item in page["line_items"] if item["price"]["recurring"]]
        if page["mode"] != "subscription" or not recurring:
            return None
        days = (page["subscription"] or {}).get("trial_period_days")
        every = self._rates(recurring)
        if days:
            return f"{days} {'day' if days == 1 else 'days'} free, then {every}"
        return f"then {every}" if page["amount_total"] == 0 else every

    def _rates(self, recurring: list[Row]) -> str:
        sums: dict[str, int] = {}
        for item in recurring:
            every = interval(item["price"]["recurring"])
            unit = item["price"]["unit_amount"] or 0
            sums[every] = sums.get(every, 0) + unit * (item["quantity"] or 1)
        return " and ".join(f"{self.money(amount)} {every}" for every, amount in sums.items())

    @property
    def button(self) -> str:
        """What pressing it means."""
        page = self.page
        if page["mode"] == "setup":
            return "Save payment method"
        if page["mode"] == "subscription":
            trial = (page["subscription"] or {}).get("trial_period_days")
            return "Start trial" if trial else "Subscribe"
        if not page["amount_total"]:
            return "Complete order"
        return f"{BUTTONS.get(page['submit_type'] or '', 'Pay')} {self.total}"

    @property
    def consequence(self) -> str | None:
        """What the customer agrees to by pressing it."""
        if self.page["mode"] == "subscription":
            return (
                "By confirming, you allow this seller to charge you for this payment and future "
                "ones, until you cancel."
            )
        if self.page["mode"] == "setup":
            return "By saving it, you allow this seller to charge it for future payments."
        return None

    @property
    def asks_for_method(self) -> bool:
        """Whether something has to be paid with."""
        page = self.page
        if page["mode"] == "setup" or page["amount_total"]:
            return True
        return bool(
            page["mode"] == "subscription" and page["payment_method_collection"] == "always"
        )

    def money(self, amount: int) -> str:
        """In the session's currency."""
        return words(amount, self.page["currency"])

    def unit(self, item: Row) -> str:
        """`€9.00 each, every month` where that says more than the line's amount."""
        price, several = item["price"], (item["quantity"] or 1) > 1
        every = interval(price["recurring"]) if price["recurring"] else ""
        if price["unit_amount"] is None or not (several or every):
            return every
        each = f"{self.money(price['unit_amount'])} each" if several else ""
        once = each or self.money(price["unit_amount"])
        return f"{once}{',' if each and every else ''} {every}".strip()

    @property
    def places(self) -> int:
        """Digits after the point."""
        currency = self.page["currency"]
        return 0 if currency in WITHOUT_MINOR else 3 if currency in THREE_DECIMALS else 2

    def plain(self, amount: int | None) -> str:
        """An amount as it is typed: `12.50`."""
        return "" if amount is None else f"{Decimal(amount).scaleb(-self.places)}"

    @property
    def countries(self) -> tuple[str, ...]:
        """Those that a billing address may be in."""
        return COUNTRIES

    @staticmethod
    def method(saved: Row) -> str:
        """`Visa •••• 4242`."""
        details: dict[str, Any] = saved[saved["type"]]
        name = details.get("brand") or saved["type"].replace("_", " ")
        return f"{name.capitalize()} •••• {details['last4']}"

    @staticmethod
    def estimate(option: Row) -> str:
        """`2 to 4 business days`."""
        bounds = option["delivery_estimate"] or {}
        least, most = bounds.get("minimum"), bounds.get("maximum")
        if least and most and least["unit"] == most["unit"]:
            return f"{least['value']} to {_span(most)}"
        if least and most:
            return f"{_span(least)} to {_span(most)}"
        return f"at least {_span(least)}" if least else f"up to {_span(most)}" if most else ""


def interval(recurring: Row) -> str:
    """`every month`, `every 3 months`."""
    unit, count = recurring["interval"], recurring["interval_count"]
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def _span(bound: Row) -> str:
    unit = UNITS.get(bound["unit"], bound["unit"])
    return f"{bound['value']} {unit}{'' if bound['value'] == 1 else 's'}"

"""One subscription on a test clock: what happens on which day, and what it is billed."""

from datetime import UTC, datetime
from typing import Any

INTERVALS = {"d": "day", "w": "week", "m": "month", "y": "year"}


def at(day: str) -> int:
    """`2027-04-16`, or with a time, in UTC."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


class Story:
    """A customer with a card, from a day on."""

    def __init__(self, api: Any, day: str) -> None:
        self.api = api
        self.clock = api.test_helpers.test_clocks.create({"frozen_time": at(day)}).id
        self.customer = api.customers.create({"name": "Ada", "test_clock": self.clock}).id
        card = api.payment_methods.attach("pm_card_visa", {"customer": self.customer}).id
        settings = {"default_payment_method": card}
        api.customers.update(self.customer, {"invoice_settings": settings})
        self.product = api.products.create({"name": "Gold"}).id
        self.known: dict[str, str] = {}
        self.subscription = ""

    def price(self, terms: str) -> str:
        """`1000/m` is a price of 10.00 a month; `1000/m jpy` is in another currency."""
        if terms not in self.known:
            amount, rest = terms.split("/")
            interval, _, currency = rest.partition(" ")
            self.known[terms] = self.api.prices.create(
                {
                    "product": self.product,
                    "unit_amount": int(amount),
                    "currency": currency or "usd",
                    "recurring": {"interval": INTERVALS[interval]},
                }
            ).id
        return self.known[terms]

    def begins(self, terms: str, quantity: int = 1, **more: Any) -> None:
        """The subscription is created."""
        items = [{"price": self.price(terms), "quantity": quantity}]
        params = {"customer": self.customer, "items": items, **self._dated(more)}
        self.subscription = self.api.subscriptions.create(params).id

    def _dated(self, params: dict[str, Any]) -> dict[str, Any]:
        """Days become timestamps; tax and coupon are made."""
        params = {name: at(value) if _is_day(value) else value for name, value in params.items()}
        if tax := params.pop("tax", None):
            rate = {"display_name": "Tax", "percentage": tax, "inclusive": False}
            params["default_tax_rates"] = [self.api.tax_rates.create(rate).id]
        if coupon := params.pop("coupon", None):
            params["discounts"] = [{"coupon": self.api.coupons.create(coupon).id}]
        return params

    def until(self, day: str) -> None:
        """The clock moves on."""
        self.api.test_helpers.test_clocks.advance(self.clock, {"frozen_time": at(day)})

    def changes(self, day: str, terms: str = "", **more: Any) -> None:
        """On a day the first item's price, or something else, is changed."""
        self.until(day)
        item = {"id": self.items()[0].id}
        if terms:
            item["price"] = self.price(terms)
        if "quantity" in more:
            item["quantity"] = more.pop("quantity")
        given = {"items": [item]} if len(item) > 1 else {}
        self.api.subscriptions.update(self.subscription, {**given, **self._dated(more)})

    def adds(self, day: str, terms: str) -> None:
        """One item more."""
        self.until(day)
        self.api.subscription_items.create(
            {"subscription": self.subscription, "price": self.price(terms)}
        )

    def removes(self, day: str) -> None:
        """The newest item is taken away."""
        self.until(day)
        self.api.subscription_items.delete(self.items()[-1].id)

    def items(self) -> Any:
        """As they are now."""
        return self.api.subscriptions.retrieve(self.subscription)["items"].data

    def cancels(self, day: str) -> None:
        """The end, and what is unused is given back."""
        self.until(day)
        self.api.subscriptions.cancel(self.subscription, {"invoice_now": True, "prorate": True})

    def invoices(self) -> list[tuple[list[int], int]]:
        """(amounts of its lines in order of size, total) of each, oldest first."""
        found = self.api.invoices.list({"subscription": self.subscription, "limit": 100}).data
        return [
            (sorted(line.amount for line in invoice.lines.data), invoice.total)
            for invoice in reversed(found)
        ]


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and value[:2] == "20" and value[4:5] == "-"

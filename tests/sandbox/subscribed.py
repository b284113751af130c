"""Customers with cards and subscriptions over a few euros, for the tests of subscriptions."""

from typing import Any

from tests.sandbox.billed import DAY as DAY
from tests.sandbox.billed import Billed

BROKEN = "pm_card_chargeCustomerFail"  # can be saved, then is declined


class Subscribed(Billed):
    """Makes subscriptions with the official library."""

    def __init__(self, api: Any) -> None:
        super().__init__(api)
        self.product = api.products.create({"name": "Gold"}).id
        self.prices: dict[tuple[Any, ...], str] = {}

    def price(self, amount: int = 2000, interval: str = "month", **more: Any) -> str:
        """A price of 20 euros a month."""
        key = (amount, interval, *sorted(more))
        if key not in self.prices:
            recurring = {"recurring": {"interval": interval}}
            usual = {"product": self.product, "unit_amount": amount, "currency": "eur"}
            self.prices[key] = self.api.prices.create({**usual, **recurring, **more}).id
        return self.prices[key]

    def begun(self, card: str | None = "pm_card_visa", *, amount: int = 2000, **more: Any) -> Any:
        """A new subscription of a new customer."""
        customer = more.pop("customer", None) or self.customer(card).id
        items = more.pop("items", None) or [{"price": self.price(amount)}]
        return self.api.subscriptions.create({"customer": customer, "items": items, **more})

    def now(self, subscription: Any) -> Any:
        """As it is now."""
        return self.api.subscriptions.retrieve(subscription.id)

    def invoice(self, subscription: Any) -> Any:
        """Its latest invoice."""
        return self.api.invoices.retrieve(self.now(subscription).latest_invoice)

    def invoices(self, subscription: Any) -> list[Any]:
        """All of them, oldest first."""
        found = self.api.invoices.list({"subscription": subscription.id, "limit": 100}).data
        return list(reversed(found))

    def use(self, subscription: Any, card: str) -> str:
        """From now on the customer's invoices are charged to this card."""
        method = self.api.payment_methods.attach(card, {"customer": subscription.customer})
        settings = {"default_payment_method": method.id}
        self.api.customers.update(subscription.customer, {"invoice_settings": settings})
        return str(method.id)

    def to(self, subscription: Any, amount: int, **more: Any) -> Any:
        """A change of its price."""
        items = [{"id": self.item(subscription).id, "price": self.price(amount)}]
        return self.api.subscriptions.update(subscription.id, {"items": items, **more})

    def item(self, subscription: Any) -> Any:
        """Its first item."""
        return self.now(subscription)["items"].data[0]

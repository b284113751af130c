"""Bills with the official library: lines, tax rates, coupons, prices, and what they come to."""

from dataclasses import dataclass
from typing import Any

ON_DEMAND = {"payment_behavior": "default_incomplete", "expand": ["latest_invoice"]}


@dataclass(frozen=True)
class Tax:
    """A rate to be made; the same one is made once."""

    percentage: float
    inclusive: bool = False


@dataclass(frozen=True)
class Sold:
    """One line: so much, with rates and coupons of its own."""

    amount: int
    taxes: tuple[Tax, ...] | None = None
    coupons: tuple[dict[str, Any], ...] = ()


class Till:
    """Makes one customer's bills."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.rates: dict[Tax, str] = {}

    def bill(
        self,
        lines: list[Sold],
        *,
        currency: str = "usd",
        taxes: tuple[Tax, ...] = (),
        coupons: tuple[dict[str, Any], ...] = (),
        **customer: Any,
    ) -> Any:
        """A finalized invoice over these lines for a new customer."""
        owner = self.api.customers.create({"name": "Ada", **customer})
        draft = self.api.invoices.create(
            {
                "customer": owner.id,
                "currency": currency,
                "collection_method": "send_invoice",
                "days_until_due": 30,
                "default_tax_rates": self._rates(taxes),
                "discounts": [self._coupon(coupon) for coupon in coupons],
            }
        )
        for line in lines:
            self._sell(draft, line)
        return self.api.invoices.finalize_invoice(draft.id)

    def _sell(self, draft: Any, line: Sold) -> None:
        item = {
            "customer": draft.customer,
            "invoice": draft.id,
            "amount": line.amount,
            "currency": draft.currency,
            "discounts": [self._coupon(coupon) for coupon in line.coupons],
        }
        if line.taxes is not None:
            item["tax_rates"] = self._rates(line.taxes)
        self.api.invoice_items.create(item)

    def _rates(self, taxes: tuple[Tax, ...]) -> list[str]:
        for tax in taxes:
            if tax not in self.rates:
                asked = {"percentage": tax.percentage, "inclusive": tax.inclusive}
                made = self.api.tax_rates.create({"display_name": "Tax", **asked})
                self.rates[tax] = made.id
        return [self.rates[tax] for tax in taxes]

    def _coupon(self, terms: dict[str, Any]) -> dict[str, str]:
        currency = {"currency": "usd"} if "amount_off" in terms else {}
        return {"coupon": self.api.coupons.create({**currency, **terms}).id}

    def subscribed(self, quantity: int, **price: Any) -> int:
        """The first bill for so many of a monthly price."""
        monthly = {"interval": "month"}
        made = self.api.prices.create(
            {"currency": "usd", "recurring": monthly, "product_data": {"name": "Font"}, **price}
        )
        owner = self.api.customers.create({"name": "Ada"})
        items = [{"price": made.id, "quantity": quantity}]
        subscription = self.api.subscriptions.create(
            {"customer": owner.id, "items": items, **ON_DEMAND}
        )
        return int(subscription.latest_invoice.total)

"""A subscription business on the sandbox: subscribers come, pay, fail to pay, change and leave.

Everything happens through the API and the clock; a seed makes a run repeat.
"""

import random
from collections import Counter
from typing import Any

import stripe

from sandbox import Sandbox
from sandbox.client import SandboxClient

DAY = 24 * 60 * 60
GOOD, FAILING = "pm_card_visa", "pm_card_chargeCustomerFail"


class Business:
    """So many subscribers, monthly and yearly; `live(days)` lets the time pass."""

    def __init__(self, sandbox: Sandbox, subscribers: int, *, seed: int = 1) -> None:
        self.sandbox, self.random = sandbox, random.Random(seed)
        client = stripe.StripeClient("sk_test_business", http_client=SandboxClient(sandbox))
        self.api: Any = client.v1
        self.prices = self._catalog()
        self.rate = self.api.tax_rates.create(
            {"display_name": "VAT", "percentage": 19, "inclusive": False}
        )["id"]
        self.coupon = self.api.coupons.create({"percent_off": 25, "duration": "repeating",
                                               "duration_in_months": 3})["id"]  # fmt: skip
        self.subscriptions = [self._join(number) for number in range(subscribers)]

    def _catalog(self) -> dict[str, str]:
        product = self.api.products.create({"name": "Coffee"})["id"]
        wanted = {"small": (900, "month"), "large": (1900, "month"), "year": (19000, "year")}
        return {
            name: self.api.prices.create(
                {"product": product, "unit_amount": amount, "currency": "eur",
                 "recurring": {"interval": interval}}
            )["id"]
            for name, (amount, interval) in wanted.items()
        }  # fmt: skip

    def _join(self, number: int) -> str:
        customer = self.api.customers.create({"email": f"{number}@example.com"})["id"]
        self._give_card(customer, FAILING if self.random.random() < 0.08 else GOOD)
        plan = self.random.choice(["small", "small", "large", "year"])
        params: dict[str, Any] = {"customer": customer, "items": [{"price": self.prices[plan]}]}
        if number % 2:
            params["default_tax_rates"] = [self.rate]
        if number % 5 == 0:
            params["discounts"] = [{"coupon": self.coupon}]
        if number % 3 == 0:
            params["trial_period_days"] = 14
        return str(self.api.subscriptions.create(params)["id"])

    def _give_card(self, customer: str, card: str) -> None:
        method = self.api.payment_methods.attach(card, {"customer": customer})
        settings = {"default_payment_method": method["id"]}
        self.api.customers.update(customer, {"invoice_settings": settings})

    def live(self, days: int) -> None:
        """Days pass; each brings a few changes."""
        for day in range(days):
            self.sandbox.advance(DAY)
            if day % 3 == 0:
                for _ in range(max(1, len(self.subscriptions) // 60)):
                    self._something_happens(self.random.choice(self.subscriptions))

    def _something_happens(self, name: str) -> None:
        subscription = self.api.subscriptions.retrieve(name)
        if subscription["status"] not in ("active", "past_due"):
            return
        chance = self.random.random()
        item = subscription["items"]["data"][0]
        if subscription["status"] == "past_due":
            self._new_card(subscription)
        elif chance < 0.35:
            plan = self.random.choice(list(self.prices.values()))
            self._change(name, {"id": item["id"], "price": plan})
        elif chance < 0.65:
            self._change(name, {"id": item["id"], "quantity": self.random.randint(1, 5)})
        elif chance < 0.75:
            self._give_card(subscription["customer"], FAILING)
        elif chance < 0.85:
            self.api.subscriptions.update(name, {"cancel_at_period_end": True})
        elif chance < 0.9:
            self.api.subscriptions.cancel(name, {"prorate": True, "invoice_now": True})

    def _change(self, name: str, item: dict[str, Any]) -> None:
        how = self.random.choice(["create_prorations", "always_invoice"])
        self.api.subscriptions.update(name, {"items": [item], "proration_behavior": how})

    def _new_card(self, subscription: Any) -> None:
        self._give_card(subscription["customer"], GOOD)
        invoice = self.api.invoices.retrieve(subscription["latest_invoice"])
        if invoice["status"] == "open":
            self.api.invoices.pay(invoice["id"])

    def statuses(self) -> Counter[str]:
        """How many subscriptions are in which state."""
        return Counter(row["status"] for row in self._rows("subscription"))

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        return list(self.sandbox.account.store.table(kind).rows.values())

    def wrong_invoices(self) -> list[tuple[str, str]]:
        """(invoice, what does not add up): none, if all is well."""
        return [
            (row["id"], word) for row in self._rows("invoice") for word in self._complaints(row)
        ]

    def _complaints(self, invoice: dict[str, Any]) -> list[str]:
        lines = self.sandbox.account.where("line_item", "invoice", invoice["id"])
        off = sum(one["amount"] for one in invoice["total_discount_amounts"])
        tax = sum(one["amount"] for one in invoice["total_taxes"])  # all rates here are exclusive
        off_lines = sum(one["amount"] for line in lines for one in line["discount_amounts"])
        tax_lines = sum(one["amount"] for line in lines for one in line["taxes"])
        found = {
            "lines are the subtotal": sum(line["amount"] for line in lines) == invoice["subtotal"],
            "discounts of the lines": off == off_lines,
            "taxes of the lines": tax == tax_lines,
            "subtotal - discounts + taxes = total":
                invoice["subtotal"] - off + tax == invoice["total"],
            "paid + remaining = due":
                invoice["amount_paid"] + invoice["amount_remaining"] == invoice["amount_due"],
        }  # fmt: skip
        if invoice["status"] != "draft":
            balance = invoice["ending_balance"] - invoice["starting_balance"]
            found["total less what the balance paid = due"] = (
                invoice["total"] - balance == invoice["amount_due"]
            )
        if invoice["status"] == "paid":
            found["charges are what was paid"] = self._charged(invoice) == invoice["amount_paid"]
        return [word for word, holds in found.items() if not holds]

    def _charged(self, invoice: dict[str, Any]) -> int:
        account, charged = self.sandbox.account, 0
        for payment in account.where("invoice_payment", "invoice", invoice["id"]):
            charges = account.where("charge", "payment_intent", payment["_payment_intent"])
            charged += sum(one["amount"] for one in charges if one["status"] == "succeeded")
        return charged

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        return len(self._rows(kind))

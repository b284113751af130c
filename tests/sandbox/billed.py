"""Customers with cards, and invoices over a few euros, for the tests of billing."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

HOUR = 3600
DAY = 24 * 3600


class Billed:
    """Makes customers and invoices with the official library."""

    def __init__(self, api: Any) -> None:
        self.api = api

    def customer(self, card: str | None = "pm_card_visa", **more: Any) -> Any:
        """A customer whose invoices are charged to this card."""
        customer = self.api.customers.create({"name": "Ada", "email": "ada@example.com", **more})
        if card is None:
            return customer
        method = self.api.payment_methods.attach(card, {"customer": customer.id})
        settings = {"default_payment_method": method.id}
        return self.api.customers.update(customer.id, {"invoice_settings": settings})

    def draft(self, customer: Any, amount: int = 2500, **more: Any) -> Any:
        """A draft invoice over one item."""
        invoice = self.api.invoices.create({"customer": customer.id, "currency": "eur", **more})
        item = {"customer": customer.id, "invoice": invoice.id, "amount": amount}
        self.api.invoice_items.create({**item, "currency": "eur", "description": "Mug"})
        return self.api.invoices.retrieve(invoice.id)

    def opened(self, customer: Any, amount: int = 2500, **more: Any) -> Any:
        """An open invoice over one item."""
        return self.api.invoices.finalize_invoice(self.draft(customer, amount, **more).id)

    def paid(self, customer: Any, amount: int = 2500, **more: Any) -> Any:
        """A paid invoice over one item."""
        return self.api.invoices.pay(self.opened(customer, amount, **more).id)


def refusal(verb: Callable[..., Any], *arguments: Any) -> Any:
    """The error that a call is refused with."""
    with pytest.raises(stripe.StripeError) as refused:
        verb(*arguments)
    return refused.value


def intent_of(api: Any, invoice: Any) -> Any:
    """The PaymentIntent of an invoice's default payment."""
    payment = api.invoice_payments.list({"invoice": invoice.id}).data[-1]
    return api.payment_intents.retrieve(payment.payment.payment_intent)

"""Paying an invoice in parts, and with PaymentIntents that were not made for it."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sandbox.billed import Billed


def test_a_paid_intent_pays_the_whole(api: Any, billed: Billed, pay: Callable[..., Any]) -> None:
    invoice = billed.opened(billed.customer(), 2000)

    paid = api.invoices.attach_payment(invoice.id, {"payment_intent": pay().id})
    states = {row.is_default: row.status for row in api.invoice_payments.list().data}

    assert (paid.status, paid.amount_paid) == ("paid", 2000)
    assert states == {True: "canceled", False: "paid"}


def test_a_part_leaves_the_rest_to_be_paid(
    api: Any, billed: Billed, pay: Callable[..., Any], types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer(), 3000)
    intent = pay()
    types()

    partly = api.invoices.attach_payment(invoice.id, {"payment_intent": intent.id})
    told = types()
    paid = api.invoices.pay(invoice.id)
    amounts = [row.amount_paid for row in api.invoice_payments.list({"invoice": invoice.id}).data]

    assert (partly.status, partly.amount_paid, partly.amount_remaining) == ("open", 2000, 1000)
    assert told == ["invoice_payment.paid", "invoice.updated"]
    assert (paid.status, paid.amount_paid, amounts) == ("paid", 3000, [2000, 1000])


def test_an_attached_intent_pays_when_it_succeeds(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    invoice = billed.opened(customer, 2000)
    intent = api.payment_intents.create(
        {"amount": 2000, "currency": "eur", "customer": customer.id}
    )

    waiting = api.invoices.attach_payment(invoice.id, {"payment_intent": intent.id})
    wish = {"payment_method": "pm_card_visa", "return_url": "https://shop.example"}
    api.payment_intents.confirm(intent.id, wish)

    assert waiting.status == "open"
    assert api.invoices.retrieve(invoice.id).status == "paid"


def test_too_much_is_counted_as_overpaid(api: Any, billed: Billed, pay: Callable[..., Any]) -> None:
    invoice = billed.opened(billed.customer(), 1500)

    paid = api.invoices.attach_payment(invoice.id, {"payment_intent": pay().id})

    assert (paid.amount_paid, paid.amount_overpaid, paid.amount_remaining) == (2000, 500, 0)


@pytest.mark.parametrize("other", [{"currency": "usd"}, {"customer": "another"}])
def test_an_intent_that_does_not_fit_is_not_attached(
    api: Any, billed: Billed, other: dict[str, str]
) -> None:
    invoice = billed.opened(billed.customer())
    if "customer" in other:
        other = {"customer": billed.customer().id}
    intent = api.payment_intents.create({"amount": 2000, "currency": "eur", **other})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.invoices.attach_payment(invoice.id, {"payment_intent": intent.id})

    assert refused.value.param == "payment_intent"


def test_payments_are_found_by_their_intent(api: Any, billed: Billed) -> None:
    invoice = billed.paid(billed.customer())
    billed.paid(billed.customer())
    payment = api.invoice_payments.list({"invoice": invoice.id}).data[0]
    wanted = {"type": "payment_intent", "payment_intent": payment.payment.payment_intent}

    found = api.invoice_payments.list({"payment": wanted}).data

    assert [row.id for row in found] == [payment.id]
    assert api.invoice_payments.retrieve(payment.id).status == "paid"

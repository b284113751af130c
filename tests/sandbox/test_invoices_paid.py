"""Paying an invoice: with the default card, another one, a debit, elsewhere, or not at all."""

from collections.abc import Callable
from typing import Any

from sandbox import Sandbox
from tests.sandbox.billed import DAY, Billed, intent_of, refusal


def test_paying_tells_of_it_in_order(
    billed: Billed, types: Callable[[], list[str]], api: Any
) -> None:
    draft = billed.draft(billed.customer())
    types()

    invoice = api.invoices.pay(draft.id)

    assert (invoice.status, invoice.amount_paid, invoice.amount_remaining) == ("paid", 2500, 0)
    assert (invoice.attempt_count, invoice.attempted) == (1, True)
    assert types() == [
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]


def test_a_paid_invoice_cannot_be_paid_again(api: Any, billed: Billed) -> None:
    invoice = billed.paid(billed.customer())

    assert refusal(api.invoices.pay, invoice.id).user_message == "Invoice is already paid"


def test_a_declined_card_leaves_the_invoice_open(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer("pm_card_chargeCustomerFail"))
    types()

    error = refusal(api.invoices.pay, invoice.id)
    after = api.invoices.retrieve(invoice.id)

    assert (error.http_status, error.code) == (402, "card_declined")
    assert (after.status, after.attempt_count, after.amount_paid) == ("open", 1, 0)
    assert types()[-2:] == ["payment_intent.payment_failed", "invoice.payment_failed"]


def test_another_card_pays_what_the_first_could_not(api: Any, billed: Billed) -> None:
    customer = billed.customer("pm_card_chargeCustomerFail")
    other = api.payment_methods.attach("pm_card_mastercard", {"customer": customer.id})
    invoice = billed.opened(customer)

    refusal(api.invoices.pay, invoice.id)
    paid = api.invoices.pay(invoice.id, {"payment_method": other.id})

    assert (paid.status, paid.attempt_count) == ("paid", 1)


def test_without_a_payment_method_nothing_can_be_collected(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer(None))

    error = refusal(api.invoices.pay, invoice.id)

    assert "no attached payment source or default payment method" in error.user_message
    assert api.invoices.pay(invoice.id, {"paid_out_of_band": True}).status == "paid"


def test_a_bank_that_asks_for_the_customer_leaves_the_invoice_open(
    api: Any, billed: Billed, sandbox: Sandbox, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer("pm_card_authenticationRequired"))
    types()

    error = refusal(api.invoices.pay, invoice.id)
    intent = intent_of(api, invoice)
    told = types()
    sandbox.finish_authentication(intent.id, "complete")

    assert error.code == "invoice_payment_intent_requires_action"
    assert told[-2:] == ["invoice.payment_action_required", "invoice.payment_failed"]
    assert intent.status == "requires_action"
    assert api.invoices.retrieve(invoice.id).status == "paid"


def test_a_bank_debit_pays_days_later(api: Any, billed: Billed, sandbox: Sandbox) -> None:
    invoice = billed.opened(billed.customer(None))
    debit = {"type": "sepa_debit", "sepa_debit": {"iban": "DE89370400440532013000"},
             "billing_details": {"name": "Ada", "email": "a@example.com"}}  # fmt: skip
    accepted = {"type": "offline"}

    api.payment_intents.confirm(
        intent_of(api, invoice).id,
        {"payment_method_data": debit, "mandate_data": {"customer_acceptance": accepted}},
    )
    processing = api.invoices.retrieve(invoice.id)
    sandbox.advance(6 * DAY)

    assert (processing.status, processing.attempted) == ("open", True)
    assert api.invoices.retrieve(invoice.id).status == "paid"


def test_paid_out_of_band_cancels_the_payment(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer())
    types()

    paid = api.invoices.pay(invoice.id, {"paid_out_of_band": True})

    assert (paid.status, paid.amount_paid_off_stripe, paid.attempted) == ("paid", 2500, False)
    assert intent_of(api, invoice).status == "canceled"
    assert types() == ["payment_intent.canceled", "invoice.updated", "invoice.paid"]


def test_an_uncollectible_invoice_may_still_be_paid(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    lost = api.invoices.mark_uncollectible(invoice.id)
    error = refusal(api.invoices.mark_uncollectible, invoice.id)
    paid = api.invoices.pay(invoice.id)

    assert lost.status_details.uncollectible.reason == "user_forgiven"
    assert error.user_message == "This invoice has already been marked uncollectible."
    assert (lost.status, paid.status) == ("uncollectible", "paid")


def test_the_intent_of_an_invoice_cannot_be_canceled_by_itself(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())
    intent = intent_of(api, invoice)

    assert "Void the invoice" in refusal(api.payment_intents.cancel, intent.id).user_message
    assert refusal(api.payment_intents.update, intent.id, {"amount": 99}).param == "amount"
    assert api.payment_intents.update(intent.id, {"metadata": {"a": "1"}}).metadata["a"] == "1"

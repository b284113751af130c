"""What a customer has in credit or owes, and invoices over next to nothing."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.billed import Billed


def test_an_invoice_over_nothing_is_paid_at_once(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = api.invoices.create({"customer": billed.customer(None).id})
    types()

    paid = api.invoices.finalize_invoice(invoice.id)

    assert (paid.status, paid.attempted, paid.attempt_count) == ("paid", True, 0)
    assert types() == [
        "invoice.finalized",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]


def test_credit_pays_before_the_card_does(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    api.customers.balance_transactions.create(customer.id, {"amount": -600, "currency": "eur"})

    draft = billed.draft(customer)
    paid = api.invoices.pay(draft.id)

    assert (draft.amount_due, draft.starting_balance, draft.ending_balance) == (1900, -600, None)
    assert (paid.amount_due, paid.amount_paid, paid.ending_balance) == (1900, 1900, 0)
    assert api.customers.retrieve(customer.id).balance == 0


def test_what_is_owed_is_collected_with_the_next_invoice(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    api.customers.balance_transactions.create(customer.id, {"amount": 300, "currency": "eur"})

    invoice = billed.opened(customer)

    assert (invoice.total, invoice.amount_due, invoice.ending_balance) == (2500, 2800, 0)


def test_a_negative_invoice_becomes_credit(api: Any, billed: Billed) -> None:
    customer = billed.customer()

    invoice = billed.opened(customer, -1200)
    changes = api.customers.balance_transactions.list(customer.id).data

    assert (invoice.status, invoice.total, invoice.amount_due) == ("paid", -1200, 0)
    assert api.customers.retrieve(customer.id).balance == -1200
    assert [(change.amount, change.invoice) for change in changes] == [(-1200, invoice.id)]


def test_what_is_too_small_to_be_charged_waits_in_the_balance(api: Any, billed: Billed) -> None:
    customer = billed.customer()

    small = billed.opened(customer, 30)
    change = api.customers.balance_transactions.list(customer.id).data[0]
    next_one = billed.opened(customer, 100)

    assert (small.status, small.amount_due, small.ending_balance) == ("paid", 0, 30)
    assert (change.type, change.amount) == ("invoice_too_small", 30)
    assert next_one.amount_due == 130


def test_voiding_gives_credit_back(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    api.customers.balance_transactions.create(customer.id, {"amount": -600, "currency": "eur"})
    invoice = billed.opened(customer)

    api.invoices.void_invoice(invoice.id)
    change = api.customers.balance_transactions.list(customer.id).data[0]

    assert api.customers.retrieve(customer.id).balance == -600
    assert (change.type, change.amount) == ("unapplied_from_invoice", -600)

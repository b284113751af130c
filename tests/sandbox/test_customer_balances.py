"""What a customer has in credit or owes: one ledger, a balance in each currency."""

from typing import Any

import pytest
import stripe


def ledger(api: Any, customer: str) -> list[tuple[str, int, int]]:
    """(type, amount, balance then), oldest first."""
    rows = api.customers.balance_transactions.list(customer).data
    return [(row.type, row.amount, row.ending_balance) for row in reversed(rows)]


def test_every_change_is_in_the_ledger(api: Any) -> None:
    ada = api.customers.create({"balance": -500}).id

    api.customers.balance_transactions.create(ada, {"amount": 200, "currency": "eur"})
    api.customers.update(ada, {"balance": -1000})

    assert ledger(api, ada) == [
        ("initial", -500, -500), ("adjustment", 200, -300), ("adjustment", -700, -1000),
    ]  # fmt: skip
    assert api.customers.retrieve(ada).balance == -1000


def test_each_currency_has_a_balance_of_its_own(api: Any) -> None:
    ada = api.customers.create().id

    for amount, currency in ((-500, "eur"), (-300, "usd"), (100, "usd")):
        api.customers.balance_transactions.create(ada, {"amount": amount, "currency": currency})

    customer = api.customers.retrieve(ada, {"expand": ["invoice_credit_balance"]})
    assert (customer.currency, customer.balance) == ("eur", -500)
    assert customer.invoice_credit_balance.to_dict() == {"eur": 500, "usd": 200}
    assert api.customers.retrieve(ada).invoice_credit_balance is None


def test_a_change_is_told_and_cannot_be_unmade(api: Any, types: Any) -> None:
    ada = api.customers.create().id
    types()

    made = {"amount": -500, "currency": "eur", "description": "thanks"}
    change = api.customers.balance_transactions.create(ada, made)

    assert types() == ["customer.updated"]
    renamed = api.customers.balance_transactions.update(ada, change.id, {"description": "sorry"})
    assert (renamed.description, renamed.amount) == ("sorry", -500)
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: amount"):
        api.customers.balance_transactions.update(ada, change.id, {"amount": 5})


def test_a_voided_invoice_gives_back_what_it_took(api: Any) -> None:
    ada = api.customers.create({"balance": -500}).id
    draft = api.invoices.create({"customer": ada, "currency": "eur"})
    item = {"customer": ada, "invoice": draft.id, "amount": 2000, "currency": "eur"}
    api.invoice_items.create(item)

    opened = api.invoices.finalize_invoice(draft.id)
    api.invoices.void_invoice(draft.id)

    assert opened.amount_due == 1500
    assert ledger(api, ada)[1:] == [
        ("applied_to_invoice", 500, 0), ("unapplied_from_invoice", -500, -500),
    ]  # fmt: skip

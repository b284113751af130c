"""The customer's balance, after https://docs.stripe.com/billing/customer/balance (amounts worked
after its rules) and https://docs.stripe.com/currencies (smallest and largest charges)."""

import pytest

from tests.sandbox.arithmetic.till import Sold, Till

# (what the documentation says, balance before, lines, due, balance after, what is written down)
CASES: list[tuple[str, int, list[int], int, int, list[tuple[str, int]]]] = [
    ("Debits and credits: a credit reduces the next invoice", -500, [2000], 1500, 0,
     [("applied_to_invoice", 500)]),
    ("Debits and credits: what is left of a credit waits", -5000, [2000], 0, -3000,
     [("applied_to_invoice", 2000)]),
    ("Debits and credits: a debit increases the next invoice", 500, [2000], 2500, 0,
     [("applied_to_invoice", -500)]),
    ("Example use cases: credits from an invoice below zero", 0, [-2000, 500], 0, -1500,
     [("applied_to_invoice", -1500)]),
    ("Transaction types, invoice_too_small", 0, [30], 0, 30, [("invoice_too_small", 30)]),
    ("Transaction types, invoice_too_small: what a credit leaves over", -1980, [2000], 0, 20,
     [("applied_to_invoice", 1980), ("invoice_too_small", 20)]),
    ("Transaction types, invoice_too_small: added to the next invoice", 30, [2000], 2030, 0,
     [("applied_to_invoice", -30)]),
    ("Transaction types, invoice_too_large", 0, [60_000_000, 60_000_000], 0, 120_000_000,
     [("invoice_too_large", 120_000_000)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "lines", "due", "after", "written"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_balance_settles_an_invoice_as_the_documentation_says(
    till: Till,
    before: int,
    lines: list[int],
    due: int,
    after: int,
    written: list[tuple[str, int]],
) -> None:
    invoice = till.bill([Sold(amount) for amount in lines], currency="eur", balance=before)

    assert (invoice.starting_balance, invoice.amount_due, invoice.ending_balance) == (
        before, due, after,
    )  # fmt: skip
    ledger = till.api.customers.balance_transactions.list(invoice.customer).data
    changes = [(one.type, one.amount) for one in reversed(ledger) if one.type != "initial"]
    assert changes == written
    assert till.api.customers.retrieve(invoice.customer).balance == after

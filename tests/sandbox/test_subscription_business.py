"""A few months of a subscription business add up to the cent."""

from sandbox import Sandbox
from tests.sandbox.subscription_business import Business


def test_every_invoice_of_three_months_adds_up(sandbox: Sandbox) -> None:
    business = Business(sandbox, 30, seed=2)

    business.live(92)

    assert business.wrong_invoices() == []
    assert business.count("invoice") > 60
    assert {"active", "canceled"} <= set(business.statuses())


def test_an_invoice_that_does_not_add_up_is_noticed(sandbox: Sandbox) -> None:
    business = Business(sandbox, 2)
    invoice = next(iter(sandbox.account.store.table("invoice").rows.values()))

    invoice["total"] += 1

    assert [wrong for wrong, _ in business.wrong_invoices()][:1] == [invoice["id"]]

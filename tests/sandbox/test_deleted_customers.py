"""Who is deleted leaves nothing running behind."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox

MONTH = 31 * 24 * 3600


@pytest.fixture
def subscribed(api: Any) -> Any:
    """A subscription of somebody with a card."""
    price = {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}}
    product = api.products.create({"name": "Letters", "default_price_data": price})
    customer = api.customers.create(
        {"payment_method": "pm_card_visa",
         "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    )  # fmt: skip
    wanted = {"customer": customer.id, "items": [{"price": product.default_price}]}
    return api.subscriptions.create(wanted)


def test_deleting_a_customer_cancels_what_they_are_subscribed_to(
    sandbox: Sandbox, api: Any, subscribed: Any
) -> None:
    api.customers.delete(subscribed.customer)

    sandbox.advance(2 * MONTH)

    assert api.subscriptions.retrieve(subscribed.id).status == "canceled"
    assert len(api.invoices.list().data) == 1


def test_a_draft_for_nobody_cannot_be_finalized(api: Any, subscribed: Any) -> None:
    draft, other = (api.invoices.create({"customer": subscribed.customer}) for _ in range(2))
    assert api.invoices.finalize_invoice(other.id).status == "paid"
    api.customers.delete(subscribed.customer)

    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.invoices.finalize_invoice(draft.id)


def test_a_draft_for_nobody_can_be_written_on(api: Any, subscribed: Any) -> None:
    draft = api.invoices.create({"customer": subscribed.customer})
    api.customers.delete(subscribed.customer)

    written = api.invoices.update(draft.id, {"description": "For nobody"})

    assert (written.description, written.starting_balance) == ("For nobody", 0)


def test_an_invoice_that_credit_paid_in_part_can_be_voided_after_its_customer(api: Any) -> None:
    customer = api.customers.create({"balance": -500})
    wanted = {"customer": customer.id, "collection_method": "send_invoice", "days_until_due": 7}
    invoice = api.invoices.create(wanted)
    item = {"customer": customer.id, "invoice": invoice.id, "amount": 900, "currency": "eur"}
    api.invoice_items.create(item)
    api.invoices.finalize_invoice(invoice.id)
    api.customers.delete(customer.id)

    assert api.invoices.void_invoice(invoice.id).status == "void"

"""Invoices: drafts and what becomes of them."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.billed import DAY, Billed, intent_of, refusal


def test_a_draft_holds_what_is_billed_and_no_number(billed: Billed) -> None:
    invoice = billed.draft(billed.customer())

    assert (invoice.status, invoice.total, invoice.amount_due) == ("draft", 2500, 2500)
    assert (invoice.number, invoice.hosted_invoice_url, invoice.effective_at) == (None, None, None)
    assert [line.description for line in invoice.lines.data] == ["Mug"]


def test_pending_items_come_along_only_when_asked_for(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    api.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "eur"})

    without = api.invoices.create({"customer": customer.id})
    with_it = api.invoices.create(
        {"customer": customer.id, "pending_invoice_items_behavior": "include"}
    )

    assert (without.total, with_it.total) == (0, 700)


def test_there_must_be_something_to_include(api: Any, billed: Billed) -> None:
    wish = {"customer": billed.customer().id, "pending_invoice_items_behavior": "include"}

    error = refusal(api.invoices.create, wish)

    assert error.code == "invoice_no_customer_line_items"
    assert error.user_message == "Nothing to invoice for customer"


def test_finalizing_opens_an_invoice_with_a_number_and_a_payment(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer(invoice_prefix="ADA"))

    intent = intent_of(api, invoice)

    assert (invoice.status, invoice.number, invoice.attempted) == ("open", "ADA-0001", False)
    assert invoice.hosted_invoice_url.startswith("http")
    assert invoice.effective_at == invoice.status_transitions.finalized_at
    assert (intent.amount, intent.status) == (2500, "requires_payment_method")


def test_the_confirmation_secret_is_shown_when_asked_for(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    shown = api.invoices.retrieve(invoice.id, {"expand": ["confirmation_secret", "payments"]})

    assert invoice.confirmation_secret is None
    assert shown.confirmation_secret.client_secret == intent_of(api, invoice).client_secret
    assert shown.payments.data[0].status == "open"


def test_an_old_invoice_field_is_gone(billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    for field in ("payment_intent", "subscription", "charge", "paid", "tax"):
        assert field not in invoice.to_dict()


def test_numbers_go_on_without_gaps_also_when_drafts_are_thrown_away(
    api: Any, billed: Billed
) -> None:
    customer = billed.customer(invoice_prefix="ADA")

    first = billed.opened(customer)
    api.invoices.delete(billed.draft(customer).id)
    second = billed.opened(customer)

    assert [first.number, second.number] == ["ADA-0001", "ADA-0002"]


def test_one_series_of_numbers_may_be_for_the_whole_account(
    billed: Billed, sandbox: Sandbox
) -> None:
    ada, bob = billed.customer(), billed.customer()
    sandbox.test_client().post("/_sandbox/settings", json={"invoice_numbering": "account"})

    first, second = billed.opened(ada).number, billed.opened(bob).number

    assert first.endswith("-0001")
    assert second == first.replace("-0001", "-0002")


def test_a_number_can_be_given_by_hand_once(api: Any, billed: Billed) -> None:
    customer = billed.customer()

    given = billed.opened(customer, number="2026-7")
    error = refusal(
        api.invoices.create, {"customer": customer.id, "currency": "eur", "number": "2026-7"}
    )

    assert (given.number, error.param) == ("2026-7", "number")


def test_an_invoice_is_finalized_once(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    assert refusal(api.invoices.finalize_invoice, invoice.id).user_message == (
        "This invoice is already finalized, you can't re-finalize a non-draft invoice."
    )


def test_a_void_invoice_cannot_be_paid(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer())
    types()

    voided = api.invoices.void_invoice(invoice.id)

    assert (voided.status, voided.amount_due) == ("void", 2500)
    assert types() == ["payment_intent.canceled", "invoice.updated", "invoice.voided"]
    assert intent_of(api, invoice).cancellation_reason == "void_invoice"
    assert "isn't open" in refusal(api.invoices.pay, invoice.id).user_message


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "You can only pass in open invoices. This invoice isn't open."),
        ("paid", "Invoices with `paid` payments cannot be voided."),
    ],
)
def test_only_open_invoices_can_be_voided(api: Any, billed: Billed, state: str, words: str) -> None:
    invoice = getattr(billed, state)(billed.customer())

    assert refusal(api.invoices.void_invoice, invoice.id).user_message == words


def test_only_drafts_are_deleted(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    draft, opened = billed.draft(customer), billed.opened(customer)

    gone = api.invoices.delete(draft.id)
    error = refusal(api.invoices.delete, opened.id)

    assert gone.deleted
    assert api.invoice_items.list({"invoice": draft.id}).data == []
    assert error.user_message == "You can only delete draft invoices."


def test_a_finalized_invoice_changes_little(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    error = refusal(api.invoices.update, invoice.id, {"description": "x"})
    noted = api.invoices.update(invoice.id, {"metadata": {"order": "7"}})

    assert error.user_message == "Finalized invoices can't be updated in this way"
    assert (error.param, noted.metadata["order"]) == ("description", "7")


def test_a_draft_changes_in_everything(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer())

    changed = api.invoices.update(
        draft.id,
        {
            "collection_method": "send_invoice",
            "custom_fields": [{"name": "PO", "value": "7"}],
            "days_until_due": 14,
            "description": "Thanks",
            "footer": "Mugs since 1998",
            "shipping_details": {"name": "Ada", "address": {"line1": "Way 1"}},
        },
    )

    assert changed.due_date == draft.created + 14 * DAY
    assert (changed.description, changed.footer) == ("Thanks", "Mugs since 1998")
    assert (changed.custom_fields[0].value, changed.shipping_details.address.line1) == (
        "7",
        "Way 1",
    )


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"collection_method": "send_invoice"}, "you must specify 'due_date' or 'days_until_due'"),
        ({"days_until_due": 3}, "if invoice collection method is 'send_invoice'."),
    ],
)
def test_a_due_date_belongs_to_an_invoice_that_is_sent(
    api: Any, billed: Billed, wish: dict[str, Any], words: str
) -> None:
    error = refusal(api.invoices.create, {"customer": billed.customer().id, **wish})

    assert words in error.user_message


def test_lists_filter_by_customer_status_and_due_date(api: Any, billed: Billed) -> None:
    ada, bob = billed.customer(), billed.customer()
    opened, paid = billed.opened(ada), billed.paid(bob)

    def ids(**wish: Any) -> list[str]:
        return [row.id for row in api.invoices.list(wish).data]

    assert ids(customer=ada.id) == [opened.id]
    assert ids(status="paid") == [paid.id]
    assert ids(collection_method="send_invoice") == []


def test_search_finds_by_number(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer(invoice_prefix="ADA"))
    billed.opened(billed.customer(invoice_prefix="BOB"))

    found = api.invoices.search({"query": "number:'ADA-0001'"}).data

    assert [row.id for row in found] == [invoice.id]


def test_a_revision_takes_the_place_of_the_first(api: Any, billed: Billed) -> None:
    first = billed.opened(billed.customer(), description="old")
    wish = {"from_invoice": {"action": "revision", "invoice": first.id}, "description": "new"}

    draft = api.invoices.create(wish)
    revised = api.invoices.finalize_invoice(draft.id)
    replaced = api.invoices.retrieve(first.id)

    assert (draft.total, revised.status, revised.description) == (2500, "open", "new")
    assert (replaced.status, replaced.latest_revision) == ("void", draft.id)


def test_a_draft_is_not_revised(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer())
    wish = {"from_invoice": {"action": "revision", "invoice": draft.id}}

    assert refusal(api.invoices.create, wish).param == "from_invoice[invoice]"

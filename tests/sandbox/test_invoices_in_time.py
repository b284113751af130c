"""What invoices do by themselves as time goes by, and sending them."""

from collections.abc import Callable
from typing import Any

from sandbox import Sandbox
from tests.sandbox.billed import DAY, HOUR, Billed, refusal


def test_an_automatic_invoice_is_charged_an_hour_later(
    api: Any, billed: Billed, sandbox: Sandbox
) -> None:
    draft = billed.draft(billed.customer(), auto_advance=True)

    sandbox.advance(HOUR - 60)
    before = api.invoices.retrieve(draft.id)
    sandbox.advance(120)
    after = api.invoices.retrieve(draft.id)

    assert draft.automatically_finalizes_at == draft.next_payment_attempt == draft.created + HOUR
    assert (before.status, after.status, after.auto_advance) == ("draft", "paid", False)


def test_an_invoice_that_does_not_advance_stays_a_draft(
    api: Any, billed: Billed, sandbox: Sandbox
) -> None:
    draft = billed.draft(billed.customer(), auto_advance=True)

    stopped = api.invoices.update(draft.id, {"auto_advance": False})
    sandbox.advance(DAY)

    assert (stopped.automatically_finalizes_at, stopped.next_payment_attempt) == (None, None)
    assert api.invoices.retrieve(draft.id).status == "draft"


def test_a_draft_finalizes_itself_at_a_chosen_moment(
    api: Any, billed: Billed, sandbox: Sandbox
) -> None:
    draft = billed.draft(billed.customer())

    api.invoices.update(draft.id, {"automatically_finalizes_at": draft.created + 3 * DAY})
    sandbox.advance(2 * DAY)
    before = api.invoices.retrieve(draft.id).status
    sandbox.advance(2 * DAY)

    assert (before, api.invoices.retrieve(draft.id).status) == ("draft", "paid")


def test_a_finalized_invoice_that_advances_is_collected_within_the_hour(
    api: Any, billed: Billed, sandbox: Sandbox
) -> None:
    draft = billed.draft(billed.customer())

    invoice = api.invoices.finalize_invoice(draft.id, {"auto_advance": True})
    sandbox.advance(HOUR + 60)

    assert (invoice.status, invoice.attempted) == ("open", False)
    assert api.invoices.retrieve(invoice.id).status == "paid"


def test_a_sent_invoice_is_announced_and_becomes_overdue(
    api: Any, billed: Billed, sandbox: Sandbox, types: Callable[[], list[str]]
) -> None:
    draft = billed.draft(billed.customer(None), collection_method="send_invoice", days_until_due=14)
    types()

    sent = api.invoices.send_invoice(draft.id)
    at_once = types()
    sandbox.advance(12 * DAY)
    before = types()
    sandbox.advance(3 * DAY)

    assert sent.status == "open"
    assert at_once == ["invoice.finalized", "payment_intent.created", "invoice.sent"]
    assert (before, types()) == (["invoice.will_be_due"], ["invoice.overdue"])


def test_only_a_send_invoice_is_sent(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    assert "collection method is 'send_invoice'" in (
        refusal(api.invoices.send_invoice, invoice.id).user_message
    )

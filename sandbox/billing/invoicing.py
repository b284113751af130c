"""The life of an invoice: draft, open, paid, void, uncollectible."""

from collections.abc import Sequence
from typing import Any

from sandbox.account import Account
from sandbox.billing import credit, discounts, invoice_payments, numbering
from sandbox.billing.invoice_blank import new
from sandbox.billing.invoice_lines import lines_of as lines_of
from sandbox.billing.invoice_lines import written
from sandbox.billing.invoice_pending import taken
from sandbox.billing.invoice_totals import added_up, uses_balance
from sandbox.billing.lines import Line
from sandbox.shapes import Row

WINDOW = 60 * 60  # how long an automatic invoice stays a draft
DAY = 24 * 60 * 60


def draft(
    account: Account,
    customer_id: str,
    *,
    currency: str,
    reason: str,
    lines: Sequence[Line] = (),
    discounts: Sequence[str] = (),
    default_tax_rates: Sequence[str] = (),
    subscription: Row | None = None,
    auto_advance: bool = True,
    pull_pending: bool = True,
    **fields: Any,
) -> Row:
    """A new draft with its lines and totals; with `auto_advance` it finalizes itself an hour later.
    `fields` are those of the invoice, besides `days_until_due` and `period` (start, end)."""
    customer = account.store.edit(account.living("customer", customer_id, param="customer"))
    customer["currency"] = customer["currency"] or currency
    invoice = new(account, customer, currency, reason, subscription, fields)
    invoice["auto_advance"] = auto_advance
    invoice["discounts"] = list(discounts)
    invoice["default_tax_rates"] = [account.get("tax_rate", rate) for rate in default_tax_rates]
    return presented(account, invoice, lines, pull_pending=pull_pending)


def presented(
    account: Account,
    invoice: Row,
    lines: Sequence[Line] = (),
    *,
    pull_pending: bool,
    finalizes_at: int | None = None,
) -> Row:
    """A new draft with what is on it, told to the world."""
    if pull_pending:
        taken(account, invoice, subscription=invoice["_subscription"])
    for line in lines:
        written(account, invoice, line)
    added_up(account, invoice)
    set_window(account, invoice, finalizes_at)
    account.emit("invoice.created", invoice)
    return invoice


def set_window(account: Account, invoice: Row, chosen: int | None = None) -> None:
    """When a draft will finalize itself: at a chosen moment, an hour after it was made, or never."""
    moment = chosen or (invoice["created"] + WINDOW if invoice["auto_advance"] else None)
    invoice["automatically_finalizes_at"] = moment
    charged = invoice["collection_method"] == "charge_automatically"
    invoice["next_payment_attempt"] = moment if charged else None
    if moment is not None:
        account.agenda.at(moment, "finalize an invoice", invoice["id"])


def finalize(account: Account, invoice: Row, *, paid_by: Row | None = None) -> Row:
    """No more changes: a number, the customer's balance applied, and a PaymentIntent over the rest
    (or the one given); an invoice over nothing is paid at once."""
    invoice = account.edit("invoice", invoice["id"])
    account.living("customer", invoice["customer"], param="customer")
    added_up(account, invoice)
    _settle_balance(account, invoice)
    invoice.update(
        status="open",
        number=numbering.number_of(account, invoice),
        effective_at=invoice["effective_at"] or account.now,
        automatically_finalizes_at=None,
        next_payment_attempt=None,
        webhooks_delivered_at=account.now,
    )
    invoice["status_transitions"]["finalized_at"] = account.now
    _publish(account, invoice)
    discounts.used(account, _discounts_of(account, invoice), invoice)
    account.emit("invoice.finalized", invoice)
    if invoice["from_invoice"]:
        void(account, account.get("invoice", invoice["from_invoice"]["invoice"]))
    if invoice["amount_due"] == 0:
        return mark_paid(account, invoice)
    if paid_by is None:
        invoice_payments.opened(account, invoice)
    _await_due_date(account, invoice)
    return invoice


def _settle_balance(account: Account, invoice: Row) -> None:
    customer = account.get("customer", invoice["customer"])
    if uses_balance(invoice):
        credit.apply_balance(account, invoice["total"], customer, invoice=invoice)
    after = account.get("customer", invoice["customer"])
    invoice["ending_balance"] = credit.balance_of(after, invoice["currency"])


def _publish(account: Account, invoice: Row) -> None:
    invoice["_token"] = f"test_{invoice['id'].removeprefix('in_')}{account.ids.text(24)}"
    url = f"{account.base_url}/i/{account.id}/{invoice['_token']}"
    invoice.update(hosted_invoice_url=url, invoice_pdf=f"{url}/pdf")


def _discounts_of(account: Account, invoice: Row) -> list[str]:
    of_lines = [one for row in lines_of(account, invoice["id"]) for one in row["discounts"]]
    return list(dict.fromkeys([*invoice["discounts"], *of_lines]))


def _await_due_date(account: Account, invoice: Row) -> None:
    due = invoice["due_date"]
    if due is not None:
        account.agenda.at(max(account.now, due - 3 * DAY), "announce a due date", invoice["id"])
        account.agenda.at(max(account.now, due), "miss a due date", invoice["id"])


def mark_paid(account: Account, invoice: Row, *, out_of_band: bool = False) -> Row:
    """Nothing is left to pay; out of band the rest was paid elsewhere."""
    invoice = account.edit("invoice", invoice["id"])
    if out_of_band:
        invoice["amount_paid_off_stripe"] += invoice["amount_remaining"]
        invoice["amount_paid"] += invoice["amount_remaining"]
    elif invoice["amount_due"] == 0:
        invoice["attempted"] = True
    invoice.update(
        amount_remaining=0,
        auto_advance=False,
        next_payment_attempt=None,
        receipt_number=numbering.receipt_number(account),
        status="paid",
    )
    invoice["status_transitions"]["paid_at"] = account.now
    invoice_payments.cancel_open(account, invoice, reason=None)
    account.emit_update("invoice.updated", invoice)
    account.emit("invoice.paid", invoice)
    if not out_of_band:
        account.emit("invoice.payment_succeeded", invoice)
    return invoice


def void(account: Account, invoice: Row) -> Row:
    """As if it had never been: its payment is canceled, what the balance paid goes back, unless
    its customer is gone."""
    invoice = account.edit("invoice", invoice["id"])
    applied = invoice["ending_balance"] - invoice["starting_balance"]
    if applied and not account.get("customer", invoice["customer"]).get("deleted"):
        credit.book(
            account, invoice["customer"], -applied, invoice["currency"],
            "unapplied_from_invoice", invoice=invoice,
        )  # fmt: skip
    invoice.update(auto_advance=False, next_payment_attempt=None, status="void")
    invoice["status_transitions"]["voided_at"] = account.now
    invoice_payments.cancel_open(account, invoice, reason="void_invoice")
    account.emit_update("invoice.updated", invoice)
    account.emit("invoice.voided", invoice)
    return invoice


def mark_uncollectible(account: Account, invoice: Row, *, reason: str = "user_forgiven") -> Row:
    """Given up on, though it may still be paid."""
    invoice = account.edit("invoice", invoice["id"])
    invoice.update(auto_advance=False, next_payment_attempt=None, status="uncollectible")
    invoice["status_details"] = {"uncollectible": {"reason": reason}}
    invoice["status_transitions"]["marked_uncollectible_at"] = account.now
    account.emit_update("invoice.updated", invoice)
    account.emit("invoice.marked_uncollectible", invoice)
    return invoice

"""The page where a customer reads and pays an invoice, and its papers."""

import hmac

from flask import Response, abort

from sandbox.account import Account
from sandbox.billing.invoice_payments import default_intent
from sandbox.browser import blueprint, core, invoice_view
from sandbox.browser.hosted import page
from sandbox.kinds import KINDS
from sandbox.money import words
from sandbox.shapes import Row

PATH = "/i/<account_id>/<token>"
ID = KINDS["invoice"].length
PAYABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


@blueprint.get(PATH)
def hosted_invoice(account_id: str, token: str) -> Response:
    """What was billed on one side, paying it on the other."""
    account, invoice = core.sandbox().account, _invoice(account_id, token)
    with account.store.lock:
        intent = default_intent(account, invoice)
        return page(
            "invoice/invoice.html",
            invoice=invoice,
            address=f"/i/{account_id}/{token}",
            amount=words(_amount(invoice), invoice["currency"]),
            bill_to=invoice_view.bill_to(invoice),
            dates=invoice_view.dates(invoice),
            intent=intent,
            lines=invoice_view.lines(account, invoice),
            payable=_is_payable(invoice, intent),
            state=invoice_view.STATUS[invoice["status"]],
            totals=invoice_view.totals(account, invoice),
        )


def _amount(invoice: Row) -> int:
    return int(invoice["amount_paid" if invoice["status"] == "paid" else "amount_remaining"])


def _is_payable(invoice: Row, intent: Row | None) -> bool:
    waits = invoice["status"] in ("open", "uncollectible")
    return waits and intent is not None and intent["status"] in PAYABLE


@blueprint.get(f"{PATH}/pdf")
def invoice_paper(account_id: str, token: str) -> Response:
    """The invoice as a PDF."""
    invoice = _invoice(account_id, token)
    return _paper(f"Invoice-{invoice['number']}", "invoice_paper", invoice)


@blueprint.get(f"{PATH}/receipt")
def receipt_paper(account_id: str, token: str) -> Response:
    """The receipt of a paid invoice as a PDF."""
    invoice = _invoice(account_id, token)
    if invoice["status"] != "paid":
        abort(404)
    return _paper(f"Receipt-{invoice['receipt_number']}", "receipt_paper", invoice)


@blueprint.get(f"{PATH}/credit_notes/<note_id>/pdf")
def credit_note_paper(account_id: str, token: str, note_id: str) -> Response:
    """A credit note as a PDF."""
    invoice = _invoice(account_id, token)
    note = core.find(note_id, "credit_note")
    if note is None or note["invoice"] != invoice["id"]:
        abort(404)
    return _paper(f"Credit-note-{note['number']}", "credit_note_paper", invoice, note)


def _account() -> Account:
    return core.sandbox().account


def _invoice(account_id: str, token: str) -> Row:
    """The invoice of an address nobody can guess: its id and a secret."""
    name = token.removeprefix("test_")
    invoice = core.find(f"in_{name[:ID]}", "invoice")
    known = (invoice or {}).get("_token") or ""
    if invoice is None or not hmac.compare_digest(known.encode(), token.encode()):
        abort(404)
    if account_id != _account().id:
        abort(404)
    return invoice


def _paper(name: str, kind: str, *rows: Row) -> Response:
    from sandbox.browser import invoice_pdf  # fpdf2 is slow to load, and only needed here

    with _account().store.lock:
        drawn = getattr(invoice_pdf, kind)(_account(), *rows)
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

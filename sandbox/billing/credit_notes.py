"""Credit notes: less is due on an open invoice, money or credit comes back for a paid one."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import credit, credit_note_lines, invoice_payments, invoicing, taxes
from sandbox.billing.credit_refunds import refunded
from sandbox.billing.invoice_lines import pretax, tax
from sandbox.billing.lines import Line
from sandbox.billing.numbering import credit_note_number
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.lists import page_of
from sandbox.shapes import Row

CREDITABLE = ("open", "paid", "uncollectible")


def issued(account: Account, params: Row) -> Row:
    """A new credit note from the parameters of its own call."""
    invoice = account.edit("invoice", params["invoice"], param="invoice")
    if invoice["status"] not in CREDITABLE:
        raise InvalidRequest(
            f"You cannot create a credit note for an invoice with a status of {invoice['status']}.",
            param="invoice",
        )
    note = _new(account, invoice, params)
    _check_creditable(account, invoice, note)
    _split(invoice, note)
    _settle(account, invoice, note, params)
    account.emit("credit_note.created", note)
    if note["pre_payment_amount"]:
        _lower(account, invoice, note["pre_payment_amount"])
    else:
        account.emit_update("invoice.updated", invoice)
    return note


def _new(account: Account, invoice: Row, params: Row) -> Row:
    lines = credit_note_lines.lines(account, invoice, params)
    shipping = credit_note_lines.shipping(invoice, params)
    if not lines and shipping is None:
        raise InvalidRequest(
            "One of `amount`, `lines`, or `shipping_cost` must be provided.",
            code="parameter_missing",
            param="amount",
        )
    note = account.add(
        "credit_note",
        currency=invoice["currency"],
        customer=invoice["customer"],
        effective_at=params.get("effective_at", account.now),
        invoice=invoice["id"],
        metadata={},
        number=credit_note_number(account, invoice),
        reason=params.get("reason"),
        shipping_cost=shipping,
        status="issued",
    )
    note["pdf"] = f"{invoice['hosted_invoice_url']}/credit_notes/{note['id']}/pdf"
    apply(note, params, ("memo",))
    rows = [
        account.add("credit_note_line_item", **fields, tax_rates=_rates(account, line),
                    _credit_note=note["id"])
        for line, fields in lines
    ]  # fmt: skip
    note["lines"] = page_of(rows, f"/v1/credit_notes/{note['id']}/lines")
    _sum(note, [line for line, _ in lines], shipping)
    return note


def _rates(account: Account, line: Line) -> list[Row]:
    return [account.get("tax_rate", rate) for rate in line.tax_rates or ()]


def _sum(note: Row, lines: list[Line], shipping: Row | None) -> None:
    subtotal = sum(line.amount for line in lines)
    off = subtotal - sum(line.discounted for line in lines)
    inside = sum(line.inclusive_tax for line in lines)
    sent = shipping["amount_subtotal"] if shipping else 0
    total = subtotal - off + sent + sum(line.exclusive_tax for line in lines)
    discounts = _by_discount(lines)
    note.update(
        amount=total,
        amount_shipping=sent,
        discount_amount=off,
        discount_amounts=[{"amount": amount, "discount": one} for one, amount in discounts],
        pretax_credit_amounts=[pretax(amount, one) for one, amount in discounts],
        subtotal=subtotal,
        subtotal_excluding_tax=subtotal - inside,
        total=total,
        total_excluding_tax=subtotal - off + sent - inside,
        total_taxes=[tax(one) for one in taxes.summed(one for line in lines for one in line.taxes)],
    )


def _by_discount(lines: list[Line]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for line in lines:
        for discount, amount in line.discount_amounts:
            found[discount] = found.get(discount, 0) + amount
    return list(found.items())


def _check_creditable(account: Account, invoice: Row, note: Row) -> None:
    money.positive(note["amount"])
    before = sum(
        other["amount"]
        for other in account.where("credit_note", "invoice", invoice["id"])
        if other["status"] == "issued" and other["id"] != note["id"]
    )
    left = invoice["total"] - before
    if note["amount"] > left:
        words, most = (money.words(one, note["currency"]) for one in (note["amount"], left))
        raise InvalidRequest(
            f"The credit note amount ({words}) is greater than the remaining creditable amount of "
            f"the invoice ({most}).",
            param="amount",
        )


def _split(invoice: Row, note: Row) -> None:
    """First what is still due is lowered; the rest comes back."""
    before = min(note["amount"], invoice["amount_remaining"])
    after = note["amount"] - before
    kind = "mixed" if before and after else "pre_payment" if before else "post_payment"
    note.update(pre_payment_amount=before, post_payment_amount=after, type=kind)
    invoice["post_payment_credit_notes_amount"] += after


def _settle(account: Account, invoice: Row, note: Row, params: Row) -> None:
    _check_settlement(note, params)
    note["out_of_band_amount"] = params.get("out_of_band_amount")
    if amount := params.get("credit_amount"):
        account.living("customer", note["customer"], param="credit_amount")
        change = credit.book(
            account, note["customer"], -amount, note["currency"], "credit_note",
            invoice=invoice, credit_note=note,
        )  # fmt: skip
        note["customer_balance_transaction"] = change["id"]
    note["refunds"] = refunded(account, invoice, params)


def _check_settlement(note: Row, params: Row) -> None:
    linked = sum(one.get("amount_refunded") or 0 for one in params.get("refunds") or [])
    ways = ("credit_amount", "refund_amount", "out_of_band_amount")
    settled = linked + sum(params.get(way) or 0 for way in ways)
    if settled != note["post_payment_amount"]:
        have, want = (
            money.words(one, note["currency"]) for one in (settled, note["post_payment_amount"])
        )
        raise InvalidRequest(
            f"The sum of credit amount, refund amount and out of band amount ({have}) must equal "
            f"the credit note amount ({want})."
        )


def _lower(account: Account, invoice: Row, amount: int) -> None:
    for field in ("amount_due", "amount_remaining"):
        invoice[field] -= amount
    invoice["pre_payment_credit_notes_amount"] += amount
    if invoice["amount_remaining"] == 0:
        invoicing.mark_paid(account, invoice)
        return
    invoice_payments.ask_for(account, invoice)
    account.emit_update("invoice.updated", invoice)


def void(account: Account, note: Row) -> Row:
    """The invoice asks for the money again; only what was credited before payment can be undone."""
    invoice = account.edit("invoice", note["invoice"])
    if note["status"] == "void":
        raise InvalidRequest("This credit note has already been voided.")
    if invoice["status"] != "open" or note["post_payment_amount"]:
        raise InvalidRequest("You can only void a credit note if its invoice is open.")
    note.update(status="void", voided_at=account.now)
    for field in ("amount_due", "amount_remaining"):
        invoice[field] += note["pre_payment_amount"]
    invoice["pre_payment_credit_notes_amount"] -= note["pre_payment_amount"]
    invoice_payments.ask_for(account, invoice)
    account.emit("credit_note.voided", note)
    account.emit_update("invoice.updated", invoice)
    return note

"""How the demo's invoices came about, and how they were paid, or not."""

import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta

from app.db import reading
from app.demo import hosted, wallet
from app.demo.people import CUSTOMERS
from app.models import Invoice
from app.services import debts, invoices, payment_links
from app.services.invoices import NewInvoice, NewItem
from app.services.payment_links import NewLink

CASHIER = "billing@shop.example"


@dataclass(frozen=True, kw_only=True)
class Bill:
    """For whom, and the lines of it with their amounts in minor units."""

    email: str
    lines: tuple[tuple[str, int], ...]
    note: str = ""


Steps = Generator[timedelta, None, int]
Story = Callable[[int, Bill], Steps]


def draft(customer_id: int, bill: Bill) -> Steps:
    invoice_id = _draft(customer_id, bill)
    yield timedelta(minutes=1)
    return invoice_id


def sent(customer_id: int, bill: Bill) -> Steps:
    """Open; and past due when that was long ago."""
    invoice_id = _draft(customer_id, bill)
    yield timedelta(minutes=7)
    invoices.finalize(invoice_id, actor=CASHIER, send=True)
    return invoice_id


def every_month(customer_id: int, bill: Bill) -> Steps:
    invoice_id = _draft(customer_id, bill, repeats_every="month")
    yield timedelta(minutes=7)
    invoices.finalize(invoice_id, actor=CASHIER, send=True)
    return invoice_id


def paid(customer_id: int, bill: Bill) -> Steps:
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=6)
    _pay(customer_id, _item_ids(invoice_id))
    return invoice_id


def paid_in_part(customer_id: int, bill: Bill) -> Steps:
    """The first of its lines; the others are open."""
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=3)
    _pay(customer_id, _item_ids(invoice_id)[:1])
    return invoice_id


def debit_on_its_way(customer_id: int, bill: Bill) -> Steps:
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(hours=20)
    item_ids = _item_ids(invoice_id)
    sheet = debts.get_or_create_payment_intent(customer_id, item_ids=item_ids)
    payer = next(each for each in CUSTOMERS if each.email == bill.email)
    wallet.pay_by_debit(sheet, payer)
    debts.sync(sheet.token, actor="customer")
    return invoice_id


def paid_from_elsewhere(customer_id: int, bill: Bill) -> Steps:
    """With a link from Stripe's dashboard, and more than was owed: the rest is credit."""
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=5)
    with reading() as session:
        due = session.get_one(Invoice, invoice_id).due_amount
    hosted.pay_at_dashboard(bill.email, due + 1500, "Advance")
    return invoice_id


def asked_twice(customer_id: int, bill: Bill) -> Steps:
    """A link to it was lost, so a newer one took its place."""
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=1)
    _ask_with_link(bill.email, invoice_id)
    yield timedelta(days=4)
    _ask_with_link(bill.email, invoice_id)
    return invoice_id


def void(customer_id: int, bill: Bill) -> Steps:
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=2)
    invoices.void(invoice_id, actor=CASHIER, reason="billed twice by mistake")
    return invoice_id


def uncollectible(customer_id: int, bill: Bill) -> Steps:
    invoice_id = yield from sent(customer_id, bill)
    yield timedelta(days=50)
    invoices.mark_uncollectible(invoice_id, actor=CASHIER, reason="the company is closed")
    return invoice_id


def _draft(customer_id: int, bill: Bill, *, repeats_every: str = "") -> int:
    items = tuple(NewItem(description=words, unit_amount=amount) for words, amount in bill.lines)
    wanted = NewInvoice(
        customer_id=customer_id,
        currency="eur",
        items=items,
        note=bill.note,
        repeats_every=repeats_every,
    )
    return invoices.draft(wanted, actor=CASHIER)


def _ask_with_link(email: str, invoice_id: int) -> None:
    with reading() as session:
        invoice = session.get_one(Invoice, invoice_id)
        wanted = NewLink(
            email=email,
            description=str(invoice),
            amount=invoice.due_amount,
            currency=invoice.currency,
            invoice_id=invoice_id,
        )
    payment_links.send(wanted, form_token=secrets.token_urlsafe(16), actor=CASHIER)


def _pay(customer_id: int, item_ids: list[int]) -> None:
    sheet = debts.get_or_create_payment_intent(customer_id, item_ids=item_ids)
    wallet.pay_by_card(sheet, "pm_card_visa")
    debts.sync(sheet.token, actor="customer")


def _item_ids(invoice_id: int) -> list[int]:
    with reading() as session:
        return [item.id for item in session.get_one(Invoice, invoice_id).items]

"""Make a payment: what a customer owes us, paid in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import money, settings
from app.db import reading, transaction
from app.errors import (
    AmountTooLarge,
    AmountTooSmall,
    GatewayUnavailable,
    NothingDue,
    QuoteChanged,
    UnknownDebt,
)
from app.models import (
    Collector,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Payment,
)
from app.services import hosted_pages, intents, payments, stripe_customers
from app.services.locks import lock_customer

MAX_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class PaymentSheet:
    """What the Payment Element needs to pay these items, or Stripe's page; in minor units."""

    token: str
    client_secret: str = field(repr=False, default="")
    url: str = ""
    amount: int
    currency: str
    item_ids: tuple[int, ...]


def get_or_create_payment_intent(
    customer_id: int,
    *,
    past_due_only: bool = False,
    item_ids: Sequence[int] | None = None,
    currency: str | None = None,
    agreed_amount: int | None = None,
    hosted: bool = False,
    actor: str = "customer",
) -> PaymentSheet:
    """Pay what is past due, everything open, or chosen items. The amount is computed here.

    `agreed_amount` is what the payer's page showed: another amount is said, never charged.
    `hosted` pays on Stripe's own page; what was begun in the other way is given up first.
    The payer's open intent is used again while it is for exactly this; when what is owed has
    changed it is canceled at Stripe first, so that nothing can be paid twice.
    """
    stripe_customers.ensure(customer_id)
    for _ in range(MAX_TRIES):
        with transaction() as session:
            lock_customer(session, customer_id)
            items = _chosen(session, customer_id, past_due_only, item_ids, currency)
            _require_agreed(items, agreed_amount)
            payment, stale = _open_payment_for(session, customer_id, items, hosted=hosted)
            if payment is None and not stale:
                payment = _new_payment(session, customer_id, items, hosted=hosted)
            known = intents.known_of(payment) if payment else None
            old = [intents.known_of(each) for each in stale]
            covered = tuple(item.id for item in items)
        for each in old:
            intents.cancel(each, actor=actor)
        if known is not None and (sheet := _sheet(known, covered, actor=actor)):
            return sheet
    raise GatewayUnavailable(
        "Stripe did not open a payment. Nothing was charged; please try again."
    )


def is_offered(customer_id: int) -> bool:
    """Make a payment is there when something is past due; by a setting, for anything open."""
    with reading() as session:
        items = open_items(session, customer_id)
        return bool(items) and (
            settings.current().offer_open_payments or any(item.past_due for item in items)
        )


def open_items(session: Session, customer_id: int) -> Sequence[InvoiceItem]:
    """Everything a customer owes on our own page, due soonest first."""
    return _owed(session, customer_id, Collector.SHOP)


def items_at_stripe(session: Session, customer_id: int) -> Sequence[InvoiceItem]:
    """Everything they owe that Stripe collects, due soonest first: never part of our payment."""
    return _owed(session, customer_id, Collector.STRIPE)


def on_its_way(item: InvoiceItem) -> bool:
    """A bank debit for it is under way: it must not be paid a second time."""
    return any(cover.payment.processing for cover in item.payments)


def sync(payment_token: str, *, actor: str = "stripe") -> None:
    """Ask Stripe how a payment really is."""
    payments.sync_each(Payment.token == payment_token, actor=actor)


def find(payment_token: str, *, customer_id: int) -> Payment | None:
    """A customer's own payment by its token."""
    with reading() as session:
        mine = select(Payment).where(
            Payment.token == payment_token, Payment.customer_id == customer_id
        )
        return session.scalars(mine).first()


def _owed(session: Session, customer_id: int, collector: Collector) -> Sequence[InvoiceItem]:
    """What has no due date is not owed: something waits for it."""
    owed = (
        select(InvoiceItem)
        .join(InvoiceItem.invoice)
        .where(
            Invoice.customer_id == customer_id,
            Invoice._status == InvoiceStatus.OPEN,
            Invoice.collector == collector,
            Invoice.due_at.is_not(None),
            InvoiceItem.paid_amount < InvoiceItem.total_amount,
        )
        .options(selectinload(InvoiceItem.payments).selectinload(InvoicePayment.payment))
        .order_by(InvoiceItem.due_at, InvoiceItem.id)
    )
    return session.scalars(owed.execution_options(populate_existing=True)).all()


def _chosen(
    session: Session,
    customer_id: int,
    past_due_only: bool,
    item_ids: Sequence[int] | None,
    currency: str | None,
) -> list[InvoiceItem]:
    items = [item for item in open_items(session, customer_id) if not on_its_way(item)]
    if item_ids is not None:
        if not item_ids:
            raise NothingDue("Nothing is ticked. Tick what you want to pay.")
        _require_own(session, customer_id, set(item_ids))
        items = [item for item in items if item.id in set(item_ids)]
        if len(items) != len(set(item_ids)):
            raise NothingDue("Some of this was paid meanwhile. Look at what is left, please.")
    if past_due_only:
        items = [item for item in items if item.past_due]
        if not items:
            raise NothingDue("Nothing is past due. Nothing was charged.")
    if currency is not None:
        items = [item for item in items if item.invoice.currency == currency]
    _require_payable(items)
    return items


def _require_own(session: Session, customer_id: int, item_ids: set[int]) -> None:
    theirs = select(InvoiceItem.id).join(InvoiceItem.invoice)
    mine = theirs.where(Invoice.customer_id == customer_id, InvoiceItem.id.in_(item_ids))
    if len(session.scalars(mine).all()) != len(item_ids):
        raise UnknownDebt("There is no such thing to pay. Nothing was charged.")


def _require_payable(items: list[InvoiceItem]) -> None:
    currencies = {item.invoice.currency for item in items}
    if not items:
        raise NothingDue("There is nothing to pay here. Nothing was charged.")
    if len(currencies) > 1:
        raise NothingDue("These are in different currencies: pay them one after the other.")
    amount, currency = sum(item.due_amount for item in items), currencies.pop()
    least = money.minimum_charge(currency)
    if amount < least:
        words = money.format_money(least, currency)
        raise AmountTooSmall(f"The smallest amount that can be paid by card is {words}.")
    if amount > money.LARGEST:
        raise AmountTooLarge("That is more than can be paid at once: choose fewer items.")


def _require_agreed(items: list[InvoiceItem], agreed_amount: int | None) -> None:
    if agreed_amount not in {None, sum(item.due_amount for item in items)}:
        raise QuoteChanged("What you owe has changed. Look at the new amount before you pay.")


def _open_payment_for(
    session: Session, customer_id: int, items: list[InvoiceItem], *, hosted: bool
) -> tuple[Payment | None, list[Payment]]:
    """The open payment that is for exactly this, and those that are for some of it."""
    mine = select(Payment).where(
        Payment.customer_id == customer_id,
        Payment.order_id.is_(None),
        Payment.is_external.is_(False),
        Payment.status.in_(intents.OPEN),
        Payment.covers.any(),
    )
    wanted = {item.id: item.due_amount for item in items}
    fits, stale = None, []
    for payment in session.scalars(mine.order_by(Payment.id)):
        covered = {cover.invoice_item_id: cover.amount for cover in payment.covers}
        if covered == wanted and payment.hosted == hosted and fits is None:
            fits = payment
        elif covered.keys() & wanted.keys():
            stale.append(payment)
    return fits, stale


def _new_payment(
    session: Session, customer_id: int, items: list[InvoiceItem], *, hosted: bool
) -> Payment:
    numbers = sorted({str(item.invoice.number) for item in items})
    named = ", ".join(numbers[:5]) + (" and more" if len(numbers) > 5 else "")
    payment = Payment(
        customer_id=customer_id,
        hosted=hosted,
        amount=sum(item.due_amount for item in items),
        currency=items[0].invoice.currency,
        description=f"Invoice{'s' if len(numbers) > 1 else ''} {named}",
        covers=[InvoicePayment(invoice_item_id=item.id, amount=item.due_amount) for item in items],
    )
    session.add(payment)
    session.flush()
    return payment


def _sheet(known: intents.Known, item_ids: tuple[int, ...], *, actor: str) -> PaymentSheet | None:
    if known.page is not None:
        page = hosted_pages.open_page(known.payment_id, known.page, actor=actor)
        request = known.request
        if not page.is_open:
            return None
        return PaymentSheet(
            token=request.token,
            url=page.url,
            amount=request.amount,
            currency=request.currency,
            item_ids=item_ids,
        )
    remote = intents.ask(known, actor=actor)
    if remote is None or remote.status not in intents.OPEN:
        return None
    return PaymentSheet(
        token=known.request.token,
        client_secret=remote.client_secret,
        amount=remote.amount,
        currency=remote.currency,
        item_ids=item_ids,
    )

"""Reminders: before and after a due date, as many days as the shop says, each sent once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import clock, settings
from app.db import reading, transaction
from app.emails import payment_reminder, subscription_changed
from app.jobs import hours, job, minutes
from app.models import (
    Collector,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Letter,
    Subscription,
    SubscriptionStatus,
)
from app.services import debts
from app.services.locks import lock_customer

MORNING = 8  # nobody is reminded at night, by the shop's clock
LATE = timedelta(days=7)  # a reminder that could not be sent for longer than this is left out
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """What one letter is about: everything on an invoice that falls due on one day."""

    invoice_id: int
    invoice_token: str
    customer_id: int
    due: date
    days: int
    item_ids: tuple[int, ...]

    @property
    def cause(self) -> str:
        return payment_reminder.cause(self.invoice_token, self.due, self.days)


@job(every=minutes(30))
def sweep() -> None:
    """Mail what is due to be reminded of. A step that was missed is not made up for by two."""
    if not settings.current().reminder_days or _local(clock.now()).hour < MORNING:
        return
    for reminder in _unsent(_due()):
        with transaction() as session:
            lock_customer(session, reminder.customer_id)
            invoice = session.get_one(Invoice, reminder.invoice_id, populate_existing=True)
            items = [item for item in invoice.items if item.id in reminder.item_ids]
            if invoice.is_open and any(_is_awaited(item) for item in items):
                payment_reminder.send(
                    invoice, due=reminder.due, days=reminder.days, item_ids=[*reminder.item_ids]
                )
                invoice.note_event("reminded", actor="job", reason=invoice.customer.email)


@job(every=hours(6))
def tell_of_renewals() -> None:
    """Say some days before that a subscription renews, once for each period."""
    days = settings.current().renewal_notice_days
    if not days:
        return
    soon = clock.now() + timedelta(days=days)
    with transaction() as session:
        for subscription in _renewing(session, before=soon):
            end = subscription.current_period_end
            known = subscription_changed.cause(subscription, news="renewing")
            if end is not None and session.scalar(select(Letter.id).filter_by(cause=known)) is None:
                subscription_changed.send(subscription, news="renewing")


def step_on(due: date, issued: date, today: date, steps: Sequence[int]) -> int | None:
    """Which reminder is due today, if any: the latest that has come and is not too late.

    What was issued on that day or after it needs no reminder: the invoice itself has just come.
    """
    reached = [
        days for days in steps if timedelta(0) <= today - (due + timedelta(days=days)) <= LATE
    ]
    fitting = [days for days in reached if due + timedelta(days=days) > issued]
    return max(fitting, default=None)


def _due() -> list[Reminder]:
    now, steps = clock.now(), settings.current().reminder_days
    first = now + timedelta(days=1 - min(steps))
    last = now - timedelta(days=max(steps) + 1) - LATE
    items = (
        select(InvoiceItem)
        .join(InvoiceItem.invoice)
        .where(
            Invoice._status == InvoiceStatus.OPEN,
            Invoice.collector == Collector.SHOP,
            InvoiceItem.paid_amount < InvoiceItem.total_amount,
            InvoiceItem.due_at.between(last, first),
        )
        .options(
            joinedload(InvoiceItem.invoice),
            selectinload(InvoiceItem.payments).joinedload(InvoicePayment.payment),
        )
        .order_by(InvoiceItem.due_at, InvoiceItem.id)
    )
    with reading() as session:
        return _grouped(item for item in session.scalars(items) if _is_awaited(item))


def _grouped(items: Iterable[InvoiceItem]) -> list[Reminder]:
    """One reminder per invoice and day, with every item that falls due then."""
    groups: dict[tuple[int, date], list[InvoiceItem]] = {}
    for item in items:
        if item.due_at is not None:
            groups.setdefault((item.invoice_id, _local(item.due_at).date()), []).append(item)
    today, found = _local(clock.now()).date(), []
    for (invoice_id, due), together in groups.items():
        invoice = together[0].invoice
        issued = _local(invoice.issued_at or invoice.created_at).date()
        days = step_on(due, issued, today, settings.current().reminder_days)
        if days is not None:
            found.append(
                Reminder(
                    invoice_id=invoice_id,
                    invoice_token=invoice.token,
                    customer_id=invoice.customer_id,
                    due=due,
                    days=days,
                    item_ids=tuple(item.id for item in together),
                )
            )
    return found


def _is_awaited(item: InvoiceItem) -> bool:
    return item.due_amount > 0 and not debts.on_its_way(item)


def _unsent(reminders: list[Reminder]) -> list[Reminder]:
    causes = [reminder.cause for reminder in reminders]
    with reading() as session:
        known: set[str] = set()
        for at in range(0, len(causes), MOST):
            some = select(Letter.cause).where(Letter.cause.in_(causes[at : at + MOST]))
            known |= set(session.scalars(some))
    return [reminder for reminder in reminders if reminder.cause not in known]


def _renewing(session: Session, *, before: datetime) -> Iterable[Subscription]:
    """What will really be charged again: neither ending, nor paused, nor on trial."""
    found = select(Subscription).where(
        Subscription._status == SubscriptionStatus.ACTIVE,
        Subscription.current_period_end.between(clock.now(), before),
        Subscription.cancel_at.is_(None),
        Subscription.collection_paused.is_(False),
    )
    return session.scalars(found.order_by(Subscription.id)).all()


def _local(at: datetime) -> datetime:
    """In the shop's time zone, which due dates follow."""
    return at.astimezone(ZoneInfo(settings.current().shop_time_zone))

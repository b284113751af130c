"""Ways to pay that staff send: remembered, made at Stripe, mailed, and dead when they should be."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock, gateway, money, settings
from app.db import reading, transaction
from app.emails import payment_link
from app.errors import FormAlreadyUsed, InvalidLink, KeyBurnt, LinkClosed, Rejected, ShopError
from app.gateway import PaymentLinkRequest, RemotePaymentLink
from app.jobs import enqueue, job, minutes
from app.models import (
    Collector,
    Customer,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Order,
    Payment,
    PaymentLink,
    PaymentLinkStatus,
    PaymentStatus,
    normal_email,
)
from app.services import stripe_catalog
from app.services.locks import just_done, lock_customer, lock_order

IN_FLIGHT = timedelta(minutes=1)  # somebody may still be waiting for the answer
ONE_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+")  # forms look more closely
HELD = timedelta(days=7)  # how long an order's goods are kept for a link without an end
ON_ITS_WAY = "A payment of it is on its way: a link now could be paid twice. Wait for its outcome."
NEWER = "a newer link was sent"
CLOSABLE = [PaymentLinkStatus.NEW, PaymentLinkStatus.ACTIVE]
LETTERS = {"sent", "reminded"}


@dataclass(frozen=True, kw_only=True)
class NewLink:
    """Who pays how much for what; for an order or an invoice the amount is what it still needs."""

    email: str
    description: str
    amount: int
    currency: str
    name: str = ""
    message: str = ""
    customer_id: int | None = None
    order_id: int | None = None
    invoice_id: int | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """A link as plain values, so that nothing is open while Stripe is asked."""

    request: PaymentLinkRequest
    id: int
    stripe_id: str | None


def send(wanted: NewLink, *, form_token: str, actor: str) -> int:
    """Make a link and mail it; the same form sent twice is one. Its id."""
    _require_sensible(wanted)
    try:
        link_id = _find_or_remember(wanted, form_token, actor=actor)
    except IntegrityError:  # of a link for nothing in the books: the same form came twice at once
        link_id = _find_or_remember(wanted, form_token, actor=actor)
    for known in _load(PaymentLink.id == link_id, PaymentLink.stripe_id.is_(None)):
        _ask(known, actor=actor)
    return link_id


def resend(link_id: int, *, actor: str) -> None:
    """Mail the same letter once more: it was lost, or its reader asks for it. Pressed again at
    once it is mailed once; so is a reminder."""
    _mail_again(link_id, kind="sent", actor=actor)


def remind(link_id: int, *, actor: str) -> None:
    """Ask once more for what is not paid yet, in kind words."""
    _mail_again(link_id, kind="reminded", actor=actor)


def deactivate(link_id: int, *, actor: str) -> None:
    """Nobody can pay it any more; what is open in somebody's browser ends, too.

    One that Stripe refused was never payable: it is only put away.
    """
    _close(PaymentLink.id == link_id, to=PaymentLinkStatus.DEACTIVATED, actor=actor)


def can_be_paid(session: Session, order_id: int) -> bool:
    """Whether a link to an order is open, here or at Stripe."""
    open_there = PaymentLink.stripe_id.is_not(None) & PaymentLink.closed_at_stripe.is_(False)
    live = PaymentLink._status.in_(CLOSABLE) | open_there
    found = select(PaymentLink.id).where(PaymentLink.order_id == order_id, live).limit(1)
    return session.scalar(found) is not None


def end_those_of_order(order_id: int, *, actor: str) -> list[str]:
    """Close every link to an order, surely: raises while Stripe cannot be reached. The sessions
    in which one was paid after all, so that somebody can write that down."""
    of_order = PaymentLink.order_id == order_id
    with transaction() as session:
        _move(session, of_order, to=PaymentLinkStatus.SUPERSEDED, actor=actor)
    with reading() as session:
        dead = select(PaymentLink.id, PaymentLink.stripe_id).where(
            of_order,
            PaymentLink.stripe_id.is_not(None),
            PaymentLink.closed_at_stripe.is_(False),
            PaymentLink._status.not_in(CLOSABLE),
        )
        rows = session.execute(dead).all()
    paid: list[str] = []
    for row in rows:
        paid += gateway.close_payment_link(str(row.stripe_id))
        with transaction() as session:
            _lock(session, row.id).closed_at_stripe = True
    return paid


def opened(slug: str) -> PaymentLink | None:
    """Somebody follows our short link: note the first time, and say which link it is."""
    with transaction() as session:
        link = session.scalar(select(PaymentLink).filter_by(slug=slug))
        if link is not None and link.opened_at is None and link.is_live:
            link.opened_at = clock.now()
            link.note_event("opened", actor="customer")
    return link


@job()
def supersede(invoice_id: int | None = None, order_id: int | None = None) -> None:
    """What they were for is paid, gone, or paid by a debit on its way: let go of every link to it."""
    _close(_of(invoice_id, order_id), to=PaymentLinkStatus.SUPERSEDED, actor="job")


@job(every=minutes(5))
def sweep() -> None:
    """Finish links whose answer was lost, end those whose time is over, close what is dead."""
    lost = clock.now() - IN_FLIGHT
    for known in _load(PaymentLink._status == PaymentLinkStatus.NEW, PaymentLink.asked_at < lost):
        with suppress(ShopError):
            _ask(known, actor="job")
    over = PaymentLink.expires_at <= clock.now()
    _close(over, to=PaymentLinkStatus.EXPIRED, actor="job")
    _shut(PaymentLink._status.not_in(CLOSABLE), actor="job")


def settle(session: Session, link: PaymentLink, payment_id: int, *, actor: str) -> None:
    """Its money is here. Inside a transaction."""
    link.payment_id = payment_id
    if link.status != PaymentLinkStatus.PAID:
        link.paid_at = clock.now()
        link.move_to(PaymentLinkStatus.PAID, actor=actor)


def no_longer_needed(
    session: Session, *, invoice_id: int | None = None, order_id: int | None = None
) -> None:
    """A debt is paid, smaller or gone, or a debit for it is on its way: let go of the links to it
    once this transaction commits."""
    of_it = _of(invoice_id, order_id)
    live = select(PaymentLink.id).where(of_it, PaymentLink._status.in_(CLOSABLE)).limit(1)
    if session.scalar(live) is not None:
        enqueue(supersede, invoice_id=invoice_id, order_id=order_id)


def _of(invoice_id: int | None, order_id: int | None) -> ColumnElement[bool]:
    """The links to it, but for the one that the debit on its way is paid with, and those that still
    ask for no more than an invoice needs."""
    of_it = (
        (PaymentLink.invoice_id == invoice_id) & ~PaymentLink.invoice.has(_needs_a_link())
        if invoice_id is not None
        else PaymentLink.order_id == order_id
    )
    return of_it & ~PaymentLink.payment.has(Payment.status == PaymentStatus.PROCESSING)


def _needs_a_link() -> ColumnElement[bool]:
    debit = InvoicePayment.payment.has(Payment.status == PaymentStatus.PROCESSING)
    return and_(
        Invoice._status == InvoiceStatus.OPEN,
        Invoice.total_amount - Invoice.paid_amount >= PaymentLink.amount,
        ~Invoice.items.any(InvoiceItem.payments.any(debit)),
    )


def _mail_again(link_id: int, *, kind: str, actor: str) -> None:
    with transaction() as session:
        link = _lock(session, link_id)
        if link.status != PaymentLinkStatus.ACTIVE:
            raise LinkClosed("Only a link that can still be paid is sent again.")
        if link.on_its_way:
            raise LinkClosed(ON_ITS_WAY)
        again = [event for event in link.events if event.kind in LETTERS][1:]  # the first was new
        if not just_done(again, kind, actor=actor):
            _mail(link, kind=kind, actor=actor)


def _require_sensible(wanted: NewLink) -> None:
    if not ONE_ADDRESS.fullmatch(wanted.email.strip()) or not wanted.description.strip():
        raise InvalidLink("A link needs somebody’s e-mail address, and words for what it is for.")
    least = money.minimum_charge(wanted.currency)
    if not least <= wanted.amount <= money.LARGEST:
        words = [money.format_money(a, wanted.currency) for a in (least, money.LARGEST)]
        raise InvalidLink(f"Between {words[0]} and {words[1]} can be paid with a link.")
    if wanted.expires_at is not None and wanted.expires_at <= clock.now():
        raise InvalidLink("That day has passed already.")


def _find_or_remember(wanted: NewLink, form_token: str, *, actor: str) -> int:
    with transaction() as session:
        _lock_target(session, wanted)
        link = session.scalar(select(PaymentLink).filter_by(form_token=form_token))
        if link is None:
            link = _remember(session, wanted, form_token, actor=actor)
        elif (link.email, link.amount) != (normal_email(wanted.email), wanted.amount):
            raise FormAlreadyUsed("This form was already sent. Please load the page again.")
        return link.id


def _lock(session: Session, link_id: int) -> PaymentLink:
    """Lock what a link is for, then the link, and read it anew."""
    target = select(PaymentLink.invoice_id, PaymentLink.order_id, PaymentLink.customer_id)
    _lock_target(session, session.execute(target.where(PaymentLink.id == link_id)).one())
    return session.get_one(
        PaymentLink, link_id, with_for_update={"of": PaymentLink}, populate_existing=True
    )


def _lock_target(session: Session, link: NewLink | Row[int | None, int | None, int | None]) -> None:
    """Of two links to the same debt the second one finds the first."""
    if link.invoice_id is not None:
        its = select(Invoice.customer_id).where(Invoice.id == link.invoice_id)
        lock_customer(session, session.scalars(its).one())
    elif link.order_id is not None:
        lock_order(session, link.order_id)
    elif link.customer_id is not None:
        lock_customer(session, link.customer_id)


def _remember(session: Session, wanted: NewLink, form_token: str, *, actor: str) -> PaymentLink:
    _require_what_is_owed(session, wanted)
    email = normal_email(wanted.email)
    link = PaymentLink(
        form_token=form_token,
        email=email,
        name=wanted.name.strip(),
        description=wanted.description.strip(),
        message=wanted.message.strip(),
        amount=wanted.amount,
        currency=wanted.currency,
        customer_id=wanted.customer_id
        or session.scalar(select(Customer.id).where(Customer.email == email)),
        order_id=wanted.order_id,
        invoice_id=wanted.invoice_id,
        expires_at=wanted.expires_at,
        sent_by=actor,
    )
    session.add(link)
    link.note_event("asked", actor=actor)
    session.flush()
    for former in _live_to_the_same(session, link):
        former.move_to(PaymentLinkStatus.SUPERSEDED, actor=actor, reason=NEWER)
    if link.order_id is not None:
        _keep_its_goods(session.get_one(Order, link.order_id), link)
    return link


def _keep_its_goods(order: Order, link: PaymentLink) -> None:
    """A letter is not read at once: nobody else buys them meanwhile."""
    until = link.expires_at or clock.now() + HELD
    if order.hold_expires_at is not None:
        order.hold_expires_at = max(order.hold_expires_at, until)


def _require_what_is_owed(session: Session, wanted: NewLink) -> None:
    if wanted.invoice_id is not None:
        invoice = session.get_one(Invoice, wanted.invoice_id)
        if invoice.collector == Collector.STRIPE:
            raise InvalidLink("Stripe collects this invoice on a page of its own.")
        _require_nothing_on_its_way(invoice)
        due = (invoice.due_amount, invoice.currency)
    elif wanted.order_id is not None:
        order = session.get_one(Order, wanted.order_id)
        _require_nothing_on_its_way(order)
        due = (order.total_amount if order.is_payable else 0, order.currency)
    else:
        return
    if due != (wanted.amount, wanted.currency):
        raise InvalidLink("That is not what it still needs. Load the page again, please.")


def _require_nothing_on_its_way(target: Invoice | Order) -> None:
    if target.processing:
        raise InvalidLink(ON_ITS_WAY)


def _live_to_the_same(session: Session, link: PaymentLink) -> list[PaymentLink]:
    if link.invoice_id is None and link.order_id is None:
        return []
    same = select(PaymentLink).where(
        PaymentLink.id != link.id,
        PaymentLink._status.in_(CLOSABLE),
        PaymentLink.invoice_id == link.invoice_id
        if link.invoice_id is not None
        else PaymentLink.order_id == link.order_id,
    )
    return list(session.scalars(same.order_by(PaymentLink.id)))


def _ask(known: Known, *, actor: str) -> None:
    """Make it at Stripe, mail it, and shut those that it takes the place of."""
    remote = _remote(known)
    with transaction() as session:
        link = _lock(session, known.id)
        if link.stripe_id is None:
            link.stripe_id, link.url = remote.stripe_id, remote.url
            if link.status == PaymentLinkStatus.NEW:
                link.move_to(PaymentLinkStatus.ACTIVE, actor=actor)
                _mail(link, actor=actor)
    _shut(PaymentLink._status == PaymentLinkStatus.SUPERSEDED, actor=actor)


def _remote(known: Known) -> RemotePaymentLink:
    if known.request.asked_at > clock.now() - gateway.KEY_LIFETIME:
        with suppress(KeyBurnt):
            return _create_or_write_off(known)
    found = gateway.find_payment_link(known.request)
    return found or _create_or_write_off(_next_attempt(known))


def _create_or_write_off(known: Known) -> RemotePaymentLink:
    try:
        return gateway.create_payment_link(known.request)
    except Rejected as error:
        with transaction() as session:
            link = _lock(session, known.id)
            if link.status == PaymentLinkStatus.NEW:
                link.move_to(PaymentLinkStatus.REJECTED, actor="stripe", reason=str(error))
        raise


def _next_attempt(known: Known) -> Known:
    with transaction() as session:
        link = _lock(session, known.id)
        if link.attempt == known.request.attempt:
            link.attempt += 1
            link.asked_at = clock.now()
            session.flush()
        return _known(link, product=known.request.product_id)


def _mail(link: PaymentLink, *, actor: str, kind: str = "sent") -> None:
    link.sent_at = clock.now()
    link.note_event(kind, actor=actor, reason=link.email)
    time = sum(event.kind in LETTERS for event in link.events)
    payment_link.send(link, time=time, reminder=kind == "reminded")


def _close(condition: ColumnElement[bool], *, to: PaymentLinkStatus, actor: str) -> None:
    with transaction() as session:
        _move(session, condition, to=to, actor=actor)
    _shut(condition, actor=actor)


def _move(
    session: Session, condition: ColumnElement[bool], *, to: PaymentLinkStatus, actor: str
) -> None:
    closable = [state for state in PaymentLinkStatus if to in PaymentLink.TRANSITIONS[state]]
    live = select(PaymentLink).where(condition, PaymentLink._status.in_(closable))
    for link in session.scalars(live.order_by(PaymentLink.id).with_for_update(of=PaymentLink)):
        link.move_to(to, actor=actor)


def _shut(condition: ColumnElement[bool], *, actor: str) -> None:
    """Make sure at Stripe that what is dead here is dead there; one that fails is tried again."""
    dead = PaymentLink._status.not_in(CLOSABLE) & PaymentLink.closed_at_stripe.is_(False)
    with reading() as session:
        found = select(PaymentLink.id, PaymentLink.stripe_id).where(condition, dead)
        rows = session.execute(found.where(PaymentLink.stripe_id.is_not(None)).limit(200)).all()
    for row in rows:
        with suppress(ShopError):
            gateway.close_payment_link(str(row.stripe_id))
            with transaction() as session:
                _lock(session, row.id).closed_at_stripe = True


def _load(*conditions: ColumnElement[bool]) -> list[Known]:
    with reading() as session:
        rows = session.scalars(select(PaymentLink).where(*conditions).limit(200))
        found = [_known(row, product="") for row in rows]
    product = stripe_catalog.grouping_product() if found else ""
    return [replace(each, request=replace(each.request, product_id=product)) for each in found]


def _known(link: PaymentLink, *, product: str) -> Known:
    return Known(
        request=PaymentLinkRequest(
            token=link.token,
            attempt=link.attempt,
            amount=link.amount,
            currency=link.currency,
            description=link.description,
            product_id=product,
            after_url=f"{settings.current().public_url}/l/{link.slug}/thanks",
            asked_at=link.asked_at,
        ),
        id=link.id,
        stripe_id=link.stripe_id,
    )

"""Payments made at a hosted page: with a link of ours, or with one made in Stripe's dashboard.

A session that carries our token books its own link. Any other paid one is external: its customer
is found by e-mail, or nobody is guessed and it waits to be matched by staff.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import gateway
from app.db import transaction
from app.errors import NothingToMatch
from app.gateway import Gone, RemotePayment, RemoteSession
from app.models import (
    Collector,
    Customer,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    Matching,
    Payment,
    PaymentLink,
    PaymentLinkStatus,
    normal_email,
)
from app.services import (
    allocation,
    customers,
    debts,
    hosted_pages,
    invoices,
    payment_links,
    payment_records,
)
from app.services.locks import lock_customer, lock_order, lock_payment

UNDER_WAY = {"succeeded", "processing", "requires_capture"}


def record(session: Session, remote: RemoteSession | Gone, *, actor: str) -> None:
    """Write down what was paid at a hosted page. Being told twice changes nothing."""
    if isinstance(remote, RemoteSession) and remote.operation == "checkout":
        _record_own(session, remote, actor=actor)
        return
    if isinstance(remote, Gone) or not remote.is_payment or remote.payment is None:
        return
    intent = remote.payment.intent
    if intent.status not in UNDER_WAY and _known(session, intent.stripe_id) is None:
        return  # nothing was paid in it
    if remote.token is not None:
        link = session.scalar(select(PaymentLink).filter_by(token=remote.token))
        if link is not None:
            _record_of_link(session, remote, remote.payment, link, actor=actor)
        return
    _record_external(session, remote, remote.payment, actor=actor)


def end_links(order_id: int, *, actor: str) -> None:
    """Nobody can pay an order with a link any more; who did just now is heard first."""
    for session_id in payment_links.end_those_of_order(order_id, actor=actor):
        paid = gateway.retrieve_session(session_id)
        with transaction() as session:
            record(session, paid, actor=actor)


def assign(payment_id: int, customer_id: int, *, actor: str) -> None:
    """It is this customer's: pay what they owe with it, oldest first; the rest is credit.
    What came by a link of ours pays for what the link said."""
    with transaction() as session:
        lock_customer(session, customer_id)
        payment = _waiting(session, payment_id)
        payment.matching, payment.customer_id = Matching.ASSIGNED, customer_id
        payment.note_event("assigned", actor=actor, reason=payment.payer_email)
        link = session.scalar(select(PaymentLink).where(PaymentLink.payment_id == payment_id))
        if link is not None and payment.succeeded:
            _book_sale(session, payment, link, actor=actor)
        elif link is None:
            _cover_debts(session, payment, customer_id)
        allocation.apply(session, payment, actor=actor)


def assign_to_new_customer(payment_id: int, *, email: str, name: str, actor: str) -> None:
    """Write the payer down as a customer, and give them their payment."""
    with transaction():  # refused, nobody is written down
        assign(payment_id, customers.find_or_create(email, name=name), actor=actor)


def dismiss(payment_id: int, *, actor: str, reason: str) -> None:
    """It is none of the shop's: keep it out of the books, with the reason."""
    with transaction() as session:
        payment = _waiting(session, payment_id)
        payment.matching = Matching.DISMISSED
        payment.note_event("dismissed", actor=actor, reason=reason)


def by_name_of(session: Session, payment: Payment) -> Sequence[Customer]:
    """Customers whose address differs only after the @: perhaps the payer's. Nobody is chosen."""
    box, _, _ = payment.payer_email.partition("@")
    alike = select(Customer).where(Customer.email.startswith(f"{box}@", autoescape=True))
    return session.scalars(alike.order_by(Customer.id).limit(3)).all() if box else []


def by_debt_of(session: Session, payment: Payment) -> Sequence[Customer]:
    """Customers with an open invoice over exactly this: perhaps the payer. Nobody is chosen."""
    exactly = select(Invoice.customer_id).where(
        Invoice._status == InvoiceStatus.OPEN,
        Invoice.collector == Collector.SHOP,
        Invoice.currency == payment.currency,
        Invoice.total_amount - Invoice.paid_amount == payment.amount,
    )
    found = select(Customer).where(Customer.id.in_(exactly)).order_by(Customer.id)
    return session.scalars(found.limit(3)).all()


def _record_own(session: Session, remote: RemoteSession, *, actor: str) -> None:
    """A page that we opened for a payment of ours, or that another installation did."""
    payment_id = session.scalar(select(Payment.id).filter_by(token=remote.token or ""))
    if payment_id is not None:
        payment = lock_payment(session, payment_id)
        hosted_pages.record(session, payment, remote, actor=actor)


def _record_of_link(
    session: Session, remote: RemoteSession, paid: RemotePayment, link: PaymentLink, *, actor: str
) -> None:
    if link.order_id is not None:
        lock_order(session, link.order_id)
    elif link.customer_id is not None:
        lock_customer(session, link.customer_id)
    payment = _known(session, paid.intent.stripe_id)
    payment = payment or _adopt(session, remote, paid, link)
    if paid.intent.status == "succeeded" and link.status != PaymentLinkStatus.PAID:
        _book_sale(session, payment, link, actor=actor)
    payment_records.record_all(session, paid, actor=actor)
    if paid.intent.status == "processing":
        link.payment_id = payment.id
    if paid.intent.status == "succeeded":
        payment_links.settle(session, link, payment.id, actor=actor)


def _adopt(
    session: Session, remote: RemoteSession, paid: RemotePayment, link: PaymentLink
) -> Payment:
    """Our row for what was paid with a link of ours."""
    payment = _payment(paid, description=link.description, email=remote.email)
    payment.order_id = link.order_id
    payment.customer_id = link.customer_id if link.order_id is None else None
    session.add(payment)
    if link.order_id is None and link.customer_id is None:
        payment.is_external, payment.matching = True, Matching.WAITING
    session.flush()
    if link.invoice_id is not None:
        _cover(session, payment, _items(session, link.invoice_id))
    return payment


def _book_sale(session: Session, payment: Payment, link: PaymentLink, *, actor: str) -> None:
    """What a link asked for that was for nothing in the books is billed once it is paid."""
    is_free = link.order_id is None and link.invoice_id is None
    if not is_free or payment.customer_id is None:
        return
    lock_customer(session, payment.customer_id)
    invoice = invoices.bill_sale(
        session,
        payment.customer_id,
        description=link.description,
        amount=link.amount,
        currency=link.currency,
        actor=actor,
    )
    link.invoice_id = invoice.id
    _cover(session, payment, invoice.items)


def _items(session: Session, invoice_id: int) -> Sequence[InvoiceItem]:
    """What an invoice still needs, due soonest first."""
    needy = select(InvoiceItem).where(
        InvoiceItem.invoice_id == invoice_id, InvoiceItem.paid_amount < InvoiceItem.total_amount
    )
    return session.scalars(needy.order_by(InvoiceItem.due_at, InvoiceItem.id)).all()


def _record_external(
    session: Session, remote: RemoteSession, paid: RemotePayment, *, actor: str
) -> None:
    payment = _known(session, paid.intent.stripe_id)
    if payment is None:
        payment = _payment(paid, description=remote.description, email=remote.email)
        payment.is_external = True
        customer_id = _customer_of(session, remote.email)
        if customer_id is None:
            payment.matching = Matching.WAITING
            session.add(payment)
        else:
            lock_customer(session, customer_id)
            payment.customer_id, payment.matching = customer_id, Matching.ASSIGNED
            session.add(payment)
            session.flush()
            _cover_debts(session, payment, customer_id)
        session.flush()
    payment_records.record_all(session, paid, actor=actor)


def _customer_of(session: Session, email: str) -> int | None:
    """Exactly one customer has this address, or nobody is guessed."""
    found = session.scalars(
        select(Customer.id).where(Customer.email == normal_email(email)).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _payment(paid: RemotePayment, *, description: str, email: str) -> Payment:
    return Payment(
        stripe_id=paid.intent.stripe_id,
        amount=paid.intent.amount,
        currency=paid.intent.currency,
        description=description or "Paid at Stripe",
        payer_email=normal_email(email),
    )


def _known(session: Session, stripe_id: str) -> Payment | None:
    found = select(Payment).where(Payment.stripe_id == stripe_id)
    return session.scalars(found.execution_options(populate_existing=True)).first()


def _cover_debts(session: Session, payment: Payment, customer_id: int) -> None:
    items = debts.open_items(session, customer_id)
    _cover(session, payment, [i for i in items if i.invoice.currency == payment.currency])


def _cover(session: Session, payment: Payment, items: Sequence[InvoiceItem]) -> None:
    """Oldest debt first, as far as it reaches."""
    left = payment.amount
    for item in items:
        amount = min(left, item.due_amount)
        if amount <= 0:
            return
        payment.covers.append(InvoicePayment(invoice_item_id=item.id, amount=amount))
        left -= amount
    session.flush()


def _waiting(session: Session, payment_id: int) -> Payment:
    payment = lock_payment(session, payment_id)
    if payment.matching != Matching.WAITING:
        raise NothingToMatch("Somebody has looked after this payment already.")
    return payment

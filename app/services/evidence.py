"""What our own records say in a dispute, in the fields that Stripe hands to the bank.

https://docs.stripe.com/api/disputes/evidence_object
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import money, settings
from app.db import begins_with
from app.models import (
    Customer,
    Dispute,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    Letter,
    LetterStatus,
    License,
    Order,
    OrderEvent,
    Payment,
    PaymentLink,
    PostalAddress,
    Subscription,
)

MOST = 40  # lines of one kind
LETTERS = ("invoice_issued", "payment_reminder")
ACCESS = {"downloaded", "document_downloaded"}
TOLD = {  # kinds of events that help a bank to see what happened
    "placed": "placed",
    "processing": "bank debit on its way",
    "authorized": "authorised",
    "refunded": "refunded",
    "address_changed": "address changed",
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One of Stripe's evidence fields; `always` shown, even when our records have nothing."""

    name: str
    label: str
    rows: int = 1
    always: bool = False
    reasons: frozenset[str] = frozenset()  # of disputes for which it matters


def _for(*reasons: str) -> frozenset[str]:
    return frozenset(reasons)


FIELDS = (
    Field(name="product_description", label="What was sold", rows=4, always=True),
    Field(name="customer_name", label="The customer’s name", always=True),
    Field(name="customer_email_address", label="Their e-mail", always=True),
    Field(name="customer_purchase_ip", label="Internet address they bought from"),
    Field(name="billing_address", label="Billing address", rows=2),
    Field(name="shipping_address", label="Where it was sent", rows=2),
    Field(name="shipping_date", label="When it was sent", reasons=_for("product_not_received")),
    Field(name="shipping_carrier", label="Carrier", reasons=_for("product_not_received")),
    Field(name="shipping_tracking_number", label="Tracking", reasons=_for("product_not_received")),
    Field(name="service_date", label="When the service began"),
    Field(name="access_activity_log", label="How it was used", rows=6),
    Field(
        name="refund_policy_disclosure",
        label="How the terms were shown",
        rows=2,
        reasons=_for("credit_not_processed"),
    ),
    Field(
        name="refund_refusal_explanation",
        label="Why no refund is due",
        rows=3,
        reasons=_for("credit_not_processed", "product_unacceptable"),
    ),
    Field(
        name="cancellation_policy_disclosure",
        label="How the way to cancel was shown",
        rows=2,
        reasons=_for("subscription_canceled"),
    ),
    Field(
        name="cancellation_rebuttal",
        label="Why it was not canceled in time",
        rows=3,
        reasons=_for("subscription_canceled"),
    ),
    Field(
        name="duplicate_charge_explanation",
        label="Why these are two purchases",
        rows=3,
        reasons=_for("duplicate"),
    ),
    Field(name="duplicate_charge_id", label="The other charge", reasons=_for("duplicate")),
    Field(name="uncategorized_text", label="What else the bank should know", rows=10, always=True),
)
NAMES = tuple(field.name for field in FIELDS)


def gather(session: Session, dispute: Dispute) -> dict[str, str]:
    """Fill in what is known: nothing is made up, and what is not known stays empty."""
    payment, order = dispute.payment, dispute.order
    found = _of_order(order) if order is not None else _of_debt(session, payment)
    customer = order.customer if order is not None else payment.customer
    found["access_activity_log"] = "\n".join(_access(session, order, payment))
    if shop_terms := settings.current().terms_url:
        found["refund_policy_disclosure"] = (
            f"The terms ({shop_terms}) are linked on the page on which it was paid."
        )
    if dispute.reason == "duplicate":
        found |= _of_duplicates(session, payment, customer)
    found["uncategorized_text"] = _story(session, dispute, customer)
    return {name: found[name].strip() for name in NAMES if found.get(name, "").strip()}


def _of_order(order: Order) -> dict[str, str]:
    address = order.shipping_address
    shipped = next((e for e in order.events if e.reason.startswith("shipped")), None)
    name = order.customer.name if order.customer else ""
    return {
        "product_description": _lines(order),
        "customer_name": name or (address.name if address else ""),
        "customer_email_address": order.email,
        "billing_address": _address(order.billing_address or address),
        "shipping_address": _address(address) if order.needs_shipping else "",
        "shipping_date": _day(shipped.created_at) if shipped else "",
        "shipping_tracking_number": order.tracking,
        "service_date": "" if order.needs_shipping else _day(order.created_at),
    }


def _lines(order: Order) -> str:
    def line_of(name: str, quantity: int, total: int) -> str:
        return f"{quantity} × {name}, {money.format_money(total, order.currency)}"

    lines = [line_of(line.name, line.quantity, line.total_amount) for line in order.line_items]
    total = money.format_money(order.total_amount, order.currency)
    return "\n".join(
        [f"Order {order.number} of {_day(order.created_at)}:", *lines, f"{total} in all."]
    )


def _of_debt(session: Session, payment: Payment) -> dict[str, str]:
    customer = payment.customer
    items = session.scalars(
        select(InvoiceItem)
        .join(InvoiceItem.payments)
        .join(InvoiceItem.invoice)
        .where(InvoicePayment.payment_id == payment.id)
        .order_by(InvoiceItem.id)
    ).all()
    first = items[0].invoice.issued_at if items else None
    lines = [f"{item.description} ({item.invoice})" for item in items]
    return {
        "product_description": "\n".join(lines or [payment.description]),
        "customer_name": customer.name if customer else "",
        "customer_email_address": customer.email if customer else payment.payer_email,
        "billing_address": _address(customer.addresses[0].postal)
        if customer and customer.addresses
        else "",
        "service_date": _day(first) if first else "",
        **_of_subscription(items),
    }


def _of_subscription(items: Sequence[InvoiceItem]) -> dict[str, str]:
    subscription: Subscription | None = next(
        (item.invoice.subscription for item in items if item.invoice.subscription), None
    )
    if subscription is None:
        return {}
    words = f"It was begun on {_day(subscription.created_at)}"
    canceled = subscription.canceled_at
    words += f" and canceled on {_day(canceled)}." if canceled else " and has not been canceled."
    return {"cancellation_rebuttal": words}


def _of_duplicates(session: Session, payment: Payment, customer: Customer | None) -> dict[str, str]:
    """The same person's other payment of the same amount, if there is one."""
    if customer is None:
        return {}
    theirs = or_(
        Payment.customer_id == customer.id,
        Payment.order_id.in_(select(Order.id).where(Order.customer_id == customer.id)),
    )
    same = select(Payment).where(
        theirs, Payment.id != payment.id, Payment.amount == payment.amount, Payment.charge_id != "",
        Payment.currency == payment.currency, Payment.received_amount > 0,
    )  # fmt: skip
    others = session.scalars(same.order_by(Payment.id.desc()).limit(MOST)).all()
    if not others:
        return {"duplicate_charge_explanation": "This customer was charged this amount once."}
    ours = _paid_for(payment)
    other = next((each for each in others if _paid_for(each) != ours), None)
    if other is None:
        return {}  # twice for the same: what to say of it is for a person to find
    return {
        "duplicate_charge_id": other.charge_id,
        "duplicate_charge_explanation": f"These are two purchases: {ours} and {_paid_for(other)}.",
    }


def _paid_for(payment: Payment) -> str:
    if payment.order is not None:
        return f"order {payment.order.number} of {_day(payment.order.created_at)}"
    return payment.description


def _access(session: Session, order: Order | None, payment: Payment) -> Iterator[str]:
    """How that was used which this payment paid for: the order's files, the subscription's license."""
    if order is not None:
        log = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.kind.in_(ACCESS))
        for event in session.scalars(log.order_by(OrderEvent.id).limit(MOST)):
            yield f"{_moment(event.created_at)}: downloaded {event.reason}"
    paid_for = (
        select(Invoice.subscription_id)
        .join(Invoice.items)
        .join(InvoiceItem.payments)
        .where(InvoicePayment.payment_id == payment.id)
    )
    for license in session.scalars(select(License).where(License.subscription_id.in_(paid_for))):
        for place in license.activations[:MOST]:
            since, last = _moment(place.created_at), _moment(place.seen_at)
            yield f"{since}: license in use on {place.machine}, last seen {last}"


def _story(session: Session, dispute: Dispute, customer: Customer | None) -> str:
    """Order, payment and letters, in the order in which they happened."""
    payment, order = dispute.payment, dispute.order
    told: list[tuple[datetime, str]] = []
    if order is not None:
        told += [
            (e.created_at, f"Order {order.number}: {words}")
            for e in order.events
            if (words := _event_words(e))
        ]
    asked = money.format_money(payment.amount, payment.currency)
    told.append((payment.asked_at, f"Payment of {asked} begun, {payment.method or 'by card'}"))
    told += _link_story(session, payment)
    told += [
        (letter.created_at, f"Letter to {letter.to}: {letter.subject}")
        for letter in _letters(session, order, payment, customer)
    ]
    lines = [f"{_moment(at)}: {words}" for at, words in sorted(told, key=lambda line: line[0])]
    return "\n".join(["From our records:", *lines])


def _event_words(event: OrderEvent) -> str:
    if event.kind == "status":
        return f"{event.to_status.replace('_', ' ')} {event.reason}".strip()
    return TOLD.get(event.kind, "")


def _link_story(session: Session, payment: Payment) -> list[tuple[datetime, str]]:
    link = session.scalar(select(PaymentLink).filter_by(payment_id=payment.id))
    if link is None:
        return []
    moments = [(link.sent_at, "sent to"), (link.opened_at, "opened by"), (link.paid_at, "paid by")]
    return [(at, f"Payment link {what} {link.email}") for at, what in moments if at is not None]


def _letters(
    session: Session, order: Order | None, payment: Payment, customer: Customer | None
) -> Sequence[Letter]:
    """What we wrote to them about this, and whether it left."""
    about = [Letter.order_id == order.id] if order is not None else []
    if customer is not None and order is None:
        numbers = select(Invoice.token).join(Invoice.items).join(InvoiceItem.payments)
        tokens = session.scalars(numbers.where(InvoicePayment.payment_id == payment.id)).all()
        causes = [f"{kind}:{token}:" for kind in LETTERS for token in set(tokens)]
        about += [begins_with(Letter.cause, cause) for cause in causes]
    if not about:
        return []
    sent = select(Letter).where(or_(*about), Letter.status == LetterStatus.SENT)
    return session.scalars(sent.order_by(Letter.id).limit(MOST)).all()


def _address(address: PostalAddress | None) -> str:
    return ", ".join(address.lines) if address else ""


def _moment(at: datetime) -> str:
    aware = at if at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))
    local = aware.astimezone(ZoneInfo(settings.current().shop_time_zone))
    return f"{local:%Y-%m-%d %H:%M %Z}"


def _day(at: datetime) -> str:
    return _moment(at)[:10]

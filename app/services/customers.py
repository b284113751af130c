"""Who buys: looked up by address, and joined with what they bought as guests."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import db, transaction
from app.models import (
    CreditEntry,
    Customer,
    Invoice,
    InvoiceStatus,
    License,
    Order,
    Payment,
    PaymentLink,
    Subscription,
    User,
    normal_email,
)

RECEIPTS: list[tuple[Any, str]] = [
    (Order, "orders and receipts"),
    (Payment, "payments and receipts"),
    (Subscription, "subscriptions and receipts"),
    (License, "licenses"),
    (PaymentLink, "payment links"),
    (CreditEntry, "credit and what became of it"),
]


def for_user(user_id: int) -> Customer | None:
    return db.session.scalar(select(Customer).where(Customer.user_id == user_id))


def find_or_create(email: str, *, name: str = "") -> int:
    """The id of the one customer with this address, however often it is asked for."""
    email = normal_email(email)
    found = select(Customer.id).where(Customer.email == email)
    with transaction() as session:
        if known := session.scalar(found):
            return known
        try:
            with session.begin_nested():
                customer = Customer(email=email, name=name)
                session.add(customer)
                session.flush()
                return customer.id
        except IntegrityError:  # another process was quicker
            return session.scalars(found).one()


def why_kept(session: Session, customer: Customer) -> str:
    """Why a customer cannot be deleted; empty when they can."""
    for model, what in RECEIPTS:
        if session.scalar(select(model.id).where(model.customer_id == customer.id).limit(1)):
            return f"{what} must stay readable"
    invoices = set(session.scalars(select(Invoice._status).filter_by(customer_id=customer.id)))
    if invoices - {InvoiceStatus.DRAFT}:
        return "invoices and receipts must stay readable"
    if invoices:
        return "an invoice to them is a draft. Delete that first"
    return "they have an account of their own" if customer.user_id else ""


def claim(user: User) -> None:
    """The address is confirmed: earlier orders that were placed with it join the account."""
    email, user_id = normal_email(str(user.email)), user.id
    customer_id = find_or_create(email)
    with transaction() as session:
        customer = session.get_one(Customer, customer_id)
        if customer.user_id is None:
            customer.user_id = user_id
        if customer.user_id == user_id:
            guest = (Order.email == email) & Order.customer_id.is_(None)
            session.execute(update(Order).where(guest).values(customer_id=customer_id))

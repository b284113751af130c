"""Who buys: looked up by address, and joined with what they bought as guests."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.models import Customer, Order, User, normal_email


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

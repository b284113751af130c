"""One Stripe customer per customer: looked up or made once, also under two tabs."""

import secrets

from sqlalchemy import update

from app import gateway
from app.db import reading, transaction
from app.gateway import CustomerRequest
from app.jobs import job
from app.models import Customer


def ensure(customer_id: int) -> str:
    """The customer's id at Stripe. Two who ask at the same time get the same one."""
    known, request = _load(customer_id)
    if known:
        return known
    stripe_id = gateway.find_customer(request) or gateway.create_customer(request)
    with transaction() as session:
        unknown = (Customer.id == customer_id) & Customer.stripe_customer_id.is_(None)
        session.execute(update(Customer).where(unknown).values(stripe_customer_id=stripe_id))
    return str(_load(customer_id)[0])


@job()
def push(customer_id: int) -> None:
    """Tell Stripe a changed name or address; one that was deleted there is forgotten here, and
    its key with it, under which Stripe would only repeat its old answer."""
    known, request = _load(customer_id)
    if known and not gateway.update_customer(known, request):
        with transaction() as session:
            gone = (Customer.id == customer_id) & (Customer.stripe_customer_id == known)
            anew = {"stripe_customer_id": None, "token": secrets.token_urlsafe(16)}
            session.execute(update(Customer).where(gone).values(anew))


def _load(customer_id: int) -> tuple[str | None, CustomerRequest]:
    with reading() as session:
        row = session.get_one(Customer, customer_id, populate_existing=True)
        request = CustomerRequest(token=row.token, email=row.email, name=row.name)
        return row.stripe_customer_id, request

"""One Stripe customer per customer: looked up or made once, also under two tabs."""

import secrets
from dataclasses import dataclass

from sqlalchemy import update

from app import audit, gateway
from app.db import reading, transaction
from app.gateway import CustomerRequest, Gone
from app.jobs import job
from app.models import Customer
from app.services.locks import lock_customer

MAX_ASKS = 5


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A customer as plain values; `credit` at Stripe in minor units by currency."""

    stripe_id: str | None
    credit: dict[str, int]
    request: CustomerRequest


def ensure(customer_id: int) -> str:
    """The customer's id at Stripe. Two who ask at the same time get the same one."""
    known = _load(customer_id)
    if known.stripe_id:
        return known.stripe_id
    stripe_id = gateway.find_customer(known.request) or gateway.create_customer(known.request)
    with transaction() as session:
        unknown = (Customer.id == customer_id) & Customer.stripe_customer_id.is_(None)
        session.execute(update(Customer).where(unknown).values(stripe_customer_id=stripe_id))
    return str(_load(customer_id).stripe_id)


def living(customer_id: int) -> str:
    """The same, for what Stripe does only for somebody who is there: who was deleted at Stripe is
    forgotten here, and made once more."""
    look(customer_id)
    return ensure(customer_id)


def credit_of(customer_id: int) -> list[tuple[int, str]]:
    """What pays Stripe's next invoices: an amount in each currency that has any."""
    credit = _load(customer_id).credit
    return [(amount, currency) for currency, amount in sorted(credit.items()) if amount > 0]


@job()
def look(customer_id: int) -> None:
    """See what credit they have at Stripe, and whether they are there still. What somebody else
    has written down since we asked may be newer: then ask again."""
    for _ in range(MAX_ASKS):
        known = _load(customer_id)
        if known.stripe_id is None:
            return
        remote = gateway.retrieve_customer(known.stripe_id)
        if not isinstance(remote, Gone) and remote.credit == known.credit:
            return
        with transaction() as session:
            row = lock_customer(session, customer_id)
            if (row.stripe_customer_id, row.stripe_credit) == (known.stripe_id, known.credit):
                if isinstance(remote, Gone):
                    _forget(row)
                else:
                    row.stripe_credit = remote.credit
                return


@job()
def push(customer_id: int) -> None:
    """Tell Stripe a changed name or address; one that was deleted there is forgotten here."""
    known = _load(customer_id)
    if known.stripe_id and not gateway.update_customer(known.stripe_id, known.request):
        look(customer_id)


def _forget(row: Customer) -> None:
    """With its key, under which Stripe would only repeat its old answer, and the credit that went
    with it."""
    audit.record(
        "was deleted at Stripe",
        row,
        actor="stripe",
        before={"stripe_customer_id": row.stripe_customer_id, "stripe_credit": row.stripe_credit},
        after={"stripe_customer_id": None, "stripe_credit": {}},
    )
    row.stripe_customer_id, row.stripe_credit = None, {}
    row.token = secrets.token_urlsafe(16)


def _load(customer_id: int) -> _Known:
    with reading() as session:
        row = session.get_one(Customer, customer_id, populate_existing=True)
        request = CustomerRequest(token=row.token, email=row.email, name=row.name)
        return _Known(
            stripe_id=row.stripe_customer_id, credit=dict(row.stripe_credit), request=request
        )

"""Customers at Stripe."""

from dataclasses import dataclass
from typing import Any

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token


@dataclass(frozen=True, kw_only=True)
class CustomerRequest(TaggedRequest):
    operation = "customer"

    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RemoteCustomer:
    """`credit` is what Stripe's next invoices are paid with, in minor units by currency; below zero
    is what is added to the next one."""

    stripe_id: str
    credit: dict[str, int]


def create_customer(request: CustomerRequest) -> str:
    """The id of a new Stripe customer; asked again, of the same one."""
    with stripe_call() as stripe:
        customer = stripe.v1.customers.create(
            {
                "email": request.email,
                "name": request.name or request.email,
                "metadata": request.tag.metadata,
            },
            {"idempotency_key": request.tag.idempotency_key},
        )
    return customer.id


def find_customer(request: CustomerRequest) -> str | None:
    """The Stripe customer that this installation made for this row before, if any."""
    with stripe_call() as stripe:
        page = stripe.v1.customers.list({"email": request.email, "limit": 100})
        for customer in page.auto_paging_iter():
            metadata = customer.metadata.to_dict() if customer.metadata else {}
            if our_token(metadata, installation=installation()) == request.token:
                return customer.id
    return None


def retrieve_customer(stripe_id: str) -> RemoteCustomer | Gone:
    """Who was deleted has nothing that could be written out, so Stripe may refuse to."""
    try:
        customer = _retrieve(stripe_id, ["invoice_credit_balance"])
    except NotFound:
        return Gone(stripe_id)
    except Rejected:
        if _retrieve(stripe_id, []).get("deleted"):
            return Gone(stripe_id)
        raise
    if customer.get("deleted"):
        return Gone(stripe_id)
    credit = customer.get("invoice_credit_balance") or {}
    return RemoteCustomer(
        stripe_id=stripe_id, credit={code: amount for code, amount in credit.items() if amount}
    )


def _retrieve(stripe_id: str, expand: list[str]) -> dict[str, Any]:
    with stripe_call() as stripe:
        return stripe.v1.customers.retrieve(stripe_id, {"expand": expand}).to_dict()


def update_customer(stripe_id: str, request: CustomerRequest) -> bool:
    """Tell Stripe a new name or address; False when the customer was deleted there."""
    try:
        with stripe_call() as stripe:
            stripe.v1.customers.update(
                stripe_id, {"email": request.email, "name": request.name or request.email}
            )
    except NotFound:
        return False
    return True

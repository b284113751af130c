"""Customers at Stripe."""

from dataclasses import dataclass

from app.errors import NotFound
from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import our_token


@dataclass(frozen=True, kw_only=True)
class CustomerRequest(TaggedRequest):
    operation = "customer"

    email: str
    name: str


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

"""Products and prices at Stripe. Amounts are minor units of `currency`."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from app.errors import NotFound, Rejected
from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import our_token

if TYPE_CHECKING:
    from app.gateway.client import PriceCreateParams, ProductCreateParams, StripePrice

Interval = Literal["day", "week", "month", "year"]


@dataclass(frozen=True, kw_only=True)
class ProductRequest(TaggedRequest):
    operation = "product"

    name: str
    description: str
    active: bool

    @property
    def stripe_id(self) -> str:
        """Chosen by us, so that there can never be two."""
        return f"prod_{self.token}"


@dataclass(frozen=True, kw_only=True)
class PriceRequest(TaggedRequest):
    """`interval` empty: paid once."""

    operation = "price"

    product_id: str
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    active: bool


def push_product(request: ProductRequest) -> str:
    """Bring a product at Stripe up to date, or make it; its id."""
    if not _updated(request):
        try:
            _create_product(request)
        except Rejected:  # somebody else made it just now
            if not _updated(request):
                raise
    return request.stripe_id


def push_price(request: PriceRequest) -> str:
    """Find a price at Stripe, or make it; then say whether it is for sale. Its id."""
    with stripe_call() as stripe:
        found = stripe.v1.prices.list({"lookup_keys": [request.token], "limit": 1}).data
    price = found[0] if found and _agrees(found[0], request) else _create_price(request)
    if price.active != request.active:
        with stripe_call() as stripe:
            stripe.v1.prices.update(price.id, {"active": request.active})
    return price.id


def ensure_product(stripe_id: str, *, name: str) -> str:
    """The product with this id, made if it is not there."""
    try:
        with stripe_call() as stripe:
            return stripe.v1.products.retrieve(stripe_id).id
    except NotFound:
        pass
    with suppress(Rejected), stripe_call() as stripe:  # somebody else made it just now
        stripe.v1.products.create(
            {"id": stripe_id, "name": name, "metadata": {"installation": installation()}}
        )
    return stripe_id


def _updated(request: ProductRequest) -> bool:
    try:
        with stripe_call() as stripe:
            stripe.v1.products.update(
                request.stripe_id,
                {
                    "name": request.name,
                    "description": request.description,
                    "active": request.active,
                },
            )
    except NotFound:
        return False
    return True


def _create_product(request: ProductRequest) -> None:
    params: ProductCreateParams = {
        "id": request.stripe_id,
        "name": request.name,
        "active": request.active,
        "metadata": request.tag.metadata,
    }
    if request.description:
        params["description"] = request.description
    with stripe_call() as stripe:
        stripe.v1.products.create(params)


def _create_price(request: PriceRequest) -> "StripePrice":
    params: PriceCreateParams = {
        "product": request.product_id,
        "unit_amount": request.unit_amount,
        "currency": request.currency,
        "lookup_key": request.token,
        "metadata": request.tag.metadata,
    }
    if request.interval:
        params["recurring"] = {
            "interval": cast("Interval", request.interval),
            "interval_count": request.interval_count,
        }
    with stripe_call() as stripe:
        return stripe.v1.prices.create(params, {"idempotency_key": request.tag.idempotency_key})


def _agrees(found: "StripePrice", request: PriceRequest) -> bool:
    """Ours, and of the same amount: else it is somebody else's with the same key."""
    metadata = found.metadata.to_dict() if found.metadata else {}
    ours = our_token(metadata, installation=installation()) == request.token
    same = (found.unit_amount, found.currency) == (request.unit_amount, request.currency)
    return ours and same

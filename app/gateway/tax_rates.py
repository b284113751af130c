"""Tax rates at Stripe: so many per cent, inside an amount or on top of it."""

from dataclasses import dataclass
from decimal import Decimal

from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import our_token

NAME = "VAT"


@dataclass(frozen=True, kw_only=True)
class TaxRateRequest(TaggedRequest):
    """`percentage` such as 19; `country` is where it is raised."""

    operation = "tax_rate"

    percentage: Decimal
    inclusive: bool
    country: str


def ensure_tax_rate(request: TaxRateRequest) -> str:
    """Find a rate at Stripe, or make it; its percentage never changes there. Its id."""
    with stripe_call() as stripe:
        for rate in stripe.v1.tax_rates.list({"limit": 100}).auto_paging_iter():
            metadata = rate.metadata.to_dict() if rate.metadata else {}
            if our_token(metadata, installation=installation()) == request.token:
                if not rate.active:  # put away in the dashboard, and needed after all
                    stripe.v1.tax_rates.update(rate.id, {"active": True})
                return rate.id
        made = stripe.v1.tax_rates.create(
            {
                "display_name": NAME,
                "percentage": float(request.percentage),
                "inclusive": request.inclusive,
                "country": request.country,
                "metadata": request.tag.metadata,
            },
            {"idempotency_key": request.tag.idempotency_key},
        )
    return made.id

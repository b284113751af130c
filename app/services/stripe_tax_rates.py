"""Tax rates at Stripe: each is made once, and found again by what it says of itself."""

from decimal import Decimal

from app import gateway, settings
from app.gateway import TaxRateRequest


def ensure(rate: Decimal, *, inclusive: bool) -> str:
    """The id at Stripe of a rate such as 0.19, inside an amount or on top; empty for none at all."""
    if not rate:
        return ""
    country, percentage = settings.current().shop_country, (rate * 100).normalize()
    how = "inside" if inclusive else "on-top"
    return gateway.ensure_tax_rate(
        TaxRateRequest(
            token=f"vat-{country.lower()}-{percentage:f}-{how}",
            percentage=percentage,
            inclusive=inclusive,
            country=country,
        )
    )

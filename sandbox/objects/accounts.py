"""The account itself."""

from sandbox.routes import Call, route
from sandbox.shapes import Row, blank

NAME = "Pretend Shop"


@route("GET", "/v1/account", "AccountRetrieveCurrentParams")
def retrieve(call: Call) -> Row:
    """Who this pretend shop is."""
    return {
        **blank("account"),
        "id": call.account.id,
        "business_profile": {"name": NAME, "url": None},
        "capabilities": {
            "card_payments": "active",
            "sepa_debit_payments": "active",
            "us_bank_account_ach_payments": "active",
        },
        "charges_enabled": True,
        "country": "DE",
        "created": 1_700_000_000,
        "default_currency": "eur",
        "details_submitted": True,
        "email": "shop@example.com",
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": NAME, "timezone": "Etc/UTC"}},
        "type": "standard",
    }

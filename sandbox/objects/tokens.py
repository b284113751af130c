"""Tokens: details of a card or an account that can be passed on once."""

from sandbox import banks, cards
from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.objects.method_details import card_details, fingerprint
from sandbox.routes import Call, route
from sandbox.shapes import Row, blank

KINDS = ("card", "bank_account", "cvc_update", "pii")
ON_CARD = (
    "address_city",
    "address_country",
    "address_line1",
    "address_line2",
    "address_state",
    "address_zip",
    "currency",
    "name",
)


@route("POST", "/v1/tokens", "TokenCreateParams", publishable=True)
def create(call: Call) -> Row:
    """A token of exactly one kind of details."""
    given = [kind for kind in KINDS if kind in call.params]
    if len(given) != 1:
        raise InvalidRequest(
            "You must supply either a card, customer, bank account, or PII information, but not "
            "more than one of them, to create a token."
        )
    kind = given[0]
    row = call.account.add("token", type=kind, client_ip="127.0.0.1", used=False)
    FILLED[kind](call.account, row, call.params[kind])
    return row


def _card(account: Account, row: Row, given: Row) -> None:
    card, month, year, has_cvc = card_details(given)
    row["_card"] = card.number
    row["card"] = {
        **blank("card"),
        "id": account.ids.new("card"),
        "brand": cards.BRANDS[card.brand],
        "country": card.country,
        "cvc_check": "unchecked" if has_cvc else None,
        "exp_month": month,
        "exp_year": year,
        "fingerprint": fingerprint(card.number),
        "funding": card.funding,
        "last4": card.number[-4:],
        "metadata": {},
        **{field: given.get(field) for field in ON_CARD},
    }


def _bank_account(account: Account, row: Row, given: Row) -> None:
    routing = given.get("routing_number", "")
    banks.checked_us_account(routing, given["account_number"])
    row["bank_account"] = {
        **blank("bank_account"),
        "id": account.ids.new("ba"),
        "account_holder_name": given.get("account_holder_name"),
        "account_holder_type": given.get("account_holder_type"),
        "account_type": given.get("account_type"),
        "bank_name": banks.US_ROUTING[routing],
        "country": given["country"],
        "currency": given.get("currency") or "usd",
        "fingerprint": fingerprint(given["account_number"]),
        "last4": given["account_number"][-4:],
        "routing_number": routing,
        "status": "new",
    }


def _cvc(account: Account, row: Row, given: Row) -> None:
    cards.checked_cvc(given["cvc"], "amex" if len(given["cvc"]) == 4 else "visa")


def _pii(account: Account, row: Row, given: Row) -> None:
    row["_pii"] = given.get("id_number")


FILLED = {"card": _card, "bank_account": _bank_account, "cvc_update": _cvc, "pii": _pii}


@route("GET", "/v1/tokens/<token>", "TokenRetrieveParams", publishable=True)
def retrieve(call: Call, token: str) -> Row:
    """One token."""
    return call.account.get("token", token, param="token")

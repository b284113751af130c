"""Payment methods out of card and account details; numbers stay inside."""

import hashlib
import time
from typing import Any

from sandbox import banks, cards, changes
from sandbox.account import Account
from sandbox.cards import TestCard
from sandbox.errors import InvalidRequest, no_such
from sandbox.shapes import Row, part
from sandbox.values import integer, missing

KINDS = ("card", "sepa_debit", "us_bank_account")


def made(account: Account, given: Row, *, param: str = "") -> Row:
    """A payment method from `payment_method_data` or the parameters of its own call."""
    kind = given.get("type") or next((name for name in KINDS if name in given), None)
    if kind is None:
        raise missing(f"{param}[type]" if param else "type")
    if kind not in KINDS:
        raise InvalidRequest(
            f"The payment method type \"{kind}\" is not one that this sandbox plays: it knows "
            f"{', '.join(KINDS)}.",
            code="payment_method_unsupported_type",
            param=f"{param}[type]" if param else "type",
        )  # fmt: skip
    details = given.get(kind)
    if not details:
        raise missing(f"{param}[{kind}]" if param else kind)
    row = account.add(
        "payment_method",
        type=kind,
        billing_details=changes.billing_details(given.get("billing_details")),
        allow_redisplay=given.get("allow_redisplay") or "unspecified",
        metadata=changes.merged({}, given.get("metadata") or {}),
    )
    MADE[kind](account, row, details)
    return row


def _card(account: Account, row: Row, details: Row) -> None:
    if token := details.get("token"):
        return _from_token(account, row, token)
    card, month, year, has_cvc = card_details(details)
    return fill_card(row, card, month=month, year=year, cvc=has_cvc)


def card_details(given: Row) -> tuple[TestCard, int, int, bool]:
    """The card of a number, its month and year, and whether a security code came with it."""
    for needed in ("number", "exp_month", "exp_year"):
        if needed not in given:
            raise missing(f"card[{needed}]")
    card = cards.by_number(given["number"])
    today = time.gmtime()
    month = integer(str(given["exp_month"]), "card[exp_month]")
    year = integer(str(given["exp_year"]), "card[exp_year]")
    month, year = cards.checked_expiry(month, year, today.tm_year, today.tm_mon)
    if cvc := given.get("cvc"):
        cards.checked_cvc(cvc, card.brand)
    return card, month, year, bool(cvc)


def _from_token(account: Account, row: Row, token: str) -> None:
    if known := account.find(token, "token"):
        card, made = token_spent(account, known)
        row["billing_details"]["name"] = row["billing_details"]["name"] or made["name"]
        return fill_card(row, card, month=made["exp_month"], year=made["exp_year"])
    magic = cards.by_token(token)
    if magic is None or not token.startswith("tok_"):
        raise no_such("token", token, param="card[token]")
    return fill_card(row, magic)


def token_spent(account: Account, token: Row) -> tuple[TestCard, Row]:
    """The card behind a token that Stripe.js made, which nobody can use after this."""
    if token["type"] != "card":
        raise InvalidRequest(f"The token {token['id']} is not a card token.", param="card[token]")
    if token["used"]:
        raise InvalidRequest(
            f"You cannot use a Stripe token more than once: {token['id']}.",
            code="token_already_used",
        )
    account.store.edit(token)["used"] = True
    return cards.BY_NUMBER[token["_card"]], token["card"]


def fill_card(
    row: Row, card: TestCard, *, month: int = 12, year: int | None = None, cvc: bool = True
) -> None:
    """What a payment method shows of its card; the number itself stays inside."""
    row["_card"] = card.number
    postal_code = (row["billing_details"].get("address") or {}).get("postal_code")
    row["card"] = part(
        "payment_method.Card",
        brand=card.brand,
        display_brand=card.brand if card.brand != "amex" else "american_express",
        checks={
            "address_line1_check": None,
            "address_postal_code_check": "pass" if postal_code else None,
            "cvc_check": "pass" if cvc else None,
        },
        country=card.country,
        exp_month=month,
        exp_year=year or time.gmtime().tm_year + 4,
        fingerprint=fingerprint(card.number),
        funding=card.funding,
        last4=card.number[-4:],
        networks={"available": [card.brand], "preferred": None},
        regulated_status="unregulated",
        three_d_secure_usage={"supported": card.brand not in ("amex", "unionpay")},
    )


def fingerprint(number: str) -> str:
    """The same for the same number."""
    return hashlib.sha256(f"sandbox {number}".encode()).hexdigest()[:16]


def _sepa(account: Account, row: Row, details: Row) -> None:
    for field in ("name", "email"):
        if not row["billing_details"][field]:
            raise missing(f"billing_details[{field}]")
    iban = banks.checked_iban(details["iban"])
    row["_iban"] = iban
    row["sepa_debit"] = part(
        "payment_method.SepaDebit",
        bank_code=iban[4:12],
        branch_code="",
        country=iban[:2],
        fingerprint=fingerprint(iban),
        generated_from={"charge": None, "setup_attempt": None},
        last4=iban[-4:],
    )


def _us_bank_account(account: Account, row: Row, details: Row) -> None:
    if not row["billing_details"]["name"]:
        raise missing("billing_details[name]")
    for needed in ("routing_number", "account_number"):
        if needed not in details:
            raise missing(f"us_bank_account[{needed}]")
    banks.checked_us_account(details["routing_number"], details["account_number"])
    row["_account"] = details["account_number"]
    row["us_bank_account"] = part(
        "payment_method.UsBankAccount",
        account_holder_type=details.get("account_holder_type", "individual"),
        account_type=details.get("account_type", "checking"),
        bank_name=banks.US_ROUTING[details["routing_number"]],
        fingerprint=fingerprint(details["account_number"]),
        last4=details["account_number"][-4:],
        networks={"preferred": "ach", "supported": ["ach"]},
        routing_number=details["routing_number"],
        status_details={},
    )


MADE: dict[str, Any] = {"card": _card, "sepa_debit": _sepa, "us_bank_account": _us_bank_account}

"""Payment methods: cards and bank accounts, made by number, by token or by magic name."""

import hashlib
import time
from typing import Any

from sandbox import banks, cards, changes
from sandbox.account import Account
from sandbox.cards import TestCard
from sandbox.errors import InvalidRequest, NotFound, no_such
from sandbox.lists import listed
from sandbox.params import missing
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

KINDS = ("card", "sepa_debit", "us_bank_account")
SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
    "attachment, shared with a connected account without Customer attachment, or was detached from "
    "a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach "
    "it to a Customer first."
)


@route("POST", "/v1/payment_methods", "PaymentMethodCreateParams", publishable=True)
def create(call: Call) -> Row:
    """A payment method from card or account details."""
    return made(call.account, call.params)


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
    MADE[kind](row, details)
    return row


def _card(row: Row, details: Row) -> None:
    if token := details.get("token"):
        return fill_card(row, _card_of_token(token))
    for needed in ("number", "exp_month", "exp_year"):
        if needed not in details:
            raise missing(f"card[{needed}]")
    card = cards.by_number(details["number"])
    today = time.gmtime()
    expiry = (int(details["exp_month"]), int(details["exp_year"]))
    month, year = cards.checked_expiry(*expiry, today.tm_year, today.tm_mon)
    if cvc := details.get("cvc"):
        cards.checked_cvc(cvc, card.brand)
    fill_card(row, card, month=month, year=year, cvc=bool(cvc))
    return None


def _card_of_token(token: str) -> TestCard:
    card = cards.by_token(token)
    if card is None or not token.startswith("tok_"):
        raise no_such("token", token, param="card[token]")
    return card


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


def _sepa(row: Row, details: Row) -> None:
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


def _us_bank_account(row: Row, details: Row) -> None:
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
US_TOKENS = {
    "pm_usBankAccount": "000123456789",
    "pm_usBankAccount_success": "000123456789",
    "pm_usBankAccount_noAccount": "000111111116",
    "pm_usBankAccount_accountClosed": "000111111113",
    "pm_usBankAccount_insufficientFunds": "000222222227",
    "pm_usBankAccount_debitNotAuthorized": "000333333335",
}


def resolved(account: Account, name: str, *, param: str = "payment_method") -> Row:
    """The payment method of an id; a magic name makes a new one."""
    known = account.find(name, "payment_method")
    if known is not None:
        return account.store.edit(known)
    if card := cards.by_token(name):
        row = account.add("payment_method", type="card", allow_redisplay="unspecified")
        row["billing_details"] = changes.billing_details({})
        fill_card(row, card)
        return row
    if name in US_TOKENS:
        details = {"routing_number": "110000000", "account_number": US_TOKENS[name]}
        who = {"name": "Jenny Rosen", "email": "jenny@example.com"}
        given = {"type": "us_bank_account", "us_bank_account": details, "billing_details": who}
        return made(account, given)
    if legacy := account.find(name, "card"):
        return _of_card_on_file(account, legacy)
    raise _unknown(name, param)


def _of_card_on_file(account: Account, legacy: Row) -> Row:
    row = account.add("payment_method", type="card", customer=legacy["customer"])
    row["billing_details"] = changes.billing_details({})
    fill_card(row, cards.BY_NUMBER[legacy["_card"]])
    return row


def _unknown(name: str, param: str) -> InvalidRequest | NotFound:
    error = no_such("PaymentMethod", name, param=param)
    if name.startswith("pm_card_"):
        error.message += (
            "; it's possible this PaymentMethod exists on one of your connected accounts"
        )
    return error


def test_card(row: Row) -> TestCard:
    """How the card of this payment method behaves."""
    return cards.BY_NUMBER[row["_card"]]


@route("GET", "/v1/payment_methods", "PaymentMethodListParams")
def list_all(call: Call) -> Row:
    """Those of a customer, or all."""
    return listed(call, "payment_method")


@route("GET", "/v1/payment_methods/<method>", "PaymentMethodRetrieveParams")
def retrieve(call: Call, method: str) -> Row:
    """One payment method."""
    return resolved(call.account, method, param="id")


@route("POST", "/v1/payment_methods/<method>", "PaymentMethodUpdateParams")
def update(call: Call, method: str) -> Row:
    """A new expiry date, address or metadata."""
    account, params = call.account, call.params
    row = account.edit("payment_method", method)
    if row["customer"] is None:
        raise InvalidRequest(
            "You must save this PaymentMethod to a customer before you can update it."
        )
    changes.apply(row, params, ("allow_redisplay",))
    if "billing_details" in params:
        given = params["billing_details"] or {}
        row["billing_details"] = changes.billing_details({**row["billing_details"], **given})
    if card := params.get("card"):
        _expires(row, card)
    account.emit_update("payment_method.updated", row)
    return row


def _expires(row: Row, given: Row) -> None:
    if row["type"] != "card":
        raise InvalidRequest("You can only update the card of a card.", param="card")
    today = time.gmtime()
    month, year = cards.checked_expiry(
        given.get("exp_month", row["card"]["exp_month"]),
        given.get("exp_year", row["card"]["exp_year"]),
        today.tm_year,
        today.tm_mon,
    )
    row["card"] |= {"exp_month": month, "exp_year": year}


@route("POST", "/v1/payment_methods/<method>/attach", "PaymentMethodAttachParams")
def attach(call: Call, method: str) -> Row:
    """Save it to a customer."""
    account = call.account
    row = resolved(account, method, param="id")
    if "customer" not in call.params:
        raise missing("customer")
    customer = account.living("customer", call.params["customer"], param="customer")
    attach_to(account, row, customer)
    return row


def attach_to(account: Account, row: Row, customer: Row, *, checked: bool = False) -> None:
    """Save a payment method to a customer; `checked` when a payment has just proven it good."""
    if row["customer"] == customer["id"]:
        return
    if row["customer"] is not None:
        raise InvalidRequest(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if row.get("_spent"):
        raise InvalidRequest(SPENT, code="payment_method_unexpected_state")
    if row["type"] == "card" and not checked and test_card(row).refuses_to_attach:
        raise cards.refusal(test_card(row).decline or "generic_decline")
    row["customer"] = customer["id"]
    account.emit("payment_method.attached", row)


@route("POST", "/v1/payment_methods/<method>/detach", "PaymentMethodDetachParams")
def detach(call: Call, method: str) -> Row:
    """Loosen it from its customer, for good."""
    row = call.account.get("payment_method", method)
    if row["customer"] is None:
        raise InvalidRequest(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            code="payment_method_unexpected_state",
        )
    return detach_from(call.account, row)


def detach_from(account: Account, row: Row) -> Row:
    """It may not be used again."""
    loose = account.store.edit(row)
    owner, loose["customer"], loose["_spent"] = loose["customer"], None, True
    customer = account.find(owner, "customer")
    settings = (customer or {}).get("invoice_settings") or {}
    if customer and settings.get("default_payment_method") == row["id"]:
        account.store.edit(customer)["invoice_settings"]["default_payment_method"] = None
    account.emit("payment_method.detached", loose, previous={"customer": owner})
    return loose


@route("GET", "/v1/customers/<customer>/payment_methods", "CustomerListPaymentMethodsParams")
def list_of_customer(call: Call, customer: str) -> Row:
    """Those of one customer."""
    call.account.get("customer", customer)
    return listed(call, "payment_method", customer=customer)


@route(
    "GET",
    "/v1/customers/<customer>/payment_methods/<method>",
    "CustomerRetrievePaymentMethodParams",
)
def retrieve_of_customer(call: Call, customer: str, method: str) -> Row:
    """One of them."""
    row = call.account.find(method, "payment_method")
    if row is None or row["customer"] != customer:
        raise no_such("PaymentMethod", method)
    return row

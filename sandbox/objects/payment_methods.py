"""Payment methods: cards and bank accounts, made by number, by token or by magic name."""

import time

from sandbox import cards, changes
from sandbox.account import Account
from sandbox.cards import TestCard
from sandbox.errors import InvalidRequest, NotFound, no_such
from sandbox.lists import listed
from sandbox.objects.method_details import fill_card, made
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

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

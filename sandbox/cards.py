"""Stripe's documented test cards and what each of them does."""

from dataclasses import dataclass
from typing import Any

from sandbox.errors import CardError


@dataclass(frozen=True)
class Decline:
    """Why a bank says no."""

    code: str
    decline_code: str | None
    message: str


DECLINED = "Your card was declined."
DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", DECLINED),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds."
    ),
    "lost_card": Decline("card_declined", "lost_card", DECLINED),
    "stolen_card": Decline("card_declined", "stolen_card", DECLINED),
    "fraudulent": Decline("card_declined", "fraudulent", DECLINED),
    "expired_card": Decline("expired_card", "expired_card", "Your card has expired."),
    "incorrect_cvc": Decline(
        "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
    ),
    "processing_error": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "card_velocity_exceeded": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its "
        "amount limit.",
    ),
    "incorrect_number": Decline(
        "incorrect_number", "incorrect_number", "Your card number is incorrect."
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}


@dataclass(frozen=True)
class TestCard:
    """A card number, its magic name (`pm_card_<name>`, `tok_<name>`) and its behaviour."""

    number: str
    name: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: str | None = None  # when charged
    refuses_to_attach: bool = False
    authentication: str | None = None  # "always", or "unless_set_up" for later off-session use
    dispute: str | None = None  # its reason; starting with "inquiry:" for an inquiry
    refund: str | None = None  # "pending" or "fails"
    risk: str = "normal"
    available_at_once: bool = False


def _declined(number: str, name: str, decline: str) -> TestCard:
    return TestCard(number, name, decline=decline, refuses_to_attach=True)


CARDS = (
    TestCard("4242424242424242", "visa"),
    TestCard("4000056655665556", "visa_debit", funding="debit"),
    TestCard("5555555555554444", "mastercard", "mastercard"),
    TestCard("2223003122003222", "mastercard_2", "mastercard"),
    TestCard("5200828282828210", "mastercard_debit", "mastercard", "debit"),
    TestCard("5105105105105100", "mastercard_prepaid", "mastercard", "prepaid"),
    TestCard("378282246310005", "amex", "amex"),
    TestCard("371449635398431", "amex_2", "amex"),
    TestCard("6011111111111117", "discover", "discover"),
    TestCard("6011000990139424", "discover_2", "discover"),
    TestCard("3056930009020004", "diners", "diners"),
    TestCard("36227206271667", "diners_14", "diners"),
    TestCard("3566002020360505", "jcb", "jcb"),
    TestCard("6200000000000005", "unionpay", "unionpay"),
    TestCard("4000000760000002", "br", country="BR"),
    TestCard("4000001240000000", "ca", country="CA"),
    TestCard("4000002760000016", "de", country="DE"),
    TestCard("4000002500000003", "fr", country="FR"),
    TestCard("4000008260000000", "gb", country="GB"),
    TestCard("4000000000000077", "bypassPending", available_at_once=True),
    TestCard("4000002500003155", "authenticationRequiredOnSetup", authentication="unless_set_up"),
    TestCard("4000002760003184", "authenticationRequired", authentication="always"),
    TestCard("4000003800000446", "authenticationRequiredSetupForOffSession",
             authentication="on_session"),
    TestCard("4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds",
             authentication="always", decline="insufficient_funds"),
    TestCard("4000000000003220", "threeDSecure2Required", authentication="always"),
    TestCard("4000000000003063", "threeDSecureRequired", authentication="always"),
    TestCard("4000008400001629", "threeDSecureRequiredChargeDeclined",
             authentication="always", decline="generic_decline"),
    TestCard("4000008400001280", "threeDSecureRequiredProcessingError",
             authentication="always", decline="processing_error"),
    TestCard("4000000000003055", "threeDSecureOptional"),
    TestCard("4000000000003097", "threeDSecureOptionalProcessingError"),
    _declined("4000000000000002", "chargeDeclined", "generic_decline"),
    _declined("4000000000009995", "chargeDeclinedInsufficientFunds", "insufficient_funds"),
    _declined("4000000000009987", "chargeDeclinedLostCard", "lost_card"),
    _declined("4000000000009979", "chargeDeclinedStolenCard", "stolen_card"),
    _declined("4000000000000069", "chargeDeclinedExpiredCard", "expired_card"),
    _declined("4000000000000127", "chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    _declined("4000000000000119", "chargeDeclinedProcessingError", "processing_error"),
    _declined("4000000000006975", "chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
    TestCard("4000000000000341", "chargeCustomerFail", decline="generic_decline"),
    TestCard("4100000000000019", "radarBlock", decline="fraudulent", risk="highest"),
    TestCard("4000000000004954", "riskLevelHighest", decline="fraudulent", risk="highest"),
    TestCard("4000000000009235", "riskLevelElevated", risk="elevated"),
    TestCard("4000000000000259", "createDispute", dispute="fraudulent"),
    TestCard("4000000000002685", "createDisputeProductNotReceived",
             dispute="product_not_received"),
    TestCard("4000000000001976", "createDisputeInquiry", dispute="inquiry:fraudulent"),
    TestCard("4000000000007726", "pendingRefund", refund="pending"),
    TestCard("4000000000005126", "refundFail", refund="fails"),
)  # fmt: skip
BY_NUMBER = {card.number: card for card in CARDS}
BY_NAME = {card.name: card for card in CARDS}
BRANDS = {
    "visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
    "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay",
}  # fmt: skip
CVC_LENGTH = {"amex": 4}


def by_token(token: str) -> TestCard | None:
    """The card of `pm_card_visa`, `tok_visa`, `pm_card_visa_chargeDeclined`, or None."""
    for prefix in ("pm_card_", "tok_"):
        if token.startswith(prefix):
            name = token[len(prefix) :]
            return BY_NAME.get(name) or BY_NAME.get(name.removeprefix("visa_"))
    return None


def by_number(number: str) -> TestCard:
    """The card with this number; numbers that are none, or not for tests, are declined."""
    digits = "".join(letter for letter in number if letter not in " -")
    if not digits.isascii() or not digits.isdigit() or not 12 <= len(digits) <= 19:
        raise refusal("incorrect_number", param="number")
    if not luhn(digits):
        raise refusal("incorrect_number", param="number")
    if digits not in BY_NUMBER:
        raise CardError(
            "Your card was declined. Your request was in test mode, but used a non test card. For "
            "a list of valid test cards, visit: https://stripe.com/docs/testing.",
            code="card_declined",
            decline_code="test_mode_live_card",
            param="",
        )
    return BY_NUMBER[digits]


def luhn(digits: str) -> bool:
    """The check digit of a card number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refusal(reason: str, *, param: str | None = None, **more: Any) -> CardError:
    """The 402 of a decline."""
    decline = DECLINES[reason]
    params = {"expired_card": "exp_month", "incorrect_cvc": "cvc", "incorrect_number": "number"}
    return CardError(
        decline.message,
        code=decline.code,
        decline_code=decline.decline_code if decline.code != "incorrect_number" else None,
        param=param or params.get(reason),
        **more,
    )


def checked_expiry(month: int, year: int, now_year: int, now_month: int) -> tuple[int, int]:
    """Month and four-digit year that are not over."""
    if not 1 <= month <= 12:
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    full = year + 2000 if year < 100 else year
    if full < now_year or full > now_year + 50:
        raise CardError(
            "Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year"
        )
    if (full, month) < (now_year, now_month):
        raise CardError(
            "Your card's expiration month is invalid.",
            code="invalid_expiry_month",
            param="exp_month",
        )
    return month, full


def checked_cvc(cvc: str, brand: str) -> None:
    """Three digits, four for American Express."""
    wanted = CVC_LENGTH.get(brand, 3)
    if not (cvc.isascii() and cvc.isdigit() and len(cvc) in (wanted, 3)):
        raise CardError("Your card's security code is invalid.", code="invalid_cvc", param="cvc")

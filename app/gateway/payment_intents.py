"""PaymentIntents at Stripe. Amounts are minor units of `currency`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.errors import NotFound
from app.gateway.client import installation, stripe_call
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import StripeCharge, StripePaymentIntent

EXPAND = ["latest_charge.balance_transaction"]
WRITTEN = {  # Stripe's codes, where a capital letter alone does not make the name
    "amex": "American Express",
    "diners": "Diners Club",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "sepa_debit": "SEPA debit",
    "unionpay": "UnionPay",
}


@dataclass(frozen=True, kw_only=True)
class PaymentIntentRequest(TaggedRequest):
    operation = "payment"

    attempt: int
    amount: int
    currency: str
    capture_method: str  # automatic | manual
    description: str
    order_number: str
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class RemotePaymentIntent:
    """What Stripe says of one payment; `received_amount` is what really arrived."""

    stripe_id: str
    token: str | None  # only when this installation made it
    amount: int
    currency: str
    status: str
    received_amount: int
    client_secret: str = field(repr=False)
    charge_id: str
    method: str
    fee_amount: int
    refunded_amount: int
    disputed: bool
    failure_code: str
    failure_message: str
    failed_charge_id: str
    capture_before: datetime | None


def create_payment_intent(request: PaymentIntentRequest) -> RemotePaymentIntent:
    with stripe_call() as stripe:
        intent = stripe.v1.payment_intents.create(
            {
                "amount": request.amount,
                "currency": request.currency,
                "capture_method": "manual" if request.capture_method == "manual" else "automatic",
                "automatic_payment_methods": {"enabled": True},
                "description": request.description,
                "metadata": request.tag.metadata | {"order_number": request.order_number},
                "expand": EXPAND,
            },
            {"idempotency_key": request.tag.idempotency_key},
        )
    return _read(intent)


def retrieve_payment_intent(stripe_id: str) -> RemotePaymentIntent | Gone:
    try:
        with stripe_call() as stripe:
            return _read(stripe.v1.payment_intents.retrieve(stripe_id, {"expand": EXPAND}))
    except NotFound:
        return Gone(stripe_id)


def find_payment_intent(request: PaymentIntentRequest) -> RemotePaymentIntent | None:
    """What a forgotten idempotency key may have made: newest first, since we asked."""
    since = int(request.asked_at.timestamp()) - 600
    with stripe_call() as stripe:
        page = stripe.v1.payment_intents.list({"created": {"gte": since}, "limit": 100})
        for intent in page.auto_paging_iter():
            found = _read(intent)
            if found.token == request.token and _agrees(found, request):
                return found
    return None


def cancel_payment_intent(stripe_id: str) -> RemotePaymentIntent:
    """Make sure that it can never be paid. Stripe refuses once money is on its way."""
    with stripe_call() as stripe:
        return _read(
            stripe.v1.payment_intents.cancel(
                stripe_id, {"cancellation_reason": "abandoned", "expand": EXPAND}
            )
        )


def capture_payment_intent(stripe_id: str, *, amount: int, key: str) -> RemotePaymentIntent:
    """Take authorised money; what is left of the hold is released."""
    with stripe_call() as stripe:
        intent = stripe.v1.payment_intents.capture(
            stripe_id,
            {"amount_to_capture": amount, "expand": EXPAND},
            {"idempotency_key": f"{installation()}:{key}"},
        )
    return _read(intent)


def _agrees(found: RemotePaymentIntent, request: PaymentIntentRequest) -> bool:
    return (found.amount, found.currency) == (request.amount, request.currency)


def _read(intent: "StripePaymentIntent") -> RemotePaymentIntent:
    metadata = intent.metadata.to_dict() if intent.metadata else {}
    charge: Any = intent.latest_charge
    charge = None if isinstance(charge, str) else charge
    error = intent.last_payment_error
    return RemotePaymentIntent(
        stripe_id=intent.id,
        token=our_token(metadata, installation=installation()),
        amount=intent.amount,
        currency=intent.currency,
        status=intent.status,
        received_amount=intent.amount_received or 0,
        client_secret=intent.client_secret or "",
        charge_id=charge.id if charge else "",
        method=_method_of(charge) if charge else "",
        fee_amount=_fee_of(charge) if charge else 0,
        refunded_amount=charge.amount_refunded if charge else 0,
        disputed=bool(charge and charge.disputed),
        failure_code=_told(error, "decline_code") or _told(error, "code"),
        failure_message=_told(error, "message"),
        failed_charge_id=_told(error, "charge"),
        capture_before=_capture_before(charge) if charge else None,
    )


def _told(error: Any, name: str) -> str:
    """Stripe leaves out what does not apply, and a missing field is an AttributeError."""
    return getattr(error, name, None) or ""


def words_of_method(method: Any) -> str:
    """A payment method, or a charge's details of one, such as `Visa •••• 4242`."""
    part: Any = getattr(method, method.type, None)
    code = str(getattr(part, "brand", None) or method.type)
    name = WRITTEN.get(code, code.replace("_", " ").capitalize())
    last4 = getattr(part, "last4", None)
    return f"{name} •••• {last4}" if last4 else name


def _method_of(charge: "StripeCharge") -> str:
    details = charge.payment_method_details
    return words_of_method(details) if details is not None else ""


def _fee_of(charge: "StripeCharge") -> int:
    entry: Any = charge.balance_transaction
    return 0 if entry is None or isinstance(entry, str) else int(entry.fee)


def _capture_before(charge: "StripeCharge") -> datetime | None:
    card: Any = getattr(charge.payment_method_details, "card", None)
    moment = getattr(card, "capture_before", None)
    return datetime.fromtimestamp(moment, UTC) if moment else None

"""How the demo's customers pay: with Stripe's documented test payment methods.

They confirm at Stripe itself, as a browser would, so the shop learns of it by asking.
"""

from typing import Any, Protocol

from app.demo.values import Customer
from app.gateway.client import stripe_call

RETURN_URL = "http://127.0.0.1/return"
IBAN = "DE89370400440532013000"  # https://docs.stripe.com/testing#non-card-payments


class Sheet(Protocol):
    """What the Payment Element would get."""

    @property
    def client_secret(self) -> str: ...


def pay_by_card(sheet: Sheet, card: str = "pm_card_visa") -> None:
    """Confirm with a test card such as `pm_card_visa`; raises PaymentFailed when declined."""
    _confirm(_intent_of(sheet), {"payment_method": card})


def pay_by_debit(sheet: Sheet, payer: Customer) -> None:
    """Let the bank be debited, which takes days."""
    account = {
        "type": "sepa_debit",
        "sepa_debit": {"iban": IBAN},
        "billing_details": {"name": payer.name, "email": payer.email},
    }
    mandate = {"customer_acceptance": {"type": "offline"}}
    _confirm(_intent_of(sheet), {"payment_method_data": account, "mandate_data": mandate})


def leave_card(sheet: Sheet, card: str) -> None:
    """For what is charged when a trial is over; or pay the first invoice when there is none."""
    intent_id = _intent_of(sheet)
    with stripe_call() as stripe:
        setup = intent_id.startswith("seti_")
        intents: Any = stripe.v1.setup_intents if setup else stripe.v1.payment_intents
        intents.confirm(intent_id, {"payment_method": card, "return_url": RETURN_URL})


def charge_from_now_on(subscription_id: str, card: str) -> None:
    """Another card for what comes, as the hosted portal does it."""
    with stripe_call() as stripe:
        customer = str(stripe.v1.subscriptions.retrieve(subscription_id).customer)
        method = stripe.v1.payment_methods.attach(card, {"customer": customer})
        stripe.v1.subscriptions.update(subscription_id, {"default_payment_method": method.id})


def _confirm(intent_id: str, method: Any) -> None:
    with stripe_call() as stripe:
        stripe.v1.payment_intents.confirm(intent_id, {**method, "return_url": RETURN_URL})


def _intent_of(sheet: Sheet) -> str:
    return sheet.client_secret.split("_secret_")[0]

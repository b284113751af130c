"""How the demo's customers pay: with Stripe's documented test payment methods.

They confirm at Stripe itself, as a browser would, so the shop learns of it by asking.
"""

from typing import Any

from app.demo.values import Customer
from app.gateway.client import stripe_call
from app.services.payments import PaymentSheet

IBAN = "DE89370400440532013000"  # https://docs.stripe.com/testing#non-card-payments


def pay_by_card(sheet: PaymentSheet, card: str = "pm_card_visa") -> None:
    """Confirm with a test card such as `pm_card_visa`; raises PaymentFailed when declined."""
    _confirm(sheet, {"payment_method": card})


def pay_by_debit(sheet: PaymentSheet, payer: Customer) -> None:
    """Let the bank be debited, which takes days."""
    account = {
        "type": "sepa_debit",
        "sepa_debit": {"iban": IBAN},
        "billing_details": {"name": payer.name, "email": payer.email},
    }
    mandate = {"customer_acceptance": {"type": "offline"}}
    _confirm(sheet, {"payment_method_data": account, "mandate_data": mandate})


def _confirm(sheet: PaymentSheet, method: Any) -> None:
    intent_id = sheet.client_secret.split("_secret_")[0]
    with stripe_call() as stripe:
        stripe.v1.payment_intents.confirm(
            intent_id, {**method, "return_url": "http://127.0.0.1/return"}
        )

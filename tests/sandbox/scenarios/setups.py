"""Cards and debits set up for later."""

from typing import Any

from tests.sandbox.scenarios.scenario import RETURN_URL, Scenario

BACK = {"confirm": "true", "return_url": RETURN_URL}


def run(s: Scenario) -> None:
    """Setup intents in all their states, their attempts and mandates."""
    s.post("setup_intents", payment_method="pm_card_visa", customer=s.customer(), **BACK)
    s.post("setup_intents", payment_method="pm_card_chargeDeclined", **BACK)
    s.post("setup_intents", payment_method="pm_card_authenticationRequired", **BACK)
    _debit(s)
    _not_done(s)
    _given_along(s)
    later = s.post("setup_intents")["id"]
    s.post(f"setup_intents/{later}/confirm", payment_method="pm_card_visa", return_url=RETURN_URL)
    for intent in _known(s):
        s.get(f"setup_attempts?setup_intent={intent['id']}")
        if intent["mandate"]:
            s.get(f"mandates/{intent['mandate']}")


def _debit(s: Scenario) -> None:
    method = s.post("payment_methods", type="sepa_debit",
                    sepa_debit__iban="DE89370400440532013000", billing_details__name="Ada",
                    billing_details__email="a@example.com")["id"]  # fmt: skip
    s.post("setup_intents", payment_method=method, description="x",
           mandate_data__customer_acceptance__type="online",
           mandate_data__customer_acceptance__online__ip_address="127.0.0.1",
           mandate_data__customer_acceptance__online__user_agent="x", **BACK)  # fmt: skip


def _given_along(s: Scenario) -> None:
    """A debit that comes along with the intent, and a card that is asked for later."""
    debit = {"payment_method_data__type": "sepa_debit",
             "payment_method_data__sepa_debit__iban": "DE89370400440532013000",
             "payment_method_data__billing_details__name": "Ada",
             "payment_method_data__billing_details__email": "a@example.com"}  # fmt: skip
    s.post("setup_intents", **debit, mandate_data__customer_acceptance__type="offline", **BACK)
    later = s.post("setup_intents", usage="on_session")["id"]
    s.post(f"setup_intents/{later}", **debit)
    s.post(f"setup_intents/{later}/confirm", payment_method="pm_card_threeDSecure2Required",
           return_url=RETURN_URL)  # fmt: skip


def _not_done(s: Scenario) -> None:
    gone = s.post(
        "setup_intents",
        metadata__a="1",
        attach_to_self="true",
        flow_directions__0="inbound",
        allowed_payment_method_types__0="card",
    )["id"]
    s.post("setup_intents", excluded_payment_method_types__0="sepa_debit")
    s.post(f"setup_intents/{gone}/cancel", cancellation_reason="abandoned")


def _known(s: Scenario) -> list[dict[str, Any]]:
    return [row for row in s.answers if row["object"] == "setup_intent"]

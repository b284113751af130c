"""Payments: every card that behaves in its own way, holds, refunds, disputes, debits."""

from tests.sandbox.scenarios.scenario import DAY, RETURN_URL, Scenario


def run(s: Scenario) -> None:
    """Everything money can do."""
    _payments(s)
    _given_along(s)
    _challenges(s)
    _holds(s)
    _debits(s)
    _refunds(s)
    _disputes(s)
    s.sandbox.advance(10 * DAY)
    _lists(s)


def _payments(s: Scenario) -> None:
    s.pay(customer=s.customer(), setup_future_usage="off_session", description="x",
          receipt_email="a@example.com", statement_descriptor_suffix="MUG",
          shipping__name="Ada", shipping__address__line1="Way 1", transfer_group="g",
          metadata__a="1")  # fmt: skip
    for card in ("chargeDeclined", "radarBlock"):
        s.pay(f"pm_card_{card}")
    s.post("payment_intents", amount="1000", currency="eur",
           excluded_payment_method_types__0="sepa_debit")  # fmt: skip
    s.post("payment_intents", amount="1000", currency="eur",
           allowed_payment_method_types__0="card")  # fmt: skip


def _given_along(s: Scenario) -> None:
    """A debit that comes along with the payment, now or later."""
    debit = {"payment_method_data__type": "sepa_debit",
             "payment_method_data__sepa_debit__iban": "DE89370400440532013000",
             "payment_method_data__billing_details__name": "Ada",
             "payment_method_data__billing_details__email": "a@example.com"}  # fmt: skip
    mandate = {"mandate_data__customer_acceptance__type": "online",
               "mandate_data__customer_acceptance__online__ip_address": "127.0.0.1",
               "mandate_data__customer_acceptance__online__user_agent": "x"}  # fmt: skip
    amount = {"amount": "1000", "currency": "eur", "description": "x"}
    s.post("payment_intents", **amount, **debit, **mandate, confirm="true", return_url=RETURN_URL)
    later = s.post("payment_intents", **amount)["id"]
    s.post(f"payment_intents/{later}", **debit)
    s.post(f"payment_intents/{later}/confirm", **debit, **mandate, return_url=RETURN_URL)


def _challenges(s: Scenario) -> None:
    for outcome in ("complete", "fail"):
        intent = s.pay("pm_card_threeDSecure2Required")
        s.sandbox.finish_authentication(intent["id"], outcome)
    s.pay(use_stripe_sdk="true", method="pm_card_threeDSecure2Required")
    later = s.post("payment_intents", amount="500", currency="eur")["id"]
    s.post(f"payment_intents/{later}/confirm", payment_method="pm_card_threeDSecure2Required",
           return_url=RETURN_URL)  # fmt: skip


def _holds(s: Scenario) -> None:
    held = s.pay(capture_method="manual")["id"]
    s.post(f"payment_intents/{held}/capture", amount_to_capture="1500")
    canceled = s.pay(capture_method="manual")["id"]
    s.post(f"payment_intents/{canceled}/cancel", cancellation_reason="abandoned")
    later = s.post("payment_intents", amount="500", currency="eur")["id"]
    s.post(f"payment_intents/{later}/confirm", payment_method="pm_card_visa",
           capture_method="manual", return_url=RETURN_URL)  # fmt: skip
    charge = s.pay(capture_method="manual")["latest_charge"]
    s.post(f"charges/{charge}/capture", amount="700")


def _debits(s: Scenario) -> None:
    for iban in ("DE89370400440532013000", "DE62370400440532013001"):
        method = s.post("payment_methods", type="sepa_debit", sepa_debit__iban=iban,
                        billing_details__name="Ada",
                        billing_details__email="a@example.com")["id"]  # fmt: skip
        s.pay(method, mandate_data__customer_acceptance__type="offline")
    s.pay("pm_usBankAccount", currency="usd",
          mandate_data__customer_acceptance__type="offline")  # fmt: skip


def _refunds(s: Scenario) -> None:
    for card in ("visa", "pendingRefund", "refundFail"):
        paid = s.pay(f"pm_card_{card}")
        s.post("refunds", payment_intent=paid["id"], amount="500", reason="duplicate",
               instructions_email="a@example.com")  # fmt: skip
        s.get(f"charges/{paid['latest_charge']}/refunds")
    paid = s.pay("pm_card_pendingRefund")["id"]
    s.post(f"refunds/{s.post('refunds', payment_intent=paid)['id']}/cancel")


def _disputes(s: Scenario) -> None:
    for card in ("createDispute", "createDispute", "createDisputeInquiry"):
        s.pay(f"pm_card_{card}")
    oldest = s.get("disputes")[-1]["id"]
    s.post(f"disputes/{oldest}", evidence__uncategorized_text="x", submit="false",
           intended_submission_method="manual")  # fmt: skip
    s.post(f"disputes/{oldest}/close")


def _lists(s: Scenario) -> None:
    for path in ("balance", "account", "balance_transactions?limit=100"):
        s.get(path)

"""One of everything the sandbox can make, in as many states as it has."""

from typing import Any

from sandbox import Sandbox

DAY = 24 * 3600
PLURALS = {
    "customer": "customers", "payment_intent": "payment_intents", "charge": "charges",
    "refund": "refunds", "dispute": "disputes", "product": "products", "price": "prices",
    "setup_intent": "setup_intents", "payment_method": "payment_methods", "event": "events",
    "webhook_endpoint": "webhook_endpoints", "balance_transaction": "balance_transactions",
}  # fmt: skip
SEARCHABLE = ("customer", "payment_intent", "charge", "product", "price")
CHANGEABLE = ("customer", "payment_intent", "charge", "refund", "dispute", "product", "price",
              "setup_intent", "webhook_endpoint")  # fmt: skip
VERSION = "2026-10-28.endive"


class Scenario:
    """Makes objects through the API and collects every answer and every event's object."""

    def __init__(self, sandbox: Sandbox, raw: Any) -> None:
        self.sandbox, self.raw = sandbox, raw
        self.answers: list[dict[str, Any]] = []

    def post(self, path: str, **fields: str) -> dict[str, Any]:
        """One call; whatever comes back is kept."""
        body = "&".join(f"{_bracketed(name)}={value}" for name, value in fields.items())
        status, answer, _ = self.raw("POST", f"/v1/{path}", body, Stripe_Version=VERSION)
        if status == 402:
            answer = answer["error"].get("payment_intent") or answer["error"]["setup_intent"]
        else:
            assert status == 200, (path, body, answer)
        self.answers.append(answer)
        return dict(answer)

    def get(self, path: str) -> None:
        """One object, or the rows of a list."""
        status, answer, _ = self.raw("GET", f"/v1/{path}", Stripe_Version=VERSION)
        assert status == 200, (path, answer)
        self.answers += answer["data"] if answer["object"] == "list" else [answer]

    def pay(self, method: str = "pm_card_visa", **more: str) -> dict[str, Any]:
        usual = {"amount": "2000", "currency": "eur", "confirm": "true",
                 "payment_method": method, "return_url": "https://shop.example"}  # fmt: skip
        return self.post("payment_intents", **{**usual, **more})

    def run(self) -> list[dict[str, Any]]:
        """Everything."""
        self._customers()
        self._payments()
        self._setups()
        self._catalog()
        self._lists()
        self._each()
        return self.answers + [event["data"]["object"] for event in self.sandbox.events]

    def _customers(self) -> None:
        ada = self.post("customers", name="Ada", email="a@example.com", phone="1", description="x",
                        address__line1="Way 1", address__city="Ulm", shipping__name="Ada",
                        shipping__address__line1="Way 1", metadata__a="1", business_name="A",
                        individual_name="Ada", preferred_locales__0="de")["id"]  # fmt: skip
        self.ada = ada
        self.post(f"customers/{ada}/balance_transactions", amount="-500", currency="eur",
                  description="thanks")  # fmt: skip
        card = self.card = self.post("payment_methods/pm_card_visa/attach", customer=ada)["id"]
        self.post(f"customers/{ada}", invoice_settings__default_payment_method=card)
        self.post(f"payment_methods/{card}", metadata__a="1")

    def _payments(self) -> None:
        self.pay(customer=self.ada, setup_future_usage="off_session", description="x",
                 receipt_email="a@example.com", statement_descriptor_suffix="MUG",
                 shipping__name="Ada", shipping__address__line1="Way 1", transfer_group="g",
                 metadata__a="1")  # fmt: skip
        for card in ("chargeDeclined", "radarBlock", "createDispute", "createDisputeInquiry"):
            self.pay(f"pm_card_{card}")
        for outcome in ("complete", "fail"):
            intent = self.pay("pm_card_threeDSecure2Required")
            self.sandbox.finish_authentication(intent["id"], outcome)
        self.post("payment_intents", amount="1000", currency="eur",
                  excluded_payment_method_types__0="sepa_debit")  # fmt: skip
        self.post("payment_intents", amount="1000", currency="eur",
                  allowed_payment_method_types__0="card")  # fmt: skip
        self.pay(use_stripe_sdk="true", method="pm_card_threeDSecure2Required")
        held = self.pay(capture_method="manual")["id"]
        self.post(f"payment_intents/{held}/capture", amount_to_capture="1500")
        canceled = self.pay(capture_method="manual")["id"]
        self.post(f"payment_intents/{canceled}/cancel", cancellation_reason="abandoned")
        for card in ("visa", "pendingRefund", "refundFail"):
            paid = self.pay(f"pm_card_{card}")["id"]
            self.post("refunds", payment_intent=paid, amount="500", reason="duplicate",
                      instructions_email="a@example.com")  # fmt: skip
        self._debits()
        self.sandbox.advance(10 * DAY)

    def _debits(self) -> None:
        for iban in ("DE89370400440532013000", "DE62370400440532013001"):
            method = self.post("payment_methods", type="sepa_debit", sepa_debit__iban=iban,
                               billing_details__name="Ada",
                               billing_details__email="a@example.com")["id"]  # fmt: skip
            self.pay(method, mandate_data__customer_acceptance__type="offline")
        self.pay("pm_usBankAccount", currency="usd",
                 mandate_data__customer_acceptance__type="offline")  # fmt: skip

    def _setups(self) -> None:
        back = {"confirm": "true", "return_url": "https://shop.example"}
        self.post("setup_intents", payment_method="pm_card_visa", customer=self.ada, **back)
        self.post("setup_intents", payment_method="pm_card_chargeDeclined", **back)
        self.post("setup_intents", payment_method="pm_card_authenticationRequired", **back)
        method = self.post("payment_methods", type="sepa_debit",
                           sepa_debit__iban="DE89370400440532013000",
                           billing_details__name="Ada",
                           billing_details__email="a@example.com")["id"]  # fmt: skip
        self.post("setup_intents", payment_method=method, description="x",
                  mandate_data__customer_acceptance__type="online",
                  mandate_data__customer_acceptance__online__ip_address="127.0.0.1",
                  mandate_data__customer_acceptance__online__user_agent="x", **back)  # fmt: skip
        gone = self.post("setup_intents", metadata__a="1", attach_to_self="true",
                         flow_directions__0="inbound",
                         allowed_payment_method_types__0="card")["id"]  # fmt: skip
        self.post("setup_intents", excluded_payment_method_types__0="sepa_debit")
        self.post(f"setup_intents/{gone}/cancel", cancellation_reason="abandoned")

    def _catalog(self) -> None:
        mug = self.post("products", name="Mug", description="x", images__0="https://x.example/1",
                        url="https://x.example", statement_descriptor="MUG", unit_label="piece",
                        tax_code="txcd_99999999", shippable="true",
                        package_dimensions__height="1", package_dimensions__length="1",
                        package_dimensions__weight="1", package_dimensions__width="1",
                        marketing_features__0__name="Holds tea",
                        default_price_data__currency="eur",
                        default_price_data__unit_amount="900")["id"]  # fmt: skip
        self.post("prices", product=mug, currency="eur", unit_amount="900", nickname="n",
                  recurring__interval="month", lookup_key="mug", tax_behavior="inclusive",
                  transform_quantity__divide_by="2", transform_quantity__round="up")  # fmt: skip
        self.post("prices", product=mug, currency="eur", custom_unit_amount__enabled="true",
                  custom_unit_amount__minimum="100")  # fmt: skip
        self.post("webhook_endpoints", url="http://127.0.0.1:1/", enabled_events__0="*",
                  description="x", api_version=VERSION)  # fmt: skip

    def _lists(self) -> None:
        for path in ("balance", "account", "balance_transactions?limit=100", "charges?limit=100",
                     "payment_intents?limit=100", "refunds", "disputes", "events?limit=100",
                     "setup_intents", "customers", "products", "prices", "webhook_endpoints",
                     f"customers/{self.ada}/payment_methods", "payment_methods?limit=100",
                     f"customers/{self.ada}/balance_transactions"):  # fmt: skip
            self.get(path)
        for row in [row for row in self.answers if row["object"] == "setup_intent"]:
            self.get(f"setup_attempts?setup_intent={row['id']}")
            if row["mandate"]:
                self.get(f"mandates/{row['mandate']}")

    def _each(self) -> None:
        """Every kind by its id, searched, changed; what can be taken away is taken away."""
        newest = {row["object"]: row["id"] for row in self.answers if row.get("id")}
        for kind, plural in PLURALS.items():
            self.get(f"{plural}/{newest[kind]}")
            if kind in SEARCHABLE:
                answer = self.raw("GET", f"/v1/{plural}/search?query=created>0")[1]
                self.answers += answer["data"]
            if kind in CHANGEABLE:
                self.post(f"{plural}/{newest[kind]}", metadata__b="2")
        charge = next(row["id"] for row in self.answers if row["object"] == "charge")
        self.get(f"charges/{charge}/refunds")
        self.get(f"customers/{self.ada}/payment_methods/{self.card}")
        self.post(f"payment_methods/{self.card}/detach")
        self._open_ends()
        self.raw("DELETE", f"/v1/webhook_endpoints/{newest['webhook_endpoint']}")
        self.raw("DELETE", f"/v1/products/{self.post('products', name='x')['id']}")
        self.raw("DELETE", f"/v1/customers/{self.ada}")

    def _open_ends(self) -> None:
        setup = self.post("setup_intents")["id"]
        self.post(f"setup_intents/{setup}/confirm", payment_method="pm_card_visa",
                  return_url="https://shop.example")  # fmt: skip
        intent = self.post("payment_intents", amount="500", currency="eur")["id"]
        self.post(f"payment_intents/{intent}/confirm", payment_method="pm_card_visa",
                  capture_method="manual", return_url="https://shop.example")  # fmt: skip
        held = self.pay(capture_method="manual")["latest_charge"]
        self.post(f"charges/{held}/capture", amount="700")
        paid = self.pay("pm_card_pendingRefund")["id"]
        self.post(f"refunds/{self.post('refunds', payment_intent=paid)['id']}/cancel")
        self.pay("pm_card_createDispute")
        disputes = self.raw("GET", "/v1/disputes")[1]["data"]
        self.post(f"disputes/{disputes[0]['id']}", evidence__uncategorized_text="x", submit="false",
                  intended_submission_method="manual")  # fmt: skip
        self.post(f"disputes/{disputes[0]['id']}/close")
        change = self.raw("GET", f"/v1/customers/{self.ada}/balance_transactions")[1]["data"][0]
        self.post(f"customers/{self.ada}/balance_transactions/{change['id']}", description="y")
        self.get(f"customers/{self.ada}/balance_transactions/{change['id']}")
        source = self.post(f"customers/{self.ada}/sources", source="tok_visa")["id"]
        self.post(f"customers/{self.ada}/sources/{source}", name="Ada", address_line1="Way 1")
        self.get(f"customers/{self.ada}/sources/{source}")
        self.get(f"customers/{self.ada}/sources")


def _bracketed(name: str) -> str:
    head, *rest = name.split("__")
    return head + "".join(f"[{step}]" for step in rest)

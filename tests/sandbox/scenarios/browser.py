"""What Stripe.js calls with its publishable key."""

from tests.sandbox.scenarios.scenario import VERSION, Scenario

CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
ACCOUNT = {"country": "US", "currency": "usd", "routing_number": "110000000",
           "account_number": "000123456789", "account_holder_name": "Ada",
           "account_holder_type": "individual", "account_type": "checking"}  # fmt: skip


def run(s: Scenario) -> None:
    """Tokens of everything, and a form that is about to be shown."""
    token = s.post("tokens", **{f"card__{key}": value for key, value in CARD.items()})
    s.post("tokens", **{f"bank_account__{key}": value for key, value in ACCOUNT.items()})
    s.post("tokens", cvc_update__cvc="123")
    s.post("tokens", pii__id_number="000000000")
    s.get(f"tokens/{token['id']}")
    s.post("payment_methods", type="card", card__token=token["id"])
    deferred = "deferred_intent[mode]=payment&deferred_intent[currency]=eur"
    _in_browser(s, "GET", f"elements/sessions?{deferred}")
    _in_browser(s, "POST", "elements/payment_methods/pm_1/detach")


def _in_browser(s: Scenario, method: str, path: str) -> None:
    s.raw(method, f"/v1/{path}", Authorization="Bearer pk_test_1", Stripe_Version=VERSION)

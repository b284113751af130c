"""Customers, what they owe, and what they pay with."""

from tests.sandbox.scenarios.scenario import Scenario


def run(s: Scenario) -> None:
    """Ada, with everything that can be known of her."""
    ada = s.post("customers", name="Ada", email="a@example.com", phone="1", description="x",
                 address__line1="Way 1", address__city="Ulm", shipping__name="Ada",
                 shipping__address__line1="Way 1", metadata__a="1", business_name="A",
                 individual_name="Ada", preferred_locales__0="de")["id"]  # fmt: skip
    _balance(s, ada)
    _cards(s, ada)
    _sources(s, ada)


def _balance(s: Scenario, ada: str) -> None:
    changes = f"customers/{ada}/balance_transactions"
    change = s.post(changes, amount="-500", currency="eur", description="thanks")["id"]
    s.post(f"{changes}/{change}", description="y")
    s.get(f"{changes}/{change}")
    s.get(changes)


def _cards(s: Scenario, ada: str) -> None:
    card = s.post("payment_methods/pm_card_visa/attach", customer=ada)["id"]
    s.post(f"customers/{ada}", invoice_settings__default_payment_method=card)
    s.post(f"payment_methods/{card}", metadata__a="1")
    s.post("payment_methods", type="card", card__number="4242424242424242", card__exp_month="12",
           card__exp_year="2040", card__cvc="123")  # fmt: skip
    s.post("payment_methods", type="us_bank_account", billing_details__name="Ada",
           us_bank_account__account_holder_type="individual",
           us_bank_account__account_number="000123456789",
           us_bank_account__routing_number="110000000")  # fmt: skip
    s.get(f"customers/{ada}/payment_methods")
    s.get(f"customers/{ada}/payment_methods/{card}")


def _sources(s: Scenario, ada: str) -> None:
    source = s.post(f"customers/{ada}/sources", source="tok_visa")["id"]
    s.post(f"customers/{ada}/sources/{source}", name="Ada", address_line1="Way 1")
    s.get(f"customers/{ada}/sources/{source}")
    s.get(f"customers/{ada}/sources")


def end(s: Scenario) -> None:
    """Ada leaves, after her cards."""
    ada = s.get("customers")[0]["id"]
    for method in s.get(f"customers/{ada}/payment_methods"):
        s.post(f"payment_methods/{method['id']}/detach")
    s.delete(f"customers/{ada}")

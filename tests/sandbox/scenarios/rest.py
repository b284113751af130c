"""Test clocks and what else stands beside payments and bills."""

from typing import Any

from tests.sandbox.scenarios.scenario import DAY, RETURN_URL, Scenario

START = 1_700_000_000
DATA = "payment_method_data"
BANK = (
    f"{DATA}[sepa_debit][iban]=DE89370400440532013000&{DATA}[billing_details][name]=Ada"
    f"&{DATA}[billing_details][email]=ada@example.com"
)


def run(s: Scenario) -> None:
    """One of everything."""
    _clocks(s)
    _tokens(s)
    _payouts(s)
    _files(s)


def _clocks(s: Scenario) -> None:
    known = s.customer()
    clock = s.post("test_helpers/test_clocks", frozen_time=START, name="A+year", customer=known)
    s.customer(test_clock=clock["id"])
    s.get(f"customers?test_clock={clock['id']}")
    s.post(f"test_helpers/test_clocks/{clock['id']}/advance", frozen_time=START + DAY)


def _tokens(s: Scenario) -> None:
    customer = s.customer()
    features = "components__payment_element__features__payment_method_redisplay"
    s.post("customer_sessions", customer=customer, components__payment_element__enabled="true",
           components__customer_sheet__enabled="true", **{features: "enabled"})  # fmt: skip
    token = s.post("test_helpers/confirmation_tokens", payment_method="pm_card_visa",
                   payment_method_options__card__installments__plan__type="fixed_count",
                   return_url=RETURN_URL, setup_future_usage="off_session", shipping__name="Ada",
                   shipping__address__line1="1+Road")  # fmt: skip
    intent = s.post("payment_intents", amount="2000", currency="eur", customer=customer)
    s.post(f"payment_intents/{intent['id']}/confirm", confirmation_token=token["id"])
    s.get(f"confirmation_tokens/{token['id']}")
    token = _in_a_browser(s, f"payment_method_data[type]=sepa_debit&{BANK}")
    intent = s.post("setup_intents", customer=customer)
    s.post(f"setup_intents/{intent['id']}/confirm", confirmation_token=token["id"],
           return_url=RETURN_URL)  # fmt: skip


def _in_a_browser(s: Scenario, body: str) -> Any:
    key = "Bearer pk_test_1"
    _, token, _ = s.raw("POST", "/v1/confirmation_tokens", body, Authorization=key)
    s.answers.append(token)
    return token


def _payouts(s: Scenario) -> None:
    s.pay("pm_card_bypassPending", amount="50000", currency="usd")
    rules = "payments__payouts__automatic_transfer_rules_by_currency__usd"
    s.post("balance_settings", payments__payouts__schedule__interval="daily",
           payments__payouts__statement_descriptor="SHOP",
           payments__payouts__minimum_balance_by_currency__usd="30000",
           payments__settlement_timing__start_of_day__hour="0",
           **{f"{rules}__0__type": "transfer_all", f"{rules}__0__payout_method": "pm"})  # fmt: skip
    usual = {"amount": "1000", "currency": "usd"}
    paid = s.post("payouts", **usual, description="Rent", statement_descriptor="RENT",
                  metadata__for="rent", payout_method="fa_1")  # fmt: skip
    failing = s.post("payouts", **usual, destination="ba_noAccount", method="instant")
    gone = s.post("payouts", **usual, source_type="card")
    s.post(f"payouts/{gone['id']}/cancel")
    s.sandbox.advance(3 * DAY)
    back = s.post(f"payouts/{paid['id']}/reverse")
    for payout in (paid, failing, gone, back):
        s.get(f"payouts/{payout['id']}?expand[]=destination&expand[]=balance_transaction")
    s.get("balance_transactions?payout=" + s.get("payouts?status=paid")[0]["id"])
    s.get("balance_settings")


def _files(s: Scenario) -> None:
    names = {"purpose": "dispute_evidence", "file_link_data[create]": "true"}
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in names.items()]
    parts.append('name="file"; filename="receipt.pdf"\r\n\r\n%PDF-1.4')
    lines = [f"--edge\r\nContent-Disposition: form-data; {part}\r\n" for part in parts]
    _, file, _ = s.raw("POST", "/v1/files", "".join(lines) + "--edge--\r\n",
                       Content_Type="multipart/form-data; boundary=edge")  # fmt: skip
    s.answers.append(file)
    link = s.post("file_links", file=file["id"], expires_at=s.sandbox.account.now + DAY)
    s.get(f"files/{file['id']}")
    s.get(f"file_links/{link['id']}?expand[]=file")
    s.pay("pm_card_createDispute")
    (dispute,) = s.get("disputes")
    s.post(f"disputes/{dispute['id']}", evidence__receipt=file["id"])
    headers = {"Authorization": "Bearer sk_test_1"}
    s.sandbox.test_client().get(f"/v1/files/{file['id']}/contents", headers=headers)


def end(s: Scenario) -> None:
    """What takes things away."""
    for clock in s.get("test_helpers/test_clocks"):
        s.delete(f"test_helpers/test_clocks/{clock['id']}")

"""The Link Authentication Element asks for the email, so that no other form has to."""

from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Counter, Till

PURPOSE = {"mode": "payment", "amount": 4200, "currency": "eur"}


def test_an_email_is_told_when_it_is_one(counter: Counter) -> None:
    counter.open_group()
    field = counter.mount("linkAuthentication").get_by_label("Email")
    field.fill("ada@")
    assert not counter.changed("linkAuthentication", "!change.empty")["complete"]

    field.fill("ada@example.com")

    change = counter.changed("linkAuthentication", "change.complete")
    assert change["value"] == {"email": "ada@example.com"}
    counter.run("linkAuthentication.clear();")
    assert counter.changed("linkAuthentication", "change.empty")["value"] == {"email": ""}


def test_its_email_goes_along_with_the_payment(counter: Counter, till: Till) -> None:
    counter.open_group(**PURPOSE)
    counter.mount("linkAuthentication", "#one", defaultValues={"email": "ada@example.com"})
    form = counter.mount("payment", "#two")
    form.get_by_role("button", name="Bank debit").click()
    expect(form.get_by_label("Full name")).to_be_visible()
    expect(form.get_by_label("Email")).to_be_hidden()
    form.get_by_label("Full name").fill("Ada Lovelace")
    form.get_by_label("IBAN").fill("DE89370400440532013000")

    result = counter.run(
        "await group.submit();"
        "return stripe.confirmPayment({elements: group, clientSecret: given, redirect: 'if_required'});",
        till.intent()["client_secret"],
    )

    method = till.now(result["paymentIntent"]["payment_method"])
    assert method["billing_details"]["email"] == "ada@example.com"


def test_where_no_wallet_is_at_hand_express_checkout_says_so(counter: Counter) -> None:
    counter.open_group(**PURPOSE)
    counter.mount("expressCheckout")

    assert counter.last("ready", "expressCheckout")["availablePaymentMethods"] is None
    expect(counter.page.locator("#one")).to_be_empty()

"""The Address Element: a country's own fields, and what it lends to the payment beside it."""

from typing import Any

from playwright.sync_api import FrameLocator, expect

from tests.sandbox.browser.conftest import Counter, Till

PURPOSE = {"mode": "payment", "amount": 4200, "currency": "eur"}
HOME = {
    "line1": "Unter den Linden 1",
    "line2": "",
    "city": "Berlin",
    "postal_code": "10117",
    "country": "DE",
}


def test_an_address_has_the_fields_of_its_country(counter: Counter) -> None:
    counter.open_group()
    form = counter.mount("address", mode="shipping", defaultValues={"address": {"country": "US"}})
    expect(form.get_by_label("ZIP code")).to_be_visible()
    form.get_by_label("Full name").fill("Ada Lovelace")
    form.get_by_label("Address line 1").fill("1 Main St")
    form.get_by_label("City").fill("Springfield")
    form.get_by_label("ZIP code").fill("62701")
    assert not counter.run("return (await address.getValue()).complete;")
    form.get_by_label("State").select_option("IL")

    change = counter.changed("address", "change.complete")

    assert change["elementMode"] == "shipping"
    assert change["value"] == {
        "name": "Ada Lovelace",
        "address": {
            "line1": "1 Main St",
            "line2": None,
            "city": "Springfield",
            "state": "IL",
            "postal_code": "62701",
            "country": "US",
        },
    }
    assert counter.run("return address.getValue();")["value"] == change["value"]
    form.get_by_label("Country").select_option("DE")
    expect(form.get_by_label("State")).to_be_hidden()
    expect(form.get_by_label("Postal code")).to_have_value("62701")


def test_the_shop_says_what_is_asked_and_where_it_sends(counter: Counter) -> None:
    counter.open_group()
    form = counter.mount(
        "address",
        mode="shipping",
        allowedCountries=["AT", "DE"],
        blockPoBox=True,
        defaultValues={"firstName": "Ada", "lastName": "Lovelace", "phone": "1", "address": HOME},
        display={"name": "split"},
        fields={"phone": "always"},
    )
    expect(form.get_by_label("Country").locator("option")).to_have_text(["Austria", "Germany"])
    expect(form.get_by_label("Address line 2 (optional)")).to_have_value("")
    assert not counter.run("return (await address.getValue()).complete;")

    form.get_by_label("Phone number").fill("+49 30 1234567")
    value = counter.changed("address", "change.complete")["value"]
    assert (value["name"], value["firstName"]) == ("Ada Lovelace", "Ada")
    assert value["phone"] == "+49 30 1234567"

    form.get_by_label("Address line 1").fill("P.O. Box 12")
    assert not counter.changed("address", "change.value.address.line1.includes('Box')")["complete"]
    counter.run("address.update({blockPoBox: false, fields: {phone: 'never'}});")
    expect(form.get_by_label("Phone number")).to_be_hidden()
    assert counter.run("return (await address.getValue()).complete;")


def test_both_addresses_go_along_with_the_payment(counter: Counter, till: Till) -> None:
    counter.open_group(**PURPOSE)
    payment = counter.mount("payment", "#one")
    _card(payment)
    expect(payment.get_by_label("Country")).to_be_visible()
    counter.run("window.to = await mount(group.create('address', {mode: 'shipping'}), '#two');")
    counter.run("window.by = await mount(group.create('address', {mode: 'billing'}), '#three');")
    expect(payment.get_by_label("Country")).to_be_hidden()
    error = counter.run("return (await group.submit()).error;")
    assert error["code"] in ("incomplete_name", "incomplete_field")

    _home(counter.page.frame_locator("#two iframe"))
    bill = counter.page.frame_locator("#three iframe")
    expect(bill.get_by_label("Billing address is the same as shipping")).to_be_checked()
    expect(bill.get_by_label("City")).to_be_hidden()
    paid = _pay(counter, till)

    assert paid["shipping"]["address"]["city"] == "Berlin"
    method = till.now(paid["payment_method"])
    assert (method["billing_details"]["name"], method["billing_details"]["address"]["city"]) == (
        "Ada Lovelace",
        "Berlin",
    )


def test_a_bill_may_go_elsewhere(counter: Counter, till: Till) -> None:
    counter.open_group(**PURPOSE)
    _card(counter.mount("payment", "#one"))
    counter.run("window.to = await mount(group.create('address', {mode: 'shipping'}), '#two');")
    counter.run("window.by = await mount(group.create('address', {mode: 'billing'}), '#three');")
    _home(counter.page.frame_locator("#two iframe"))
    bill = counter.page.frame_locator("#three iframe")
    same = bill.get_by_label("Billing address is the same as shipping")
    expect(same).to_be_checked()
    same.press("Space")  # by keyboard: the frame still grows while it is filled
    expect(same).not_to_be_checked()
    _home(bill, city="Potsdam")

    paid = _pay(counter, till)

    assert paid["shipping"]["address"]["city"] == "Berlin"
    billed = till.now(paid["payment_method"])["billing_details"]
    assert billed["address"]["city"] == "Potsdam"


def _home(form: FrameLocator, **other: str) -> None:
    home = HOME | other
    form.get_by_label("Country").select_option(home["country"])
    form.get_by_label("Full name").fill("Ada Lovelace")
    form.get_by_label("Address line 1").fill(home["line1"])
    form.get_by_label("Postal code").fill(home["postal_code"])
    form.get_by_label("City").fill(home["city"])


def _card(form: FrameLocator) -> None:
    form.get_by_label("Card number").fill("4242424242424242")
    form.get_by_label("Expiration date").fill("1234")
    form.get_by_label("Security code").fill("123")
    form.get_by_label("Country").select_option("DE")


def _pay(counter: Counter, till: Till) -> Any:
    intent = till.intent()
    result = counter.run(
        "const {error} = await group.submit(); if (error) return {error};"
        "return stripe.confirmPayment({elements: group, clientSecret: given, redirect: 'if_required'});",
        intent["client_secret"],
    )
    assert "error" not in result, result
    return till.now(intent["id"])

"""The page of a payment link, from the address to the thanks."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.sandbox.browser.conftest import Buyer, Till

LINE = "line_items[0]"


@pytest.fixture
def link(till: Till) -> dict[str, Any]:
    """Give what you want, 20 euros unless you say."""
    price = till.post(
        "prices",
        **{"currency": "eur", "product_data[name]": "Donation", "custom_unit_amount[enabled]": "true",
           "custom_unit_amount[minimum]": "500", "custom_unit_amount[preset]": "2000"},
    )["id"]  # fmt: skip
    item = {f"{LINE}[price]": price, f"{LINE}[quantity]": "1"}
    thanks = {"after_completion[type]": "hosted_confirmation",
              "after_completion[hosted_confirmation][custom_message]": "You are wonderful."}  # fmt: skip
    return till.post("payment_links", submit_type="donate", **item, **thanks)


def test_somebody_gives_what_he_wants_and_is_thanked(
    till: Till, buyer: Buyer, link: dict[str, Any]
) -> None:
    page = buyer.page
    page.goto(f"{link['url']}?prefilled_email=ada@example.com")
    buyer.form.get_by_label("Card number").wait_for()

    amount = page.get_by_label("Amount for Donation")
    amount.fill("4")
    amount.press("Tab")
    expect(page.get_by_text("outside of what this price allows")).to_be_visible()
    amount.fill("35")
    amount.press("Tab")
    expect(page.locator("#submit")).to_have_text("Donate €35.00")
    expect(page.get_by_label("Email").first).to_have_value("ada@example.com")
    page.get_by_label("Name on the card").fill("Ada")
    buyer.fill_card("4242424242424242")
    page.locator("#submit").click()

    expect(page.get_by_text("You are wonderful.")).to_be_visible()
    (session,) = till.sandbox.account.where("checkout.session", "payment_link", link["id"])
    assert (session["amount_total"], session["payment_status"]) == (3500, "paid")


def test_a_closed_link_says_so_on_every_screen(
    till: Till, buyer: Buyer, link: dict[str, Any], axe: Any
) -> None:
    till.post(f"payment_links/{link['id']}", active="false", inactive_message="We are full.")

    buyer.page.goto(link["url"])

    expect(buyer.page.get_by_text("We are full.")).to_be_visible()
    assert axe(buyer.page.main_frame) == []

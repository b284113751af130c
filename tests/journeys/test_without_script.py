"""Without JavaScript everything works but typing a card."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper
from tests.servers import RunningShop


@pytest.fixture
def plain(
    new_context: Callable[..., BrowserContext],
    shop_server: RunningShop,
    watch: Callable[[Any], Any],
) -> Shopper:
    """Somebody whose browser runs no scripts."""
    context = new_context(java_script_enabled=False)
    plain: Shopper = watch(Shopper(context.new_page(), shop_server.url))
    return plain


def test_the_cart_works_without_script(plain: Shopper) -> None:
    plain.open("/products/mug")
    plain.page.get_by_label("Quantity").fill("2")
    plain.button("Add to cart").click()
    plain.open("/products/notebook")
    plain.button("Add to cart").click()

    plain.open("/cart")
    expect(plain.page.locator("main").get_by_text("€50.50").first).to_be_visible()
    mug = plain.page.locator("li", has_text="Mug").first
    mug.get_by_role("button", name="Remove").click()

    expect(plain.page.locator("main").get_by_text("Mug")).to_have_count(0)
    expect(plain.page.locator("main").get_by_text("€12.50").first).to_be_visible()


def test_an_order_is_placed_without_script_and_paid_later_with_it(
    plain: Shopper, shopper: Shopper, ledger: Ledger
) -> None:
    plain.open("/products/mug")
    plain.button("Add to cart").click()
    plain.open("/checkout")
    plain.fill_contact()
    plain.pay_button.click()
    plain.reads("Your order waits for its payment")
    order = ledger.only_order_of(plain.email)

    shopper.open(f"/orders/{order.token}")
    shopper.pay()

    shopper.reads("Thank you. The money is here.")
    assert ledger.only_order_of(plain.email).charges == 1

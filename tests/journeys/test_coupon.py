"""Buying with a code: with the keys alone, and without script."""

import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from app.db import transaction
from app.models import Coupon
from tests.goods import add_coupon
from tests.journeys import axe
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper
from tests.journeys.test_keyboard import go_to, press
from tests.servers import RunningShop


def test_a_code_is_tried_redeemed_and_paid_with_the_keys_alone(
    shopper: Shopper, ledger: Ledger
) -> None:
    code = add(ledger)
    page, keys = shopper.page, shopper.page.keyboard
    shopper.put_in_cart()
    shopper.open("/cart")
    press(shopper, page.get_by_text("Have a code?"))
    field = page.get_by_label("Code")
    go_to(shopper, field)

    keys.type("wrong")
    keys.press("Enter")
    expect(page.get_by_role("alert").get_by_text("We do not know the code WRONG.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill(f" {code.lower()} ")
    keys.press("Enter")
    expect(page.get_by_text(f"{code} takes €1.90 off.")).to_be_focused()
    expect(page.locator(".sums .total")).to_contain_text("€22.00")
    press(shopper, shopper.button(f"Take {code} off"))
    expect(page.get_by_text("Have a code?")).to_be_focused()
    keys.press("Enter")
    go_to(shopper, field)
    keys.type(code)
    keys.press("Enter")
    expect(page.get_by_text(f"{code} takes €1.90 off.")).to_be_focused()
    press(shopper, page.get_by_role("link", name="To checkout"))
    shopper.fill_contact()
    expect(page.locator("#order-summary")).to_contain_text(f"Discount, {code}")
    shopper.pay()

    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)
    assert (order.charges, order.paid) == (1, 2200)
    expect(page.locator("main")).to_contain_text(f"Discount, {code}")
    ledger.check()
    (letter,) = ledger.letters_to(shopper.email, "order_confirmation")
    assert f"Discount, {code}: -€1.90" in letter


def test_codes_can_be_used_by_everybody(shopper: Shopper, ledger: Ledger) -> None:
    code, page = add(ledger), shopper.page
    shopper.put_in_cart()
    shopper.open("/cart")
    page.get_by_text("Have a code?").click()
    page.get_by_label("Code").fill("wrong")
    shopper.button("Redeem").click()
    expect(page.get_by_text("We do not know the code WRONG.")).to_be_visible()
    found = axe.problems(page)
    page.get_by_label("Code").fill(code)
    shopper.button("Redeem").click()
    expect(page.get_by_text(f"{code} takes €1.90 off.")).to_be_visible()
    found += axe.problems(page)
    with ledger.opened(), transaction() as session:
        session.scalars(select(Coupon).filter_by(code=code)).one().active = False
    shopper.open("/cart")
    expect(page.get_by_text("is not in use any more. Nothing is taken off.")).to_be_visible()
    found += axe.problems(page)

    assert not found, "\n".join(found)


def test_a_code_is_redeemed_and_taken_off_without_script(
    new_context: Callable[..., BrowserContext],
    shop_server: RunningShop,
    watch: Callable[[Any], Any],
    ledger: Ledger,
) -> None:
    code = add(ledger)
    context = new_context(java_script_enabled=False)
    plain: Shopper = watch(Shopper(context.new_page(), shop_server.url))
    page = plain.page
    plain.open("/products/mug")
    plain.button("Add to cart").click()

    page.get_by_text("Have a code?").click()
    page.get_by_label("Code").fill("wrong")
    plain.button("Redeem").click()
    expect(page.get_by_text("We do not know the code WRONG.")).to_be_visible()
    page.get_by_label("Code").fill(code)
    plain.button("Redeem").click()
    expect(page.get_by_text(f"{code} takes €1.90 off.")).to_be_visible()
    plain.button(f"Take {code} off").click()

    expect(page.get_by_text("Have a code?")).to_be_visible()
    expect(page.locator(".sums .total")).to_contain_text("€23.90")


def add(ledger: Ledger) -> str:
    """Ten percent off, with a code of this test's own."""
    code = f"TEN-{secrets.token_hex(3).upper()}"
    with ledger.opened():
        add_coupon(code, max_uses_per_customer=1)
    return code

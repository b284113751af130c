"""The whole purchase without touching a mouse."""

from playwright.sync_api import Locator, expect

from tests.journeys.ledger import Ledger
from tests.journeys.pages import ADDRESS, GOOD, Shopper

FAR = 60  # so many times Tab is pressed before it counts as lost


def go_to(shopper: Shopper, target: Locator) -> None:
    """Press Tab until this has the focus."""
    for _ in range(FAR):
        if target.evaluate("it => it === document.activeElement"):
            return
        shopper.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {target}")


def press(shopper: Shopper, target: Locator, key: str = "Enter") -> None:
    go_to(shopper, target)
    shopper.page.keyboard.press(key)


def test_the_whole_purchase_needs_nothing_but_keys(shopper: Shopper, ledger: Ledger) -> None:
    page, keys = shopper.page, shopper.page.keyboard
    shopper.open("/products")
    press(shopper, page.locator("main").get_by_role("link", name="Mug").first)
    press(shopper, shopper.button("Add to cart"))
    press(shopper, page.get_by_role("dialog").get_by_role("link", name="To checkout"))

    go_to(shopper, page.get_by_label("E-mail"))
    keys.type(shopper.email)
    for label, value in ADDRESS.items():
        go_to(shopper, page.get_by_label(label, exact=True))
        keys.type(value)
    express = page.get_by_role("radio", name="Express")
    go_to(shopper, page.get_by_role("radio", name="Standard"))
    keys.press("ArrowDown")
    expect(express).to_be_checked()
    expect(shopper.pay_button).to_have_text("Pay €28.90")

    go_to(shopper, shopper.form.get_by_label("Card number"))
    keys.type(GOOD)
    for label, value in (("Expiration date", "1234"), ("Security code", "123")):
        go_to(shopper, shopper.form.get_by_label(label))
        keys.type(value)
    go_to(shopper, shopper.form.get_by_label("Country"))
    keys.type("Germany")
    press(shopper, shopper.pay_button)

    shopper.reads("Thank you. The money is here.")
    order = ledger.only_order_of(shopper.email)
    assert (order.charges, order.paid) == (1, 2890)


def test_closing_the_cart_gives_the_focus_back(shopper: Shopper) -> None:
    shopper.put_in_cart()

    shopper.page.keyboard.press("Escape")

    expect(shopper.page.get_by_role("dialog")).to_have_count(0)
    expect(shopper.button("Add to cart")).to_be_focused()

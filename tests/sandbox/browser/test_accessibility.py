"""axe-core finds nothing serious where a person looks, in either scheme and width."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.browser.conftest import Buyer, Counter, Till

Axe = Callable[[Any], list[str]]


def test_axe_does_find_what_is_wrong(page: Page, axe: Axe) -> None:
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input></main>")

    assert [found.partition(":")[0] for found in axe(page)] == ["label"]


@pytest.mark.parametrize(
    ("theme", "layout"), [("stripe", "tabs"), ("night", "accordion"), ("flat", "tabs")]
)
def test_the_payment_element(buyer: Buyer, till: Till, axe: Axe, theme: str, layout: str) -> None:
    dressed = {"appearance": {"theme": theme}}
    buyer.open(till.intent()["client_secret"], elements=dressed, payment={"layout": layout})
    frame = next(f for f in buyer.page.frames if "/elements/payment" in f.url)
    # A frame is see-through: the checker needs the ground that a shop would give it.
    ground = "#161d24" if theme == "night" else "#fff"
    frame.evaluate("(color) => { document.body.style.backgroundColor = color; }", ground)
    assert axe(frame) == []

    buyer.pay()
    expect(buyer.form.get_by_text("Your card number is incomplete.")).to_be_visible()
    assert axe(frame) == []

    buyer.form.get_by_role("button", name="Bank debit").click()
    assert axe(frame) == []


@pytest.mark.parametrize(("theme", "labels"), [("stripe", "floating"), ("night", "above")])
def test_the_other_elements(counter: Counter, axe: Axe, theme: str, labels: str) -> None:
    counter.page.set_viewport_size({"width": 390, "height": 844})
    appearance = {"theme": theme, "labels": labels}
    counter.open_group(mode="setup", appearance=appearance)
    counter.mount("linkAuthentication", "#one")
    counter.mount("address", "#two", mode="shipping", display={"name": "split"})
    counter.mount("card", "#three")
    counter.mount("payment", "#four", layout="accordion")
    counter.run("await group.submit();")

    ground = "#161d24" if theme == "night" else "#fff"
    for frame in counter.page.frames[1:]:
        frame.evaluate("(color) => { document.body.style.backgroundColor = color; }", ground)
        assert (frame.url, axe(frame)) == (frame.url, [])
    assert counter.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_question_of_the_bank(buyer: Buyer, till: Till, axe: Axe, scheme: Any) -> None:
    buyer.page.emulate_media(color_scheme=scheme)
    buyer.open(till.intent()["client_secret"])
    buyer.fill_card("4000002500003155")
    buyer.pay()
    expect(buyer.bank.get_by_role("button", name="Complete")).to_be_visible()

    assert axe(buyer.page) == []
    assert axe(next(f for f in buyer.page.frames if "/3ds/" in f.url)) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_dashboard(page: Page, till: Till, axe: Axe, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    customer = till.post("customers", name="Ada Lovelace", email="ada@example.com")
    intent = till.intent(customer=customer["id"])
    event = till.sandbox.events[-1]["id"]
    paths = ["/", "/test/payments", f"/test/payments/{intent['id']}", f"/test/events/{event}"]
    for path in [*paths, "/test/webhooks", "/test/logs", "/controls", "/search?q=ada", "/test/x/y"]:
        page.goto(till.url + path)
        assert (path, axe(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width

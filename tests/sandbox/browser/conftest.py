"""A sandbox on a port, a shop on another, and a buyer in Chromium before them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import BrowserContext, ConsoleMessage, FrameLocator, Page, expect

from sandbox import Sandbox, create_sandbox
from sandbox.server import Handler, Server, cutting
from tests.sandbox.browser.shop import checkout_path, create_shop

SECRET_KEY = "sk_test_123456789012345"
BY_PATIENCE_MS = 30_000


class Till:
    """The sandbox as a merchant's server sees it."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox, self.url = sandbox, url
        self._client = sandbox.test_client()

    def post(self, path: str, **params: Any) -> dict[str, Any]:
        """One call with the secret key."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}", "Stripe-Version": "2026-10-28.endive"}
        answer = self._client.post(f"/v1/{path}", data=params, headers=headers, base_url=self.url)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return dict(answer.get_json())

    def intent(self, **params: Any) -> dict[str, Any]:
        """A new PaymentIntent over 42.00 EUR."""
        return self.post("payment_intents", **{"amount": "4200", "currency": "eur", **params})

    def now(self, object_id: str) -> dict[str, Any]:
        """The object as it is at this moment."""
        row = self.sandbox.account.find(object_id)
        assert row is not None
        return row


class Buyer:
    """Somebody at the shop's checkout."""

    def __init__(self, page: Page, shop: str) -> None:
        self.page, self.shop = page, shop
        self.complaints: list[str] = []
        page.set_default_timeout(BY_PATIENCE_MS)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.complaints.append(message.text)

    def open(self, client_secret: str | None = None, **wishes: Any) -> None:
        """The checkout, as soon as its page has said whether the card form stands."""
        elements = wishes.pop("elements", {})
        if client_secret:
            elements["clientSecret"] = client_secret
        elements.setdefault("locale", "en")
        wishes.setdefault("payment", {})
        self.page.goto(checkout_path(self.shop, elements=elements, **wishes))
        self.wait_for("heard.some(({ name }) => name === 'ready' || name === 'loaderror')")

    def wait_for(self, condition: str) -> None:
        """Until an expression in the page is true; eval is forbidden there, so it is asked for."""
        for _ in range(BY_PATIENCE_MS // 50):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never became true: {condition}")

    @property
    def form(self) -> FrameLocator:
        """The inside of the Payment Element."""
        return self.page.frame_locator("iframe[title='Secure payment input frame']")

    @property
    def bank(self) -> FrameLocator:
        """The inside of the 3-D Secure dialog."""
        return self.page.frame_locator("iframe[title='Secure authentication frame']")

    def fill_card(self, number: str, *, expiry: str = "12/34", cvc: str = "123") -> None:
        """A card, and an address in Germany."""
        self.form.get_by_label("Card number").fill(number)
        self.form.get_by_label("Expiration date").fill(expiry)
        self.form.get_by_label("Security code").fill(cvc)
        self.form.get_by_label("Country").select_option("DE")

    def pay(self) -> None:
        """Press the shop's button."""
        self.page.get_by_role("button", name="Pay").click()

    def reads(self, text: str) -> None:
        """The shop's message is, or becomes, this."""
        expect(self.page.locator("#message")).to_contain_text(text, timeout=BY_PATIENCE_MS)


class Counter(Buyer):
    """Somebody before a page with nothing but Stripe.js, in which tests put up Elements."""

    def open_group(self, **options: Any) -> None:
        """A fresh page with one Elements group."""
        self.page.goto(f"{self.shop}/counter")
        options.setdefault("locale", "en")
        self.run("window.group = stripe.elements(given);", options)

    def run(self, code: str, given: Any = None) -> Any:
        """What a function of the page with this body answers."""
        return self.page.evaluate(f"async (given) => {{ {code} }}", given)

    def mount(self, element: str, place: str = "#one", **options: Any) -> FrameLocator:
        """Put an Element of the group up, as `window[element]`; the inside of its frame."""
        given = {"element": element, "place": place, "options": options}
        self.run(
            "window[given.element] ="
            " await mount(group.create(given.element, given.options), given.place);",
            given,
        )
        return self.page.frame_locator(f"{place} iframe")

    def last(self, event: str, element: str) -> Any:
        """The newest event of this name from this Element, or None."""
        return self.run(
            "return heard.findLast((each) => each.name === given[0]"
            " && each.elementType === given[1]) ?? null;",
            [event, element],
        )

    def changed(self, element: str, condition: str) -> Any:
        """The Element's newest change, once this is true of it."""
        newest = f"heard.findLast((e) => e.name === 'change' && e.elementType === '{element}')"
        self.wait_for(f"((change) => change && {condition})({newest})")
        return self.last("change", element)


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """The address of an application served by threads until the block ends."""
    server = Server("127.0.0.1", 0, cutting(app.wsgi_app), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def till() -> Iterator[Till]:
    sandbox = create_sandbox()
    with running(sandbox) as url:
        yield Till(sandbox, url)


@pytest.fixture(scope="session")
def shop(till: Till) -> Iterator[str]:
    with running(create_shop(till.url)) as url:
        yield url


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of pytest-base-url's, whose way of being made pytest 9 warns about."""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US"}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the browser; the tests around have pages of their own by this name."""
    return context.new_page()


@pytest.fixture
def buyer(page: Page, shop: str) -> Iterator[Buyer]:
    """A buyer whose browser has had nothing to complain about when the test ends."""
    buyer = Buyer(page, shop)
    yield buyer
    assert buyer.complaints == []


@pytest.fixture
def counter(page: Page, shop: str) -> Iterator[Counter]:
    """Somebody at a counter whose browser has had nothing to complain about in the end."""
    counter = Counter(page, shop)
    yield counter
    assert counter.complaints == []


@pytest.fixture
def axe() -> Callable[[Any], list[str]]:
    """`axe(page_or_frame)`: what axe-core finds serious or critical there."""

    def run(frame: Any) -> list[str]:
        frame.evaluate(AXE_SCRIPT)
        found = frame.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            f"{each['id']}: {each['nodes'][0]['html']}"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]

    return run

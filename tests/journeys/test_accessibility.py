"""Nobody is kept out: axe-core finds nothing serious on any page of shop or back office, and no page
of the shop is wider than a phone."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit
from zlib import crc32

import pytest
from playwright.sync_api import Page, expect

from app.db import db
from app.models import OrderStatus
from app.services import orders, refunds
from tests import buying, people
from tests.goods import add_product
from tests.journeys import axe
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Clerk, Shopper
from tests.journeys.subscribers import Subscriber

SHARES = 5  # of the back office, side by side
NOT_PAGES = re.compile(r"export|ajax|sign-out|logout|/static/|delete|\?.*sort=|#")
FOR_EVERYBODY = (
    "/",
    "/products",
    "/products?q=mug",
    "/products?q=nothing-like-it",
    "/products/mug",
    "/products/pattern-book",
    "/products/sold-out",
    "/cart",
    "/account/sign-in",
    "/account/register",
    "/account/reset",
    "/account/confirm",
    "/no-such-page",
)
FOR_CUSTOMERS = (
    "/account",
    "/account/orders",
    "/account/subscriptions",
    "/account/licenses",
    "/account/addresses",
    "/account/password",
)


@pytest.fixture(scope="session")
def some_orders(ledger: Ledger) -> dict[int, str]:
    """One of each state: their ids and tokens."""
    with ledger.opened():
        add_product("sold-out", stock=0)
        people.add_customer("axe@example.com")
        return dict(_order_that_is(ledger, status) for status in OrderStatus)


def test_the_shop_can_be_used_by_everybody(shopper: Shopper, some_orders: dict[int, str]) -> None:
    found = [line for path in FOR_EVERYBODY for line in look_at(shopper, path)]
    found += [
        line for token in some_orders.values() for line in look_at(shopper, f"/orders/{token}")
    ]
    shopper.go_to_checkout()
    expect(shopper.form.get_by_label("Card number")).to_be_visible()
    found += axe.problems(shopper.page) + shopper.too_wide()
    found += look_at(shopper, "/cart")

    assert not found, "\n".join(found)


def test_an_account_can_be_used_by_everybody(clerk: Clerk) -> None:
    found = [line for path in FOR_CUSTOMERS for line in look_at(clerk, path)]

    assert not found, "\n".join(found)


def test_a_subscription_and_its_invoices_fit_a_phone(
    page: Page, ledger: Ledger, watch: Callable[[Any], Any]
) -> None:
    subscriber: Subscriber = watch(Subscriber(page, ledger))
    subscriber.begin()
    subscriber.sign_in()
    subscriber.open(f"/account/subscriptions/{subscriber.seen().token}")
    expect(page.get_by_role("heading", name="Invoices")).to_be_visible()

    assert subscriber.too_wide() == []


@pytest.mark.parametrize("share", range(SHARES))
def test_the_back_office_can_be_used_by_everybody(
    clerk: Clerk, some_orders: dict[int, str], share: int
) -> None:
    """Every page that a link leads to from the dashboard or from a list, one of each kind."""
    found: list[str] = []
    for order_id in list(some_orders)[share::SHARES]:
        found += look_at(clerk, f"/admin/order/details/?id={order_id}")
        found += look_at(clerk, f"/admin/order/{order_id}/refunds/new")
    waiting, seen = ["/admin/"], set()
    while waiting:
        path = waiting.pop(0)
        if (kind := _kind(path)) in seen:
            continue
        seen.add(kind)
        found += look_at(clerk, path)
        waiting += [link for link in _links(clerk.page) if _share(link) == share]

    assert len(seen) > 3, sorted(seen)
    assert not found, "\n".join(found)


def test_what_keeps_somebody_out_is_found(page: Page) -> None:
    page.set_content("<html lang=en><title>t</title><main><img src=x><p style='color:#ccc'>pale")

    found = axe.problems(page)

    assert any("by day: image-alt" in line for line in found)
    assert any("by night: color-contrast" in line for line in found)


def test_what_is_wider_than_a_phone_is_found(page: Page) -> None:
    reader = Shopper(page, "")
    page.set_content("<style>body{margin:0}</style><div style='width:321px'>wide")
    assert "321 px wide" in reader.too_wide()[0]

    page.set_content("<style>body{margin:0}</style><div style='width:320px'>fits")

    assert reader.too_wide() == []


def look_at(person: Shopper | Clerk, path: str) -> list[str]:
    person.open(path)
    wide = [] if path.startswith("/admin/") else person.too_wide()
    return axe.problems(person.page) + wide


def _links(page: Page) -> list[str]:
    """The pages of the back office that this one leads to."""
    hrefs = page.locator("a[href]").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    paths = [urljoin(page.url, href).removeprefix(origin(page)) for href in hrefs]
    return [p for p in paths if p.startswith("/admin/") and not NOT_PAGES.search(p)]


def origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def _kind(path: str) -> str:
    """One order's page is like another's; a filtered list is like the whole one."""
    return re.sub(r"/(\d+|evt_\w+)(?=/|$)", "/1", path.partition("?")[0])


def _share(path: str) -> int:
    """Which of the tests looks at this view of the back office, `/admin/<view>/…`."""
    return crc32(path.split("/")[2].encode()) % SHARES


def _order_that_is(ledger: Ledger, status: OrderStatus) -> tuple[int, str]:
    variant = add_product(f"thing-{status}")
    sheet = buying.place(buying.fill_cart((variant, 1)))
    order_id = buying.order_of(sheet).id
    db.session.rollback()
    if status == OrderStatus.CANCELED:
        orders.cancel(order_id, actor="customer")
    elif status != OrderStatus.PENDING:
        declined = status == OrderStatus.FAILED
        card = "pm_card_visa_chargeDeclined" if declined else "pm_card_visa"
        buying.pay(ledger.shop.stripe, sheet, card)
        orders.sync(order_id)
        _go_on(order_id, status)
    return order_id, sheet.order_token


def _go_on(order_id: int, status: OrderStatus) -> None:
    """From paid to where it should be."""
    if status == OrderStatus.FULFILLING:
        orders.start_fulfilling(order_id, actor="ada")
    elif status == OrderStatus.FULFILLED:
        orders.ship(order_id, tracking="JJD01", actor="ada")
    elif status == OrderStatus.REFUNDED:
        refunds.issue(order_id, 2390, form_token="axe", actor="ada", reason="sent back")

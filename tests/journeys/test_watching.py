"""The journeys look closely: what a browser complains about ends them."""

from playwright.sync_api import Page

from tests.journeys.pages import Shopper
from tests.servers import RunningShop


def test_a_script_that_the_policy_forbids_is_noticed(page: Page, shop_server: RunningShop) -> None:
    visitor = Shopper(page, shop_server.url)
    visitor.open("/")
    assert visitor.complaints == []

    page.evaluate("document.body.append(document.createElement('script'))")
    page.evaluate("document.querySelector('body > script').textContent = 'window.stolen = 1'")

    assert "Content Security Policy" in visitor.complaints[0]
    assert page.evaluate("window.stolen") is None

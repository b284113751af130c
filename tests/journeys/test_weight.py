"""A list page is light: what travels, measured by the browser itself."""

from typing import Any

from playwright.sync_api import Page

from tests.servers import RunningShop

MOST_BYTES, MOST_REQUESTS = 100_000, 12


def test_the_list_page_is_light(page: Page, shop_server: RunningShop) -> None:
    """Without pictures, from an empty cache, as counted by Chromium on the wire."""
    kinds, sizes = _counted(page, f"{shop_server.url}/products")

    others = {request for request, kind in kinds.items() if kind != "Image"}
    total = sum(size for request, size in sizes.items() if request in others)
    assert 3 <= len(others) <= MOST_REQUESTS
    assert 10_000 < total <= MOST_BYTES


def _counted(page: Page, url: str) -> tuple[dict[str, str], dict[str, float]]:
    """The kind and the size on the wire of each request, by the browser's own ids."""
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def begun(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "")

    def done(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.requestWillBeSent", begun)
    devtools.on("Network.loadingFinished", done)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(url, wait_until="networkidle")
    return kinds, sizes

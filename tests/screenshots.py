"""The pictures in the README, taken of the demo shop: make screenshots."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.people import DEMO_PASSWORD
from tests import needs, servers

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
PATIENCE = 180  # seconds for a demo shop to be made
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 780}


def main() -> None:
    """Start a demo shop of its own, walk through it, stop it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder)) as (shop, sandbox),
        sync_playwright() as playwright,
    ):
        chromium = {"executable_path": needs.chromium_path(), "args": needs.CHROMIUM_FLAGS}
        browser = playwright.chromium.launch(**chromium)  # type: ignore[arg-type]
        take(shopping(browser, shop, "light", DESKTOP), "shop", "/products")
        take(shopping(browser, shop, "dark", PHONE), "phone", "/products/moss-teapot")
        take(checkout(shopping(browser, shop, "light", DESKTOP)), "checkout")
        take(fulfilled_order(signed_in(shopping(browser, shop, "light", DESKTOP))), "order")
        take(signed_in(shopping(browser, shop, "dark", DESKTOP)), "dashboard", "/admin/")
        take(shopping(browser, sandbox, "light", DESKTOP), "sandbox", "/")
        browser.close()


@contextmanager
def running_demo(folder: Path) -> Iterator[tuple[str, str]]:
    """What `make run` starts, in a folder and on ports of its own."""
    shop, sandbox = servers.free_port(), servers.free_port()
    environment = os.environ | {
        "VAR_FOLDER": str(folder),
        "PORT": str(shop),
        "SANDBOX_PORT": str(sandbox),
    }
    command = [sys.executable, str(ROOT / "bin" / "run.py")]
    log = folder / "run.log"
    with log.open("w") as output:
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)  # noqa: S603
    try:
        wait_for("Storekeeper is running", log, run)
        yield f"http://127.0.0.1:{shop}", f"http://127.0.0.1:{sandbox}"
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(60)


def wait_for(words: str, log: Path, run: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_text():
        if run.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The demo shop did not start:\n{log.read_text()}")
        time.sleep(0.2)


def shopping(browser: Browser, url: str, scheme: str, size: dict[str, int]) -> Page:
    return browser.new_context(
        base_url=url,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport=size,  # type: ignore[arg-type]
        locale="en-US",
    ).new_page()


def take(page: Page, name: str, path: str = "") -> None:
    if path:
        page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.context.close()


def checkout(page: Page) -> Page:
    page.goto("/products/moss-teapot")
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_load_state("networkidle")
    page.goto("/checkout")
    for label, text in ADDRESS.items():
        page.get_by_label(label, exact=True).fill(text)
    card = page.frame_locator("iframe[title='Secure payment input frame']")
    card.get_by_label("Card number").fill("4242 4242 4242 4242")
    card.get_by_label("Expiration date").fill("12 / 34")
    card.get_by_label("Security code").fill("123")
    card.get_by_label("Card number").scroll_into_view_if_needed()
    return page


def signed_in(page: Page) -> Page:
    page.goto("/admin/")
    page.get_by_label("E-mail").fill("owner@shop.example")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page


def fulfilled_order(page: Page) -> Page:
    page.goto("/admin/order/")
    row = page.get_by_role("row").filter(has_text="Fulfilled").first
    row.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    return page


ADDRESS = {
    "E-mail": "ada@example.com",
    "Name": "Ada Example",
    "Street and house number": "Hauptstr. 1",
    "Postcode": "10115",
    "Town": "Berlin",
}

if __name__ == "__main__":
    main()

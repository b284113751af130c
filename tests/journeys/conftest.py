"""One real shop with its sandbox for all journeys of a process; each brings its own customer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app import create_app
from app.db import db
from config import DEVELOPMENT_KEY
from config import testing as settings_for_tests
from tests import people
from tests.journeys.ledger import Ledger
from tests.journeys.pages import PATIENCE_MS, Clerk, Shopper
from tests.servers import INSTALLATION, RunningShop

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def ledger(shop_server: RunningShop) -> Iterator[Ledger]:
    settings = settings_for_tests(
        secret_key=DEVELOPMENT_KEY,  # the shop's own, so that passwords written here fit there
        database_url=shop_server.database_url,
        var_folder=shop_server.folder,
        installation_id=INSTALLATION,
        stripe_api_base=shop_server.sandbox.url,
    )
    app = create_app(settings)
    yield Ledger(shop_server, app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def watch(ledger: Ledger) -> Iterator[Callable[[Any], Any]]:
    """Whoever is watched ends without complaints of the browser, and with books that hold."""
    watched: list[Any] = []

    def begin(person: Any) -> Any:
        watched.append(person)
        return person

    yield begin
    assert [complaint for person in watched for complaint in person.complaints] == []
    ledger.check()


@pytest.fixture
def shopper(page: Page, shop_server: RunningShop, watch: Callable[[Any], Any]) -> Shopper:
    shopper: Shopper = watch(Shopper(page, shop_server.url))
    return shopper


@pytest.fixture
def second_tab(
    shopper: Shopper, context: BrowserContext, watch: Callable[[Any], Any]
) -> Callable[[], Shopper]:
    """The same person with another tab."""
    return lambda: watch(Shopper(context.new_page(), shopper.url, shopper.email))


@pytest.fixture
def clerk(
    new_context: Callable[..., BrowserContext], ledger: Ledger, watch: Callable[[Any], Any]
) -> Clerk:
    """Somebody who may refund, signed in."""
    with ledger.opened():
        found = db.session.scalar(db.select(people.User).filter_by(email=CLERK))
        if found is None:
            people.add_user(CLERK, role="owner")
    clerk: Clerk = watch(Clerk(new_context().new_page(), ledger.shop.url))
    clerk.sign_in(CLERK, people.PASSWORD)
    return clerk


CLERK = "clerk@storekeeper.example"

"""Whatever Stripe's own program makes happen reaches the shop, which never breaks over it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.request import Request, urlopen

import pytest

from tests import databases, goods, servers
from tests.journeys.ledger import Ledger
from tests.sandbox.official import Cli, Running, cli_program
from tests.sandbox.triggers import SUPPORTED
from tests.servers import RunningShop

A_DOZEN = """
payment_intent.succeeded payment_intent.payment_failed charge.refunded charge.dispute.closed
checkout.session.completed checkout.session.async_payment_failed customer.deleted product.deleted
invoice.paid customer.subscription.deleted subscription.payment_failed
test_helpers.test_clock.advancing
"""
DEBITS_SETTLE = 5  # seconds


@pytest.mark.parametrize(
    "triggers",
    [
        pytest.param(A_DOZEN.split(), id="a dozen"),
        pytest.param(SUPPORTED, id="all", marks=pytest.mark.drill),
    ],
)
def test_the_shop_takes_every_event_and_its_books_hold(drill: "Drill", triggers: list[str]) -> None:
    for trigger in triggers:
        drill.cli.run("trigger", trigger)
        drill.told.answers(drill.events())
    drill.advance(DEBITS_SETTLE)

    answers = drill.told.answers(drill.events())

    assert len(answers) >= 2 * len(triggers)
    assert set(answers) == {200}
    drill.ledger.check()


@dataclass
class Drill:
    """A shop that hears of everything through `stripe listen --forward-to`."""

    ledger: Ledger
    cli: Cli
    told: Running

    def events(self) -> int:
        """How many there are at the sandbox."""
        with urlopen(f"{self.cli.url}/_sandbox/", timeout=30) as answer:  # noqa: S310
            return int(json.load(answer)["objects"]["event"])

    def advance(self, seconds: int) -> None:
        clock = f"{self.cli.url}/_sandbox/clock"
        urlopen(Request(clock, f"advance={seconds}".encode()), timeout=30).close()  # noqa: S310


@pytest.fixture
def drill(sqlite: databases.Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    folder = tmp_path_factory.mktemp("drill")
    database = sqlite.fresh(folder)
    with servers.opened(database, folder):
        goods.add_small_catalog()
    shop = RunningShop(folder, database, processes=1, settings={}, delivers=False)
    try:
        shop.sandbox.start()
        cli = Cli(cli_program(), shop.sandbox.url, folder)
        with cli.started("listen", "--all-snapshot", "--forward-to", shop.webhook) as told:
            shop.web.set(STRIPE_WEBHOOK_SECRET=told.secret)
            shop.web.start()
            with servers.opened(database, folder, shop.sandbox.url) as app:
                yield Drill(Ledger(shop, app), cli, told)
    finally:
        shop.web.kill()
        shop.sandbox.kill()

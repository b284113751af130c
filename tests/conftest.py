"""What every test can ask for. Databases, clients and events have modules of their own."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import db
from sandbox import Sandbox, create_sandbox
from sandbox.client import SandboxClient
from tests import books, databases, events, goods, needs, people, sandbox_share, servers, shops
from tests.dump import dump as dump_tables

ON_BOTH_DATABASES = {"models", "services", "inbox", "jobs", "webhooks", "faults", "test_db.py"}


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """pytest-flask's own would leak a signed-in user from client to client."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where rows matter, a test runs on both databases; doors are tried on SQLite."""
    if "database" not in metafunc.fixturenames:
        return
    if marker := metafunc.definition.get_closest_marker("databases"):
        metafunc.parametrize("database", marker.args, indirect=True)
    elif _room(metafunc.definition.path) in ON_BOTH_DATABASES:
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def pytest_configure(config: pytest.Config) -> None:
    sandbox_share.begin()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.user_properties.append((sandbox_share.PROPERTY, sandbox_share.WATCH.taken()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    every = [report for reports in terminalreporter.stats.values() for report in reports]
    terminalreporter.write_line(sandbox_share.in_words(every))
    reports = terminalreporter.stats.get("skipped", [])
    skipped = [report.longrepr[2] for report in reports if isinstance(report.longrepr, tuple)]
    for line in needs.explain(skipped):
        terminalreporter.write_line(f"NOT TESTED: {line}", red=True, bold=True)


class FreshClient(FlaskClient):
    """Each request gets an application context of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = Context().run(super().open, *args, **kwargs)
        db.session.rollback()  # so that the test sees what the request did
        return response


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not look through it after every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200000, 50, 1000)


@pytest.fixture
def sandbox() -> Sandbox:
    """A pretend Stripe in this process, without a socket."""
    return create_sandbox()


@pytest.fixture
def stripe_client(sandbox: Sandbox) -> stripe.StripeClient:
    """Stripe's own library, for what happens at Stripe without the shop."""
    return stripe.StripeClient("sk_test_sandbox", http_client=SandboxClient(sandbox))


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> databases.Sqlite:
    return databases.Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[databases.Postgres]:
    with databases.postgres_database() as url:
        yield databases.Postgres(url)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty shop database, on SQLite or on PostgreSQL."""
    return request.getfixturevalue(getattr(request, "param", "sqlite")).fresh(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    return request.getfixturevalue(request.param).bare(tmp_path)


@pytest.fixture(scope="session")
def shop_on(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], shops.Shop]:
    """`shop_on(database)`: this process's shop on databases of that kind."""
    made: dict[str, shops.Shop] = {}

    def find(database: str) -> shops.Shop:
        kind = database.partition(":")[0]
        if kind not in made:
            made[kind] = shops.Shop(database, tmp_path_factory.mktemp(f"shop-{kind}"))
        return made[kind]

    return find


@pytest.fixture
def app(
    database: str,
    sandbox: Sandbox,
    tmp_path: Path,
    shop_on: Callable[[str], shops.Shop],
    request: pytest.FixtureRequest,
) -> Iterator[Flask]:
    """The shop on an empty database, with the sandbox as its Stripe."""
    if request.node.get_closest_marker("changes_shop"):  # nobody else may have it
        app = shops.Shop(database, tmp_path / "var").fresh(database, sandbox)
    else:
        app = shop_on(database).fresh(database, sandbox)
    app.test_client_class = FreshClient
    sandbox.deliver_to("http://localhost/webhooks/stripe", events.SECRET, _deliver_to(app))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody in particular, with a browser of their own."""
    return app.test_client()


@pytest.fixture
def staff(app: Flask) -> Callable[..., FlaskClient]:
    """`staff("billing")` is a client with somebody of that role signed in just now."""

    def sign_in(role: str = "owner") -> FlaskClient:
        user = people.add_user(f"{role}@storekeeper.example", role=role)
        return people.sign_in(app, user)

    return sign_in


@pytest.fixture
def customer(app: Flask) -> FlaskClient:
    """A client with eve@example.com, a customer, signed in."""
    return people.sign_in(app, people.add_customer("eve@example.com"))


@pytest.fixture
def send_event(app: Flask) -> Callable[..., TestResponse]:
    """Bring an event to the shop's door, signed as Stripe signs."""

    def send(
        event: dict[str, Any], *, at: float | None = None, secret: str = events.SECRET
    ) -> TestResponse:
        body = events.message(event)
        headers = {"Stripe-Signature": events.sign(body, secret=secret, at=at)}
        return app.test_client().post("/webhooks/stripe", data=body, headers=headers)

    return send


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], int]:
    """Let huey run what was nudged; returns how many it ran."""
    huey = app.extensions["jobs"].huey

    def run() -> int:
        count = 0
        while task := huey.dequeue():
            Context().run(huey.execute, task)
            count += 1
        db.session.rollback()
        return count

    return run


@pytest.fixture
def pump(sandbox: Sandbox, run_jobs: Callable[[], int]) -> Callable[[], None]:
    """Deliver what Stripe has to say and run the jobs, until all is quiet."""

    def pump() -> None:
        for _ in range(100):
            sandbox.advance(0)  # what became due at Stripe happens
            if not sandbox.deliver_due() + run_jobs():
                return
        pytest.fail("shop and sandbox keep each other busy for ever")

    return pump


@pytest.fixture
def move_clock() -> Iterator[Callable[[timedelta], None]]:
    """Move shop and sandbox forward; between moves their clocks run as ever."""
    with ExitStack() as travels:
        yield lambda delta: travels.enter_context(time_machine.travel(delta, tick=True))


@pytest.fixture
def start_shop(database: str, tmp_path: Path) -> Iterator[Callable[..., servers.RunningShop]]:
    """Start a real shop with a small catalog: `start_shop(processes=4, RATE_LIMITS="true")`."""
    with ExitStack() as running:

        def start(*, processes: int = 1, **settings: str) -> servers.RunningShop:
            with servers.opened(database, tmp_path):
                goods.add_small_catalog()
            shop = servers.running_shop(tmp_path, database, processes=processes, **settings)
            return running.enter_context(shop)

        yield start


@pytest.fixture(scope="session")
def shop_server(
    sqlite: databases.Sqlite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[servers.RunningShop]:
    """A real shop on SQLite that all tests of a process share; they bring customers of their own."""
    folder = tmp_path_factory.mktemp("shop")
    database = sqlite.fresh(folder)
    with servers.opened(database, folder):
        goods.add_small_catalog()
    with servers.running_shop(folder, database) as shop:
        yield shop


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that a test tool would download."""
    path, flags = needs.chromium_path(), needs.CHROMIUM_FLAGS
    return {**browser_type_launch_args, "executable_path": path, "args": flags}


@pytest.fixture(scope="session")
def base_url() -> str:
    """Tests name whole addresses; pytest-base-url's own fixture is deprecated by pytest 9."""
    return ""


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of our own."""
    with servers.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def assert_books(app: Flask, stripe_client: stripe.StripeClient) -> Callable[[], None]:
    """Fail unless what the shop has written down adds up, and agrees with Stripe."""
    return lambda: books.check(stripe_client)


@pytest.fixture
def dump(app: Flask) -> Callable[..., dict[str, list[Any]]]:
    """All rows of all tables, with whatever is random taken out."""
    return dump_tables


def _deliver_to(app: Flask) -> Callable[[str, bytes, dict[str, str]], int]:
    def send(url: str, body: bytes, headers: dict[str, str]) -> int:
        return app.test_client().post(url, data=body, headers=headers).status_code

    return send


def _room(path: Path) -> str:
    return path.relative_to(Path(__file__).parent).parts[0]

"""Filled databases, and the servers that are compared."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import databases, servers
from tests.bench import goods, visits
from tests.events import SECRET

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Place:
    """A database with so many products in it, and a folder beside it."""

    kind: str
    database_url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """A shop in production, except that nobody takes its jobs and nobody calls Stripe."""
        return {
            "ENV": "production",
            "PUBLIC_URL": f"https://{visits.HOST}",
            "TRUSTED_HOSTS": "127.0.0.1",
            "SECRET_KEY": "known to everybody who reads this, but long enough",
            "INSTALLATION_ID": "inst-bench",
            "VAR_FOLDER": str(self.folder),
            "DATABASE_URL": self.database_url,
            "JOB_ENGINE": "memory",
            "STRIPE_SECRET_KEY": "sk_test_bench",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_bench",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": "https://127.0.0.1:9",
        }


@contextmanager
def place(kind: str, folder: Path, *, products: int) -> Iterator[Place]:
    """A database that nobody else uses, with so many products."""
    home = folder / f"{kind}-{products}"
    home.mkdir()
    with ExitStack() as stack:
        database: databases.Sqlite | databases.Postgres
        if kind == "sqlite":
            database = databases.Sqlite(home)
        else:
            database = databases.Postgres(stack.enter_context(databases.postgres_database()))
        found = Place(kind, database.fresh(home), home)
        with servers.opened(found.database_url, home):
            goods.fill(products)
        yield found


@contextmanager
def shop(place: Place, *, processes: int = 1) -> Iterator[servers.Server]:
    """The shop as it is, under the server and the settings it comes with."""
    with _serving("tests.bench.shop:app", "gunicorn.conf.py", place, processes, {}) as server:
        yield server


@contextmanager
def reference(application: str, place: Place, **settings: str) -> Iterator[servers.Server]:
    """One of the small applications of references.py, under the same server."""
    name = f"tests.bench.references:{application}()"
    with _serving(name, "python:tests.bench.gunicorn_conf", place, 1, settings) as server:
        yield server


@contextmanager
def _serving(
    application: str, conf: str, place: Place, processes: int, settings: dict[str, str]
) -> Iterator[servers.Server]:
    port = servers.free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", conf, application]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", str(processes)]
    log = place.folder / f"{port}.log"
    server = servers.Server(command, port, place.environment | settings, log)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def port_of(server: servers.Server) -> int:
    return int(server.url.rpartition(":")[2])

"""A real shop and a real sandbox, each a program of its own on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import stripe
from flask import Flask

from app import create_app
from app.db import db
from config import testing
from tests import books, needs
from tests.events import SECRET

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "sk_test_sandbox"
INSTALLATION = "inst-test"
PATIENCE = 30  # seconds for a program to answer for the first time
GRACE = 30  # seconds for a program to finish what it is doing


class Server:
    """One program that answers on a port; it can be killed and started again."""

    def __init__(self, command: list[str], port: int, environment: dict[str, str], log: Path):
        self.url = f"http://127.0.0.1:{port}"
        self._command, self._environment, self._log = command, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process, "not started"
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def set(self, **settings: str) -> None:
        """Settings by their names, from its next start on."""
        self._environment = self._environment | settings

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                self._command,
                cwd=ROOT,
                env=os.environ | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def stop(self) -> None:
        """Ask it to finish (SIGTERM), and wait until it has."""
        if self._process:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)
        self.kill()

    def kill(self) -> None:
        """End it and all its workers at once, as a power cut would."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while not _answers(f"{self.url}/readyz"):
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self._command} does not answer:\n{self.log[-4000:]}")
            time.sleep(0.05)


class RunningShop:
    """Shop and sandbox on one database; `url` and `sandbox.url` are their addresses. Unless the
    sandbox `delivers` its events itself, somebody else has to bring them to `webhook`."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        processes: int,
        settings: dict[str, str],
        delivers: bool = True,
    ) -> None:
        self.folder, self.database_url = folder, database_url
        port, sandbox_port = free_port(), free_port()
        sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        environment = {
            "ENV": "development",
            "PORT": str(port),
            "DATABASE_URL": database_url,
            "VAR_FOLDER": str(folder),
            "INSTALLATION_ID": INSTALLATION,
            "SERVER_PROCESSES": str(processes),
            "RATE_LIMITS": "false",
            "STRIPE_SECRET_KEY": SECRET_KEY,
            "STRIPE_PUBLISHABLE_KEY": "pk_test_sandbox",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_BASE": sandbox_url,
            "STRIPE_JS_URL": f"{sandbox_url}/endive/stripe.js",
            "STRIPE_DASHBOARD_URL": sandbox_url,
        }
        sandbox = [sys.executable, "-m", "sandbox", "--port", str(sandbox_port)]
        self.webhook = f"http://127.0.0.1:{port}/webhooks/stripe"
        sandbox += ["--webhook", self.webhook, "--webhook-secret", SECRET] if delivers else []
        web = [sys.executable, "-m", "gunicorn", "wsgi:app"]
        self.sandbox = Server(sandbox, sandbox_port, {}, folder / "sandbox.log")
        self.web = Server(web, port, environment | settings, folder / "web.log")

    @property
    def url(self) -> str:
        return self.web.url

    @property
    def stripe(self) -> stripe.StripeClient:
        """Stripe's own library, talking to this sandbox."""
        return stripe.StripeClient(SECRET_KEY, base_addresses={"api": self.sandbox.url})

    @contextmanager
    def opened(self) -> Iterator[Flask]:
        """An application on the same database, to look into it or to prepare it."""
        with opened(self.database_url, self.folder, self.sandbox.url) as app:
            yield app

    def assert_books(self) -> None:
        with self.opened():
            books.check(self.stripe)


@contextmanager
def running_shop(
    folder: Path, database_url: str, *, processes: int = 1, **settings: str
) -> Iterator[RunningShop]:
    """Start shop and sandbox on a database that has its tables; `settings` by their names."""
    shop = RunningShop(folder, database_url, processes=processes, settings=settings)
    try:
        shop.sandbox.start()
        shop.web.start()
        yield shop
    finally:
        shop.web.kill()  # quicker than stop(), and nobody looks any more
        shop.sandbox.kill()


@contextmanager
def opened(database_url: str, folder: Path, stripe_api_base: str = "") -> Iterator[Flask]:
    """An application without a server, on any database."""
    given = {"stripe_api_base": stripe_api_base} if stripe_api_base else {}
    settings = testing(
        database_url=database_url, var_folder=folder, installation_id=INSTALLATION, **given
    )
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis server that keeps nothing."""
    port = free_port()
    command = [needs.redis_server_path(), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--save", "", "--dir", str(folder)]
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
    try:
        while not _listens(port):
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    """Whether somebody is there; a 404 is an answer, too."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""Start the shop and its pretend Stripe together, and stop them together: make run."""

import ctypes
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

import config  # noqa: E402

PATIENCE = 60  # seconds for a program to answer for the first time
GRACE = 15  # seconds for a program to finish what it is doing
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Somebody asked for the end, by Ctrl-C or by SIGTERM."""


@dataclass(frozen=True)
class Program:
    name: str
    process: subprocess.Popen[bytes]
    log: Path | None = None


class Programs:
    """What was started here, and is stopped here in the opposite order."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._running: list[Program] = []

    def start(self, name: str, *command: str, log: Path | None = None) -> None:
        """Start a program that runs until it is stopped."""
        with log.open("wb") if log else nullcontext() as output:
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop the others
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        self._running.append(Program(name, process, log))

    def run(self, name: str, *command: str) -> None:
        """Run a program to its end, while the others keep running."""
        self.start(name, *command)
        program = self._running.pop()
        try:
            while program.process.poll() is None:
                self.check()
                time.sleep(0.05)
        finally:
            _stop(program)
        if program.process.returncode:
            give_up(f"{name} failed (exit status {program.process.returncode}); see above.")

    def wait_for(self, url: str) -> None:
        """Return once a page answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.check()
            try:
                urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own address
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        give_up(f"{url} does not answer after {PATIENCE} seconds.")

    def watch(self) -> NoReturn:
        """Stay until a program ends by itself, or somebody asks for the end."""
        while True:
            self.check()
            time.sleep(0.2)

    def check(self) -> None:
        """Give up if a program has ended by itself."""
        for program in self._running:
            if program.process.poll() is not None:
                give_up(_obituary(program))

    def stop(self) -> None:
        while self._running:
            _stop(self._running.pop())


def main() -> None:
    settings = config.load()
    pretend = uses_sandbox(settings)
    port, sandbox_port = settings.port, _sandbox_port()
    check_ports({"PORT": port, "SANDBOX_PORT": sandbox_port} if pretend else {"PORT": port})
    environment = dict(os.environ) | {"FLASK_APP": "wsgi", "PYTHONUNBUFFERED": "1"}
    if pretend:
        environment |= _point_at_the_sandbox(sandbox_port)
    settings.var_folder.mkdir(parents=True, exist_ok=True)
    with running(environment) as programs:
        if pretend:
            start_sandbox(programs, settings, sandbox_port)
        prepare_database(programs, settings)
        if pretend:
            fill(programs, settings, sandbox_port)
        start_shop(programs, settings)
        welcome(settings, sandbox_port if pretend else None)
        programs.watch()


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Programs]:
    """Whatever happens inside, nothing that was started is left behind."""
    programs = Programs(environment)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_to_stop)
    try:
        yield programs
    except Stop:
        say("\nStopping.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # one request is enough
        programs.stop()


def uses_sandbox(settings: config.Settings) -> bool:
    """Unless somebody has set a key of their own."""
    return settings.stripe_secret_key == config.Settings.model_fields["stripe_secret_key"].default


def check_ports(ports: dict[str, int]) -> None:
    """Say which port is taken before anything is started."""
    if len(set(ports.values())) < len(ports):
        give_up("The shop and the pretend Stripe need two different ports.")
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                reason = os.strerror(error.errno or 0).lower()
                give_up(
                    f"Port {port} cannot be used ({reason}).\n"
                    f"Choose another one: make run {name}={port + 1}"
                )


def start_sandbox(programs: Programs, settings: config.Settings, port: int) -> None:
    webhook = f"http://127.0.0.1:{settings.port}/webhooks/stripe"
    log = settings.var_folder / "sandbox.log"
    programs.start(
        "The pretend Stripe",
        *(sys.executable, "-m", "sandbox", "--port", str(port)),
        *("--state", str(settings.var_folder / "sandbox.db"), "--webhook", webhook),
        *("--webhook-secret", settings.stripe_webhook_secret[0]),
        log=log,
    )


def prepare_database(programs: Programs, settings: config.Settings) -> None:
    if not is_up_to_date(settings.database_url):
        say("Preparing the database")
        programs.run("The database migration", *_flask("db", "upgrade"))


def start_shop(programs: Programs, settings: config.Settings) -> None:
    log = settings.var_folder / "shop.log"
    programs.start("The shop", sys.executable, "-m", "gunicorn", "wsgi:app", log=log)
    programs.wait_for(f"http://127.0.0.1:{settings.port}/healthz")


def fill(programs: Programs, settings: config.Settings, sandbox_port: int) -> None:
    """Put the demo into an empty shop, before the shop can be told of it by Stripe's events."""
    if ask(settings.database_url, "SELECT id FROM products LIMIT 1") is None:
        say("Filling the shop with demo goods (only once)")
        programs.wait_for(f"http://127.0.0.1:{sandbox_port}/")
        programs.run("Filling the shop", *_flask("seed"))


def is_up_to_date(database_url: str) -> bool:
    """Whether every migration has been run, found out without loading the shop."""
    newest = max(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    current = ask(database_url, "SELECT version_num FROM alembic_version")
    return current is not None and newest.startswith(str(current))


def ask(database_url: str, question: str) -> object:
    """One value, or None when there is none, or no such table yet."""
    path = database_url.removeprefix("sqlite:///")
    connect = psycopg.connect if path == database_url else sqlite3.connect
    with closing(connect(path.replace("+psycopg", "", 1))) as connection:
        try:
            row = connection.execute(question).fetchone()
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
            return None
    return row[0] if row else None


def welcome(settings: config.Settings, sandbox_port: int | None) -> None:
    shop = f"http://127.0.0.1:{settings.port}"
    say(f"\nStorekeeper is running.\n\n  Shop            {shop}/\n  Back office     {shop}/admin/")
    if sandbox_port:
        say(f"  Pretend Stripe  http://127.0.0.1:{sandbox_port}/\n")
        say(DEMO)
    say(f"\nIts log is {settings.var_folder / 'shop.log'}. Ctrl-C stops everything.")


DEMO = """\
Sign in to the back office as owner@shop.example, password storekeeper.
Pay with 4242 4242 4242 4242, any date to come, any three digits. Others:
  4000 0000 0000 3220   asks for 3-D Secure
  4000 0000 0000 0002   is declined
No real money moves: this is a pretend Stripe on your own machine."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def give_up(reason: str) -> NoReturn:
    raise SystemExit(f"\n{reason}")


def _sandbox_port() -> int:
    given = os.environ.get("SANDBOX_PORT") or "12111"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        give_up(f"SANDBOX_PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def _point_at_the_sandbox(port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}"
    return {
        "STRIPE_API_BASE": address,
        "STRIPE_JS_URL": f"{address}/endive/stripe.js",
        "STRIPE_DASHBOARD_URL": address,
    }


def _flask(*arguments: str) -> tuple[str, ...]:
    return sys.executable, "-m", "flask", *arguments


def _die_with_parent() -> None:
    """Even kill -9 of the parent leaves no orphan on Linux."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _ask_to_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stop


def _stop(program: Program) -> None:
    """First kindly, then with force, and all that it started with it."""
    program.process.terminate()
    try:
        program.process.wait(GRACE)
    except subprocess.TimeoutExpired:
        say(f"{program.name} does not stop by itself, so it is killed.")
    try:
        os.killpg(program.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    program.process.wait()


def _obituary(program: Program) -> str:
    text = f"{program.name} has ended by itself (exit status {program.process.returncode})."
    if program.log and shutil.which("tail"):
        text += "\n" + "\n".join(program.log.read_text(errors="replace").splitlines()[-20:])
    return text + "\nEverything else is stopped, too."


if __name__ == "__main__":
    main()

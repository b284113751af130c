"""A PostgreSQL server for tests: one that is there, or one of our own for a while."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

USER = "storekeeper"
# Test data may be lost: nothing waits for the disk.
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find() -> str | None:
    """$TEST_DATABASE_URL, or a server on this machine that asks for no password."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given if answers(given) else None
    users = dict.fromkeys([pwd.getpwuid(os.getuid()).pw_name, "postgres"])
    local = [f"postgresql://{user}@127.0.0.1:5432/postgres" for user in users]
    return next((url for url in local if answers(url)), None)


def answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", ""), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def programs() -> Path | None:
    """The folder with initdb and postgres; Debian keeps them off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return max((f for f in folders if (f / "initdb").exists()), default=None, key=str)


@contextmanager
def private_server(folder: Path) -> Iterator[str]:
    """A server of our own, reached through a socket in a folder only its user may enter."""
    home = Path(tempfile.mkdtemp(prefix="storekeeper-postgres-"))
    who = _somebody_but_root()
    if who:
        shutil.chown(home, who["user"], who["group"])
    data, log = home / "data", (home / "log").open("wb")
    initdb = [folder / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=log, stderr=log, cwd=home, **who)  # noqa: S603
    options = [f"--{name}={value}" for name, value in IN_A_HURRY.items()]
    options += ["--listen_addresses=", f"--unix_socket_directories={home}", "--max_connections=200"]
    server = subprocess.Popen(  # noqa: S603
        [folder / "postgres", "-D", data, *options],
        stdout=log,
        stderr=log,
        cwd=home,
        start_new_session=True,
        **who,
    )
    try:
        yield _wait_for(f"postgresql://{USER}@/postgres?host={home}", server)
    finally:
        server.send_signal(signal.SIGINT)  # ends connections, too
        server.wait()
        log.close()
        shutil.rmtree(home)


def _somebody_but_root() -> dict[str, Any]:
    """PostgreSQL does not run as root."""
    if os.getuid():
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> str:
    while not answers(url):
        if server.poll() is not None:
            raise RuntimeError("PostgreSQL does not start")
        time.sleep(0.1)
    return url

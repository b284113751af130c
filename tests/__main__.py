"""`python -m tests [pytest arguments]`: get what the tests need, then run them."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    environment = dict(os.environ)
    get("chromium", there=bool(os.environ.get("CHROMIUM") or shutil.which("chromium")))
    get("redis-server", there=bool(shutil.which("redis-server")))
    with ExitStack() as servers:
        url = postgres.find()
        if not url:
            get("postgresql", there=bool(postgres.programs()))
            if folder := postgres.programs():
                url = servers.enter_context(postgres.private_server(folder))
        if url:
            environment["TEST_DATABASE_URL"] = url
        processes = str(len(os.sched_getaffinity(0)) + 1)  # browsers are waited for a third of it
        pytest = [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            processes,
            "--dist",
            "worksteal",
            *arguments,
        ]
        return subprocess.call(pytest, cwd=ROOT, env=environment)  # noqa: S603


def get(package: str, *, there: bool) -> None:
    """Install a Debian package; without it some tests are skipped, and say so."""
    if there:
        return
    if subprocess.call([ROOT / "bin" / "install-packages", package], cwd=ROOT):  # noqa: S603
        sys.stderr.write(f"{package} is missing and cannot be installed by this user.\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

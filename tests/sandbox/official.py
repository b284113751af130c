"""Programs that Stripe publishes and nobody here wrote, each installed from npm once."""

import fcntl
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.needs import missing

CACHE = Path(__file__).parents[2] / ".cache"
CLI = "@stripe/cli@1.52.0"
NODE_LIBRARY = "stripe@23.1.0"
KEY = "sk_test_123456789012345"
PATIENCE = 60


def installed(name: str, package: str) -> Path:
    """The folder under .cache with one npm package in it."""
    npm = shutil.which("npm")
    if npm is None:
        missing(f"Node.js with npm is not installed, so {package} cannot judge")
    folder = CACHE / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / f"installed {package.replace('/', ' ')}"
        if not done.exists():
            _install(npm, folder, package)
            done.touch()
    return folder


def _install(npm: str, folder: Path, package: str) -> None:
    (folder / "package.json").write_text("{}")
    done = subprocess.run(  # noqa: S603
        [npm, "install", "--no-audit", "--no-fund", package],
        cwd=folder, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if done.returncode:
        missing(f"npm could not install {package}")


def cli_program() -> Path:
    """The command-line program itself, without the script that looks for it."""
    found = installed("stripe-cli", CLI).glob("node_modules/@stripe/cli-*/bin/stripe*")
    return next(found, None) or missing(f"{CLI} has no program for this machine")


@dataclass
class Cli:
    """The official command-line program on one sandbox."""

    program: Path
    url: str
    home: Path

    def run(self, *arguments: str) -> str:
        """What it prints; it must succeed."""
        done = subprocess.run(  # noqa: S603
            self._command(*arguments), env=self._environment,
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def started(self, *arguments: str) -> Iterator["Running"]:
        """It runs until the block ends, and is ready when the block begins."""
        process = subprocess.Popen(  # noqa: S603
            self._command(*arguments), env=self._environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        running = Running(process)
        try:
            running.wait_for("Ready!")
            yield running
        finally:
            process.kill()
            process.wait()
            running.reader.join()

    def _command(self, *arguments: str) -> list[str | Path]:
        return [self.program, *arguments, "--api-base", self.url]

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "STRIPE_API_KEY": KEY, "HOME": str(self.home)}


@dataclass
class Running:
    """A program that listens; `lines` is what it has printed so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._fresh: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as printed:
            for line in printed:
                self._fresh.put(line)

    def wait_for(self, words: str) -> str:
        """The next line that has these words."""
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0:
            try:
                line = self._fresh.get(timeout=left)
            except queue.Empty:
                break
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was not printed:\n{''.join(self.lines)}")

    def answers(self, number: int) -> list[int]:
        """What the shop has answered to each event, as soon as so many are answered."""
        while len(found := re.findall(r"<--  \[(\d+)\]", "".join(self.lines))) < number:
            self.wait_for("<--")
        return [int(status) for status in found]

    @property
    def secret(self) -> str:
        """With which it signs what it forwards."""
        return re.findall(r"whsec_\w+", "".join(self.lines))[0]

"""make run: what it says beforehand, and that it leaves nothing behind."""

import importlib.util
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.demo import people
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
WAIT = ["-c", "import time; time.sleep(60)"]
WAIT_WITH_CHILD = ["-c", "import subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]])"]


def test_a_taken_port_is_said_before_anything_starts(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as somebody:
        taken = somebody.getsockname()[1]

        for name in ("PORT", "SANDBOX_PORT"):
            ports = {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), name: str(taken)}
            done = start(tmp_path, **ports)

            assert done.returncode == 1
            assert f"Port {taken} cannot be used (address already in use)." in done.stderr
            assert f"make run {name}={taken + 1}" in done.stderr
            assert not (tmp_path / "shop.db").exists()


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_said(tmp_path, port):
    done = start(tmp_path, SANDBOX_PORT=port)

    assert done.returncode == 1
    assert "SANDBOX_PORT must be a number from 1 to 65535" in done.stderr


def test_one_port_is_not_enough_for_two(tmp_path):
    port = str(free_port())

    assert "two different ports" in start(tmp_path, PORT=port, SANDBOX_PORT=port).stderr


def test_when_one_ends_all_are_stopped_and_it_is_named(tmp_path):
    log = tmp_path / "log"
    before = children_of(os.getpid())  # such as the browser of another test
    with run.running(dict(os.environ)) as programs:
        programs.start("The long one", sys.executable, *WAIT_WITH_CHILD, *WAIT)
        others = children_of(os.getpid()) - before
        programs.start("The short one", sys.executable, "-c", "exit('I am ill')", log=log)
        with pytest.raises(SystemExit) as stop:
            programs.watch()

    assert "The short one has ended by itself (exit status 1)." in str(stop.value)
    assert "I am ill" in str(stop.value)
    assert others
    assert not any(Path(f"/proc/{pid}").exists() for pid in others)


def test_asked_to_stop_it_stops_what_it_started(tmp_path):
    before = children_of(os.getpid())
    with run.running(dict(os.environ)) as programs:
        programs.start("The long one", sys.executable, *WAIT)
        pids = children_of(os.getpid()) - before
        assert pids
        raise run.Stop

    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_real_key_is_left_alone(monkeypatch):
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_of_somebody")
    assert not run.uses_sandbox(run.config.load(_env_file=None))

    monkeypatch.delenv("STRIPE_SECRET_KEY")
    assert run.uses_sandbox(run.config.load(_env_file=None))


def test_the_sign_in_that_it_shows_is_the_demos():
    (owner,) = (person for person in people.STAFF if person.role == "owner")

    assert f"{owner.email}, password {people.DEMO_PASSWORD}." in run.DEMO


def start(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, ROOT / "bin/run.py"],
        env=os.environ | {"VAR_FOLDER": str(folder)} | settings,
        capture_output=True,
        text=True,
        timeout=30,
    )


def children_of(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


spec = importlib.util.spec_from_file_location("run", ROOT / "bin/run.py")
run = importlib.util.module_from_spec(spec)
sys.modules["run"] = run
spec.loader.exec_module(run)

"""Who may import whom: kept now, and noticed when broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
LAYERS = "Doors open onto services"
BREAKS = [
    (LAYERS, "app/models/stock.py", "import app.services"),
    (LAYERS, "app/services/refunds.py", "import app.inbox"),
    (LAYERS, "app/store/__init__.py", "import app.admin"),
    (LAYERS, "app/webhooks/__init__.py", "import app.store"),
    ("In the shop, only app.gateway.client imports stripe", "app/inbox/handle.py", "import stripe"),
    ("Only app.jobs.engine imports huey", "app/jobs/outbox.py", "import huey"),
    ("Nouns and verbs", "app/services/refunds.py", "import flask"),
    ("Nouns and verbs", "app/models/order.py", "import werkzeug"),
    ("Shop and sandbox", "app/cli.py", "import sandbox"),
    ("Shop and sandbox", "sandbox/form.py", "import app.money"),
]


def test_all_contracts_are_kept():
    assert lint(ROOT) == (0, [])


def test_admin_may_import_the_inbox_and_does():
    graph = grimp.build_graph("app", cache_dir=None)

    assert graph.direct_import_exists(importer="app.admin", imported="app.inbox", as_packages=True)


@pytest.mark.parametrize(("contract", "path", "line"), BREAKS)
def test_each_contract_can_be_broken(copy, contract, path, line):
    with (copy / path).open("a") as file:
        file.write(f"\n{line}\n")

    status, (broken,) = lint(copy)

    assert status == 1
    assert broken.startswith(contract)


def test_a_new_room_must_be_declared(copy):
    (copy / "app" / "attic.py").touch()

    status, (broken,) = lint(copy)

    assert status == 1
    assert broken.startswith(LAYERS)


def lint(root):
    """Exit status and the names of broken contracts."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)  # noqa: S603
    lines = done.stdout.splitlines()
    return done.returncode, [line for line in lines if " BROKEN" in line]


@pytest.fixture
def copy(tmp_path):
    """The Python files alone, to be broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("app", "sandbox"):
        for path in (ROOT / package).rglob("*.py"):
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path

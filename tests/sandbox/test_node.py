"""Stripe's own library for Node.js, an independent judge, is content with the sandbox."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import missing
from tests.sandbox.official import NODE_LIBRARY, installed
from tests.sandbox.programs import Program, started

STORIES = Path(__file__).parent / "node"


@pytest.mark.parametrize("story", ["objects", "payments", "billing", "protocol"])
def test_the_node_library_tells_its_story(program: Program, story: str) -> None:
    node = shutil.which("node") or missing("Node.js is not installed")
    modules = installed("stripe-node", NODE_LIBRARY) / "node_modules"

    told = subprocess.run(  # noqa: S603
        [node, "--test", STORIES / f"{story}.test.js"],
        env={**os.environ, "NODE_PATH": str(modules), "SANDBOX_URL": program.url},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert told.returncode == 0, told.stdout + told.stderr


def test_no_story_is_left_out() -> None:
    (marked,) = test_the_node_library_tells_its_story.pytestmark  # type: ignore[attr-defined]

    told = {path.name.removesuffix(".test.js") for path in STORIES.glob("*.test.js")}

    assert told == set(marked.args[1])


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    running = started()
    yield running
    running.kill()

"""The examples in docs/license-api.md, run with curl against a real shop."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.test_licenses import add_license

DOCS = Path(__file__).parents[2] / "docs" / "license-api.md"
EXAMPLE = re.compile(r"```sh\n(?P<command>.*?)```\n```json\n(?P<answer>.*?)```", re.DOTALL)
CHANCE = {"expires_at", "request_id"}  # what no document can know


@pytest.mark.skipif(not shutil.which("curl"), reason="cannot run here: curl is not installed")
def test_every_example_answers_as_written(shop_server):
    with shop_server.opened():
        key = add_license(seats=1)
    examples = EXAMPLE.findall(DOCS.read_text())

    for command, answer in examples:
        said, written = json.loads(run(command, shop_server.url, key)), json.loads(answer)
        assert set(said) == set(written)
        assert without_chance(said) == without_chance(written)
    assert len(examples) == 4


def run(command: str, shop: str, key: str) -> str:
    environment = os.environ | {"SHOP": shop, "KEY": key}
    done = subprocess.run(  # noqa: S602 - our own document
        command, shell=True, env=environment, capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout


def without_chance(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name not in CHANCE}

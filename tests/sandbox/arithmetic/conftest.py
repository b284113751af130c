"""A till for every case."""

from typing import Any

import pytest

from tests.sandbox.arithmetic.till import Till


@pytest.fixture
def till(api: Any) -> Till:
    return Till(api)

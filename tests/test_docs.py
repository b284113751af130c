"""What the docs say about states is what the code says."""

import re
from pathlib import Path

import pytest

from app.models import TRANSITIONS, PaymentStatus
from app.models.payment import PAYABLE

PAYMENTS = Path(__file__).parent.parent / "docs" / "payments.md"


def order_states():
    rows = [
        f"| {state} | {', '.join(s for s in TRANSITIONS if s in nexts) or '—'} |"
        for state, nexts in TRANSITIONS.items()
    ]
    return "\n".join(["| from | to |", "|---|---|", *rows])


def payment_states():
    rows = [f"| {s} | {'yes' if s in PAYABLE else 'no'} |" for s in PaymentStatus]
    return "\n".join(["| state | can still be paid |", "|---|---|", *rows])


TABLES = {"order states": order_states, "payment states": payment_states}


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_in_the_docs_are_those_of_the_code(name):
    said = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", PAYMENTS.read_text(), re.DOTALL)

    assert said, f"no table of {name} in {PAYMENTS}"
    assert said[1] == TABLES[name]()


def test_the_diagram_shows_every_step_of_an_order():
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", PAYMENTS.read_text(), re.MULTILINE))

    assert drawn == {(str(a), str(b)) for a, nexts in TRANSITIONS.items() for b in nexts}

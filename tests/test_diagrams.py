"""The diagrams in the docs: Mermaid can draw them, and what they name is there."""

import importlib
import re
from pathlib import Path

import pytest

import app as shop
from app.models import TRANSITIONS, Invoice, License, PaymentLink
from tests import mermaid

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ROOMS = ("services", "gateway", "inbox", "plugins", "jobs", "emails")
PARSE = """texts => Promise.all(texts.map(
    text => mermaid.parse(text).then(() => "", error => String(error.message))))"""
STATES = {
    "Orders": TRANSITIONS,
    "Invoices": Invoice.TRANSITIONS,
    "Payment links": PaymentLink.TRANSITIONS,
    "Licenses": License.TRANSITIONS,
}


def test_mermaid_draws_every_diagram_and_refuses_what_is_none(parse):
    drawn = {(page.name, n): text for page in pages() for n, text in enumerate(diagrams(page))}

    *found, nonsense = parse([*drawn.values(), "sequenceDiagram\n    nobody says nothing"])

    assert len(drawn) >= 16
    assert [(where, why) for where, why in zip(drawn, found, strict=True) if why] == []
    assert "Parse error" in nonsense


def test_every_verb_in_a_diagram_is_in_the_code():
    named = {
        verb for page in pages() for verb in re.findall(r"\b(\w+)\.(\w+)\(\)", page.read_text())
    }

    assert len(named) > 40
    assert [f"{room}.{verb}()" for room, verb in sorted(named) if not is_there(room, verb)] == []
    assert not is_there("refunds", "forget")


def test_every_file_in_a_diagram_is_in_the_code():
    named = {
        path for page in pages() for path in re.findall(r"\bapp(?:/[\w.]+)+", page.read_text())
    }

    assert len(named) > 15
    assert [path for path in sorted(named) if not (ROOT / path.rstrip(".")).exists()] == []


def test_every_route_in_a_diagram_is_in_the_code(app):
    known = {
        (method, re.sub(r"<[^>]+>", "…", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods
    }
    text = "\n".join(diagram for page in pages() for diagram in diagrams(page))
    named = set(re.findall(r"\b(GET|POST) (/[^\s(,]+)", text))

    assert len(named) > 20
    assert sorted(named - known) == []


@pytest.mark.parametrize("name", STATES)
def test_the_states_are_drawn_arrow_by_arrow(name):
    part = (DOCS / "diagrams" / "states.md").read_text().split(f"## {name}\n")[1].split("\n## ")[0]

    drawn = set(re.findall(r"^    (\w+) --> (\w+)", part, re.MULTILINE))

    assert drawn == {(str(a), str(b)) for a, nexts in STATES[name].items() for b in nexts}


def test_every_page_of_diagrams_is_in_their_list():
    listed = set(re.findall(r"\((\w[\w-]*\.md)\)", (DOCS / "diagrams" / "README.md").read_text()))

    assert listed == {page.name for page in (DOCS / "diagrams").glob("*.md")} - {"README.md"}


@pytest.fixture
def parse(page):
    """Ask Mermaid, in the browser that the other tests use, what is wrong with some diagrams."""
    page.goto("about:blank")
    page.add_script_tag(path=mermaid.script())
    return lambda texts: page.evaluate(PARSE, texts)


def pages():
    return sorted(DOCS.rglob("*.md"))


def diagrams(page):
    return re.findall(r"^```mermaid\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def is_there(room, verb):
    """A module of one of the rooms has it, or the room itself hands it out."""
    if room in (*ROOMS, "db"):
        return hasattr(importlib.import_module(f"app.{room}"), verb)
    folder = Path(shop.__file__).parent
    return any(
        hasattr(importlib.import_module(f"app.{name}.{room}"), verb)
        for name in ROOMS
        if (folder / name / f"{room}.py").exists()
    )

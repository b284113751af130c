"""The rules that bin/lint_templates.py adds, each of them broken once."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_shop_keeps_the_rules():
    assert lint(ROOT / "templates") == []


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<a href="#"\n onclick="buy()">', "inline handler"),
        ('<p style="color: red">', "inline style"),
        ("<style>p { color: red }</style>", "inline style sheet"),
        ('<a href="javascript:buy()">', "javascript:"),
        ('<form hx-on:submit="buy()">', "hx-on"),
        ("<form hx-vals='js:{a: 1}'>", "js:"),
        ("<script>buy()</script>", "inline script"),
    ],
)
def test_what_the_csp_would_block_is_refused(tmp_path, html, what):
    (tmp_path / "page.html").write_text(f"<main>\n{html}</main>")

    assert any(what in line for line in lint(tmp_path))


@pytest.mark.parametrize(
    "html",
    [
        '<button type="submit" class="on">On = off; style, javascript</button>',
        '<script src="/static/shop.js"></script>',
        '<script type="application/json" id="facts">{}</script>',
        "{# never onclick= here #}<p>fine</p>",
        '<form hx-post="/cart/items" hx-target="#cart">',
    ],
)
def test_what_the_csp_allows_is_allowed(tmp_path, html):
    (tmp_path / "page.html").write_text(html)

    assert lint(tmp_path) == []


def test_a_fragment_extends_nothing(tmp_path):
    for name in ("_grid.html", "page.html"):
        (tmp_path / name).write_text('{% extends "base.html" %}')

    (line,) = lint(tmp_path)

    assert "/_grid.html:1: a fragment" in line


def test_letters_may_have_styles_but_no_scripts(tmp_path):
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "receipt.html").write_text('<p style="a">\n<script>b</script>')

    (line,) = lint(tmp_path)

    assert ":2: an inline script" in line


def lint(folder):
    return lint_templates.problems(folder)


spec = importlib.util.spec_from_file_location("lint_templates", ROOT / "bin/lint_templates.py")
lint_templates = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lint_templates)

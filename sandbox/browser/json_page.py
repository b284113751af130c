"""An object as JSON to read: coloured by kind of value, with every known id a link."""

import json
import re
from typing import Any

from markupsafe import Markup, escape

from sandbox.browser import core, names

TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)'
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>\b(?:true|false|null)\b)"
    r"|(?P<number>-?\b\d[\d.eE+-]*)"
)
ID = re.compile(r"[a-z]+_[A-Za-z0-9_]+\Z")


def json_page(value: Any) -> Markup:
    """The value, indented, as HTML that is safe to show."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    pieces, end = [], 0
    for found in TOKEN.finditer(text):
        pieces += [escape(text[end : found.start()]), _coloured(found)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def without_empty(value: Any) -> Any:
    """The same without nulls, empty lists and empty objects."""
    if isinstance(value, dict):
        kept = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, [], {})}
    if isinstance(value, list):
        return [without_empty(inner) for inner in value]
    return value


def _coloured(found: re.Match[str]) -> Markup:
    kind, text = str(found.lastgroup), found.group()
    if kind == "string" and (link := _link(json.loads(text))):
        return Markup('<a class="string" href="{}">{}</a>').format(link, text)
    return Markup('<span class="{}">{}</span>').format(kind, text)


def _link(text: str) -> str | None:
    row = core.find(text) if ID.match(text) and "_secret_" not in text else None
    return names.address(text, row["object"]) if row and row["object"][0] != "_" else None

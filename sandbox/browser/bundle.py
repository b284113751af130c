"""Joins the modules of Stripe.js into the one classic script that shops include."""

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"
IMPORT = re.compile(r'^import (?:\{[^}]*\} from )?"([^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ", re.MULTILINE)


def bundle(entry: str) -> str:
    """Return `entry` and all it imports, each module once and before those that need it."""
    modules: dict[Path, str] = {}
    _collect((STATIC / entry).resolve(), modules)
    return '(() => {\n"use strict";\n' + "\n".join(modules.values()) + "})();\n"


def _collect(path: Path, modules: dict[Path, str]) -> None:
    source = path.read_text()
    for imported in IMPORT.findall(source):
        target = (path.parent / imported).resolve()
        if target not in modules:
            _collect(target, modules)
    modules[path] = EXPORT.sub("", IMPORT.sub("", source))

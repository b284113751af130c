"""Rules for templates that djlint does not know: what the CSP forbids, and what a fragment is."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    r"<[^>]*\son[a-z]+\s*=": "an inline handler, which the CSP blocks: use a script file",
    r"<[^>]*\sstyle\s*=": "an inline style, which the CSP blocks: use a class",
    r"<style\b": "an inline style sheet, which the CSP blocks: use a CSS file",
    r"javascript:": "a javascript: address, which the CSP blocks",
    r"<[^>]*\shx-on": "hx-on, which needs eval: use a script file",
    r"[\"'{\s]js:": "js: in htmx, which needs eval: use a script file",
    r"<script(?![^>]*\ssrc=)(?![^>]*\stype=\"application/(?:ld\+)?json\")[^>]*>": (
        "an inline script, which the CSP blocks: use a script file"
    ),
}
LETTERS = {"emails", "email"}  # mail programs know nothing but inline styles


def problems(folder: Path) -> list[str]:
    """What is wrong in the templates of a folder, one line each, ready to click."""
    found = []
    for path in sorted(folder.rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", _only_lines, path.read_text(), flags=re.DOTALL)
        name = path.relative_to(folder)
        found += [f"{folder.name}/{name}:{line}: {what}" for line, what in _problems(name, text)]
    return found


def _problems(name: Path, text: str) -> list[tuple[int, str]]:
    found = []
    for pattern, what in FORBIDDEN.items():
        if LETTERS & set(name.parts) and "style" in what:
            continue
        for match in re.finditer(pattern, text):
            found.append((text.count("\n", 0, match.start()) + 1, what))
    if name.name.startswith("_") and re.search(r"\{%-?\s*extends\b", text):
        found.append((1, "a fragment that extends a page: a _name.html stands alone"))
    return sorted(found)


def _only_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


if __name__ == "__main__":
    lines = problems(ROOT / "templates")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.exit(bool(lines))

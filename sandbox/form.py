"""Form encoding with brackets, as Stripe reads it: `a[b][]=1`, `items[0][price]=…`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import ParameterRefused

KEY = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 12
MOST_FIELDS = 5_000


def decode(text: str) -> dict[str, Any]:
    """Nested dicts and lists of strings out of one encoded body or query string."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ParameterRefused("Invalid request: too many parameters.") from None
    plain = {key: value for key, value in pairs if "[" not in key}
    if len(plain) == len(pairs):
        return plain
    tree: dict[str, Any] = {}
    for key, value in pairs:
        _place(tree, _steps(key), value, key)
    return _lists(tree)


def _steps(key: str) -> list[str]:
    head, bracket, rest = key.partition("[")
    if not bracket:
        return [key]
    steps = [head, *KEY.findall("[" + rest)]
    if len(steps) > DEEPEST:
        raise ParameterRefused(f"Invalid request: {key[:80]} is nested too deeply.")
    return steps


def _place(tree: dict[str, Any], steps: list[str], value: str, key: str) -> None:
    here = tree
    for depth, step in enumerate(steps[:-1]):
        if step == "":
            step = _next_item(here, steps[depth + 1])
        below = here.setdefault(step, {})
        if not isinstance(below, dict):
            raise ParameterRefused(f"Invalid request: {key[:80]} is given twice.", param=steps[0])
        here = below
    last = steps[-1] or str(len(here))
    here[last] = value


def _next_item(here: dict[str, Any], field: str) -> str:
    """`a[][x]=1&a[][y]=2&a[][x]=3` starts a new item when a field comes again."""
    if not here:
        return "0"
    newest = str(len(here) - 1)
    item = here.get(newest)
    if isinstance(item, dict) and field not in item and field != "":
        return newest
    return str(len(here))


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    walked = {key: _lists(value) for key, value in tree.items()}
    if walked and all(key.isascii() and key.isdigit() and len(key) < 10 for key in walked):
        return Items(walked)
    return walked


class Items(list[Any]):
    """A list that may have been meant as a hash with numbers for keys (metadata[7]=…)."""

    def __init__(self, by_number: dict[str, Any]) -> None:
        super().__init__(by_number[key] for key in sorted(by_number, key=int))
        self.as_hash = by_number


class Upload(dict[str, Any]):
    """A file that came with a form: its `filename`, and its `content` in base64."""

"""The little Markdown that a shop may use in its own words on our pages: bold, and links."""

import re

from markupsafe import Markup, escape

BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")
LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)")


def rich(text: str) -> Markup:
    """`**bold**` and `[a link](https://…)` as HTML; everything else as it was typed."""
    # Nothing of these marks is changed by escaping, so what is around them is harmless first.
    harmless = str(escape(text))
    linked = LINK.sub(r'<a href="\2" target="_blank" rel="noopener">\1</a>', harmless)
    return Markup(BOLD.sub(r"<b>\1</b>", linked))  # noqa: S704

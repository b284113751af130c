"""Staff write descriptions in Markdown; readers get a few harmless elements of it."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

ELEMENTS = {
    "p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li",
    "h3", "h4", "h5", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"https", "http", "mailto"}

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=512)
def render(text: str) -> Markup:
    """HTML that can neither run a script nor speak htmx."""
    html = nh3.clean(
        _markdown.render(text),
        tags=ELEMENTS,
        attributes={"a": {"href", "title"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
    )
    return Markup(html)  # noqa: S704 - just sanitised

"""What all hosted pages share: the shell, who sells, and how money and moments read."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, render_template
from werkzeug.exceptions import HTTPException

from sandbox.browser import blueprint
from sandbox.browser.policy import hosted
from sandbox.browser.rich_text import rich
from sandbox.money import words
from sandbox.objects.accounts import NAME


def page(template: str, status: int = 200, *, embedded: bool = False, **context: Any) -> Response:
    """A page for a customer, `browser/<template>` on `browser/hosted/base.html`.

    In the template: `seller`, `money(amount, currency)`, `day(seconds)`, `rich(text)`."""
    context.setdefault("seller", NAME)
    html = render_template(
        f"browser/{template}", money=words, day=day, rich=rich, embedded=embedded, **context
    )
    answer = hosted(html, anywhere=embedded)
    answer.status_code = status
    return answer


@blueprint.errorhandler(403)
@blueprint.errorhandler(404)
def missing(error: HTTPException) -> Response:
    """Whoever looks at a page gets a page, also where there is none, or none any more."""
    return page("hosted/missing.html", error.code or 404, refused=error.code == 403)


def day(seconds: int) -> str:
    """Seconds since 1970 as `21 November 2026`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"

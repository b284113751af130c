"""Pages and fragments: the same view answers both."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request


def wants_fragment() -> bool:
    """htmx asks for a part; its history wants whole pages."""
    headers = request.headers
    if headers.get("HX-History-Restore-Request") == "true":
        return False
    return headers.get("HX-Request-Type") == "partial"


def render(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """The fragment for htmx, the page that includes it for everybody else."""
    template = fragment if wants_fragment() else page
    response = make_response(render_template(template, **context), status)
    response.vary.update(["HX-Request-Type", "HX-Target"])
    return response


def go(url: str) -> Response:
    """Leave for another page, with htmx or without."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))

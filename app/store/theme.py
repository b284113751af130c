"""Day or night, as the reader likes it."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import request
from flask.typing import ResponseReturnValue

from app import htmx, security, settings
from app.store.frame import THEMES, blueprint


@blueprint.post("/theme")
@security.audience(security.ANYBODY)
def theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "auto")
    response = htmx.go(_back())
    response.set_cookie(
        "theme",
        chosen if chosen in THEMES else "auto",
        max_age=timedelta(days=365),
        samesite="Lax",
        httponly=True,
        secure=settings.current().production,
    )
    return response


def _back() -> str:
    """Where the reader was, if that was here: never another site's address."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host or not came_from.path.startswith("/"):
        return "/"
    path = "/" + came_from.path.lstrip("/")
    return f"{path}?{came_from.query}" if came_from.query else path

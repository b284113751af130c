"""Pictures of products, from storage; a name never changes what it shows."""

import re

from flask import abort, send_file
from flask.typing import ResponseReturnValue

from app import plugins, security
from app.store.frame import blueprint

A_YEAR = 31_536_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,190}-(320|640|960)\.webp")


@blueprint.get("/pictures/<name>")
@security.audience(security.ANYBODY)
def picture(name: str) -> ResponseReturnValue:
    if not NAME.fullmatch(name):
        abort(404)
    try:
        content = plugins.storage().open(f"pictures/{name}")
    except FileNotFoundError:
        abort(404)
    response = send_file(content, mimetype="image/webp")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


@blueprint.app_template_global("picture_url")
def picture_url(stem: str, width: int) -> str:
    return f"/pictures/{stem}-{width}.webp"

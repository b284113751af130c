"""The address behind a file link: the file, for anybody who knows it."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint, core
from sandbox.objects import files


@blueprint.get("/links/<token>")
def linked_file(token: str) -> ResponseReturnValue:
    """The file; 404 once the link has expired."""
    account = core.sandbox().account
    with account.store.lock:
        links = account.where("file_link", "_token", token)
        file = account.find(links[0]["file"], "file") if links else None
    if file is None or links[0]["expired"]:
        abort(404)
    document = files.document(file)
    return Response(
        document.body,
        headers={
            "Content-Type": document.type,
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )

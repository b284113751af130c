"""The page of a payment link: each visit begins a session of its own."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint, core, hosted
from sandbox.checkout import links
from sandbox.routes import Call
from sandbox.shapes import Row


@blueprint.get("/b/<slug>")
def payment_link(slug: str) -> ResponseReturnValue:
    """On to a new session, or why there is none."""
    link = _found(slug)
    if link is None:
        return hosted.page("checkout/missing.html", 404)
    if not link["active"]:
        return hosted.page("checkout/inactive.html", message=link["inactive_message"])
    if request.method == "HEAD":  # somebody only looks whether it is there
        return Response()
    account = core.sandbox().account
    with account.transaction():
        call = Call(account, {}, base_url=account.base_url)
        session = links.visit(call, link, request.args.to_dict())
    return redirect(f"/c/pay/{session['id']}", 303)


def _found(slug: str) -> Row | None:
    account = core.sandbox().account
    account.run_due()
    with account.store.lock:
        found = account.where("payment_link", "_slug", slug)
        return found[0] if found else None

"""The page of a Checkout Session: what it costs, what is asked, and how it ended."""

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint, checkout_view, core, hosted
from sandbox.checkout import expiring, page
from sandbox.routes import Call
from sandbox.shapes import Row

PUBLISHABLE_KEY = "pk_test_hostedPagesOfThePretendStripe"


@blueprint.get("/c/pay/<session_id>")
def checkout_page(session_id: str) -> Response:
    """The session to be paid, or what became of it."""
    shown = _found(session_id)
    if shown is None:
        return hosted.page("checkout/missing.html", 404)
    return hosted.page(
        "checkout/checkout.html" if shown["status"] == "open" else "checkout/ended.html",
        embedded="embedded" in request.args,
        page=shown,
        view=checkout_view.View(shown),
        publishable_key=PUBLISHABLE_KEY,
    )


@blueprint.get("/c/recover/<token>")
def recovery(token: str) -> ResponseReturnValue:
    """A new session in the place of one that has expired."""
    account = core.sandbox().account
    with account.transaction():
        call = Call(account, {}, base_url=account.base_url)
        session = expiring.recovered(call, token)
    if session is None:
        return hosted.page("checkout/missing.html", 404)
    return redirect(f"/c/pay/{session['id']}", 303)


def _found(session_id: str) -> Row | None:
    account = core.sandbox().account
    account.run_due()
    with account.store.lock:
        session = account.find(session_id, "checkout.session")
        return page.shown(account, session) if session else None

"""The pretend bank's page of 3-D Secure: what is pressed there decides the intent at the server."""

import hmac
import secrets
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint, core
from sandbox.browser.policy import framed
from sandbox.money import words
from sandbox.shapes import Row

PAGE_KEY = secrets.token_bytes(32)
OUTCOMES = ("complete", "fail")


@blueprint.get("/3ds/<intent_id>")
def challenge(intent_id: str) -> Response:
    """The question, or its answer when it has been given already."""
    intent = _intent(intent_id)
    if intent["status"] != "requires_action":
        return _page(intent, finished=True)
    return _page(intent, finished=False)


@blueprint.post("/3ds/<intent_id>")
def answer_challenge(intent_id: str) -> ResponseReturnValue:
    """Complete or fail, only from a page that was shown to somebody who knows the client secret."""
    intent = _intent(intent_id)
    outcome = request.form.get("outcome", "")
    if outcome not in OUTCOMES or not hmac.compare_digest(
        request.form.get("token", ""), _token(intent)
    ):
        abort(403)
    return_url = _return_url(intent)
    if intent["status"] == "requires_action":
        core.sandbox().finish_authentication(intent_id, outcome)
    if return_url:
        return redirect(_with_result(return_url, _intent(intent_id)), 303)
    return _page(_intent(intent_id), finished=True)


def _intent(intent_id: str) -> Row:
    intent = core.find(intent_id)
    given = request.args.get("client_secret", "").encode()
    if intent is None or not hmac.compare_digest(str(intent.get("client_secret")).encode(), given):
        abort(404)
    return intent


def _page(intent: Row, *, finished: bool) -> Response:
    method = core.find(intent["payment_method"] or "") or {}
    html = render_template(
        "browser/authentication.html",
        amount=words(intent["amount"], intent["currency"]) if "amount" in intent else None,
        last4=(method.get("card") or {}).get("last4"),
        merchant=intent.get("statement_descriptor"),
        token=_token(intent),
        finished=finished,
        passed=intent["status"] in ("succeeded", "processing", "requires_capture"),
    )
    return framed(html, anywhere=True)


def _token(intent: Row) -> str:
    return hmac.new(PAGE_KEY, intent["client_secret"].encode(), "sha256").hexdigest()


def _return_url(intent: Row) -> str | None:
    action = intent.get("next_action") or {}
    return (action.get("redirect_to_url") or {}).get("return_url")


def _with_result(return_url: str, intent: Row) -> str:
    parts = urlsplit(return_url)
    good = ("succeeded", "requires_capture")
    pending = "pending" if intent["status"] == "processing" else "failed"
    result = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": "succeeded" if intent["status"] in good else pending,
    }
    query = "&".join(filter(None, [parts.query, urlencode(result)]))
    return urlunsplit(parts._replace(query=query))

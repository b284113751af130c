"""The dashboard's buttons: each presses a button of the control API, and only we may press them."""

from flask import Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint
from sandbox.browser.dashboard import page
from sandbox.browser.same_origin import from_ourselves

GUARDED = ("/_dashboard/", "/_sandbox/")
DONE = {
    "payment_intents": "settle",
    "intents": "answer",
    "disputes": "close",
    "events": "resend",
    "clock": "clock",
    "test_clocks": "clock",
    "chaos": "chaos",
    "reset": "reset",
}


@blueprint.before_app_request
def refuse_strangers() -> Response | None:
    """A page of another site may not move the clock or reset anything behind somebody's back."""
    if request.method != "POST" or not request.path.startswith(GUARDED):
        return None
    if from_ourselves(request):
        return None
    return Response("This was sent by a page of another site; nothing was done.\n", 403)


@blueprint.post("/_dashboard/<path:action>")
def press(action: str) -> ResponseReturnValue:
    """Do it, and show the page again from which it was asked."""
    subject = action.partition("/")[0]
    if subject not in DONE:
        abort(404)
    fields = {name: value for name, value in request.form.items() if value and name != "back"}
    answer = current_app.test_client().post(f"/_sandbox/{action}", data=fields)
    back = _own_path(request.form.get("back", "/"))
    if answer.status_code >= 400:
        reason = (answer.get_json(silent=True) or {}).get("error", {}).get("message", "")
        return page("refused.html", 400, reason=reason, back=back)
    return redirect(f"{back}?done={DONE[subject]}", 303)


def _own_path(path: str) -> str:
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"

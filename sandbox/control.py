"""The control API under /_sandbox: reset, clock, chaos, deliveries, and how pending things end."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox import settings
from sandbox.errors import Forbidden, InvalidRequest, StripeError
from sandbox.objects import disputes, payment_attempts, test_clocks
from sandbox.routes import Call

if TYPE_CHECKING:
    from sandbox.application import Sandbox

blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")


def _sandbox() -> "Sandbox":
    return cast("Sandbox", current_app)


def _given() -> dict[str, Any]:
    body = request.get_json(silent=True) if request.is_json else None
    if body is not None and not isinstance(body, dict):
        raise InvalidRequest("Send a JSON object, or form fields.")
    return {**request.values.to_dict(), **(body or {})}


@blueprint.before_request
def only_from_here() -> None:
    """Programs and the sandbox's own pages may; a page of somebody else's in a browser may not."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.host_url.rstrip("/"):
        raise Forbidden("This may not be done from another site's page.")


@blueprint.errorhandler(StripeError)
def refused(error: StripeError) -> ResponseReturnValue:
    """Errors as the API words them."""
    return jsonify(error={k: v for k, v in error.body.items() if isinstance(v, str)}), error.status


@blueprint.get("/")
def about() -> ResponseReturnValue:
    """What this is."""
    account = _sandbox().account
    counts = {
        kind: len(table.rows) for kind, table in account.store.tables.items() if kind[0] != "_"
    }
    return jsonify(name="A pretend Stripe. No money moves here.", now=account.now, objects=counts)


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Forget everything."""
    _sandbox().reset()
    return jsonify(reset=True)


@blueprint.get("/clock")
def clock() -> ResponseReturnValue:
    """The sandbox's time and by how much it was moved."""
    account = _sandbox().account
    return jsonify(now=account.now, moved_by=account.clock.moved_by, due=len(account.agenda))


@blueprint.post("/clock")
def move_clock() -> ResponseReturnValue:
    """`advance` seconds, `set` to a moment (seconds since 1970, or a date), or `reset` to the
    machine's time. Test clocks go forward with it, and never back."""
    given = _given()
    with _sandbox().moving() as its:
        if "advance" in given:
            its.advance(_whole(given, "advance"))
        elif "set" in given:
            its.set(_moment(given, "set"))
        elif "reset" in given:
            its.reset()
        else:
            raise InvalidRequest("Say advance (seconds), set (seconds since 1970) or reset.")
    return clock()


@blueprint.post("/test_clocks/<clock_id>/advance")
def advance_test_clock(clock_id: str) -> ResponseReturnValue:
    """`advance` seconds, or `set` to a moment: everything due on this clock happens."""
    account, given = _sandbox().account, _given()
    row = account.get(test_clocks.KIND, clock_id)
    if "advance" in given:
        until = row["frozen_time"] + _whole(given, "advance")
    else:
        until = _moment(given, "set")
    with account.store.lock, account.on_clock(clock_id), account.transaction():
        test_clocks.advance(Call(account, {"frozen_time": until}), clock_id)
    return jsonify(id=clock_id, frozen_time=until)


def _moment(given: dict[str, Any], name: str) -> int:
    """Seconds since 1970, or a date (and time, UTC) as text."""
    text = str(given.get(name, ""))
    if not re.match(r"\d{4}-", text):
        return _whole(given, name)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{name} is no date: {text[:40]}", param=name) from None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())


def _whole(given: dict[str, Any], name: str) -> int:
    try:
        number = int(given[name])
    except (TypeError, ValueError):
        raise InvalidRequest(f"{name} must be a whole number.", param=name) from None
    if not 0 <= number < 10**11:
        raise InvalidRequest(f"{name} must not be negative or absurd.", param=name)
    return number


@blueprint.get("/chaos")
def chaos() -> ResponseReturnValue:
    """The rules in force."""
    return jsonify(_sandbox().account.chaos.as_json())


@blueprint.post("/chaos")
def set_chaos() -> ResponseReturnValue:
    """`{"rules": […], "seed": 7}` replaces all rules; `{"fault": "drop", …}` adds one, and
    `{"off": "drop"}` takes those of one fault away."""
    rules = _sandbox().account.chaos
    given = _given()
    try:
        if "fault" in given:
            rules.add(**given)
        elif "off" in given:
            rules.switch_off(given["off"])
        else:
            rules.replace(given.get("rules") or [], seed=given.get("seed"))
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidRequest(f"That is no rule: {error}") from None
    return chaos()


@blueprint.get("/settings")
def known_settings() -> ResponseReturnValue:
    """What a real account sets in its Dashboard: the retry schedule, and what ends it."""
    return jsonify(settings.of(_sandbox().account))


@blueprint.post("/settings")
def change_settings() -> ResponseReturnValue:
    """Change some of them."""
    account = _sandbox().account
    with account.transaction():
        settings.change(account, _given())
    return known_settings()


@blueprint.get("/deliveries")
def deliveries() -> ResponseReturnValue:
    """Newest first: what went where, how often it was tried, with what answer."""
    account = _sandbox().account
    with account.store.lock:
        rows = list(account.store.table("_delivery").rows.values())[-500:]
        shown = [{**row, "type": _type(row["event"])} for row in reversed(rows)]
    return jsonify(data=shown)


def _type(event_id: str) -> str | None:
    event = _sandbox().account.find(event_id, "event")
    return event["type"] if event else None


@blueprint.get("/requests")
def requests() -> ResponseReturnValue:
    """The last calls, newest first."""
    return jsonify(data=_sandbox().requests[::-1])


@blueprint.post("/events/<event_id>/resend")
def resend(event_id: str) -> ResponseReturnValue:
    """Deliver an event once more."""
    sandbox = _sandbox()
    with sandbox.account.transaction():
        event = sandbox.account.get("event", event_id)
        queued = sandbox.deliveries.resend(event)
    return jsonify(event=event_id, queued=queued)


@blueprint.post("/disputes/<dispute_id>/close")
def close_dispute(dispute_id: str) -> ResponseReturnValue:
    """The bank decides: `status` is won or lost."""
    account, status = _sandbox().account, _given().get("status")
    if status not in ("won", "lost"):
        raise InvalidRequest("status is won or lost.", param="status")
    with account.transaction():
        dispute = disputes.end(account, dispute_id, status)
    return jsonify(id=dispute_id, status=dispute["status"])


@blueprint.post("/payment_intents/<intent_id>/settle")
def settle(intent_id: str) -> ResponseReturnValue:
    """The bank answers a debit now: `outcome` is succeeded or failed."""
    account, outcome = _sandbox().account, _given().get("outcome", "succeeded")
    if outcome not in ("succeeded", "failed"):
        raise InvalidRequest("outcome is succeeded or failed.", param="outcome")
    with account.transaction():
        intent = payment_attempts.settle(account, intent_id, succeeds=outcome == "succeeded")
    return jsonify(id=intent_id, status=intent["status"])


@blueprint.post("/intents/<intent_id>/authentication")
def finish_authentication(intent_id: str) -> ResponseReturnValue:
    """Decide a 3-D Secure challenge without a browser: `outcome` is complete or fail."""
    intent = _sandbox().finish_authentication(intent_id, str(_given().get("outcome")))
    return jsonify(id=intent_id, status=intent["status"])

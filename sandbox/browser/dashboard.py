"""The dashboard: what is in the sandbox, what happened, and who was told."""

import json
from typing import Any

from flask import Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.account import public
from sandbox.billing.calendar import boundary
from sandbox.browser import blueprint, core, names
from sandbox.browser.json_page import json_page, without_empty
from sandbox.browser.policy import standing
from sandbox.browser.steps import next_steps
from sandbox.browser.summaries import moment, summary
from sandbox.shapes import Row

PER_PAGE = 50
SHORT = 8
FAULTS = {
    "duplicate": "Events arrive twice",
    "shuffle": "Events arrive in any order",
    "delay": "Events arrive late",
    "drop": "Events are lost",
    "lost_answer": "The work is done, the answer is lost",
    "429": "Too many requests (429)",
    "409": "Locked by another request (409)",
    "500": "Error of the server (500)",
    "slow": "Answers come late",
    "hang": "No answer at all",
}
DONE = {
    "settle": "The bank has answered.",
    "answer": "The bank's question is answered.",
    "close": "The dispute is closed.",
    "resend": "The event is on its way again.",
    "clock": "The clock was moved; what became due has happened.",
    "chaos": "The faults are set.",
    "reset": "Everything was forgotten.",
}


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A page of the dashboard with everything its frame needs."""
    html = render_template(
        f"browser/dashboard/{template}",
        names=names,
        counts=core.counts(),
        now=moment(core.sandbox().account.now),
        moment=moment,
        summary=summary,
        json_page=json_page,
        done=DONE.get(request.args.get("done", "")),
        **context,
    )
    answer = standing(html)
    answer.status_code = status
    return answer


@blueprint.get("/")
def front_page() -> Response:
    """Everything in one look."""
    return page(
        "overview.html",
        events=[row for _, row in core.newest("event", SHORT)],
        payments=[row for _, row in core.newest("payment_intent", SHORT)],
        chaos=core.sandbox().account.chaos.as_json(),
    )


@blueprint.get("/dashboard")
@blueprint.get("/test")
@blueprint.get("/test/dashboard")
def home() -> ResponseReturnValue:
    """Where links to Stripe's own dashboard begin."""
    return redirect("/")


@blueprint.get("/test/<name>")
def object_list(name: str) -> Response:
    """All objects of one kind, newest first."""
    kind, wanted = names.kind_of(name), request.args.get("type", "").strip()
    where = ("type", wanted) if wanted and kind == "event" else None
    rows = core.newest(kind, PER_PAGE + 1, before=request.args.get("before", type=int), where=where)
    shown = rows[:PER_PAGE]
    if kind == "webhook_endpoint":
        return page("webhooks.html", rows=[row for _, row in shown], deliveries=_deliveries())
    older = shown[-1][0] if len(rows) > PER_PAGE else None
    return page(
        "list.html",
        kind=kind,
        rows=[row for _, row in shown],
        older=older,
        wanted=wanted,
        types=core.event_types() if kind == "event" else (),
    )


@blueprint.get("/test/logs")
def requests() -> Response:
    """The last calls of the API."""
    return page("requests.html", requests=list(reversed(core.sandbox().requests)))


@blueprint.get("/test/<name>/<row_id>.json")
def object_json(name: str, row_id: str) -> ResponseReturnValue:
    """The object as the API answers it."""
    row = core.find(row_id)
    if row is None or row["object"][0] == "_":
        return page("missing.html", 404, wanted=row_id)
    return jsonify(public(row))


@blueprint.get("/test/<name>/<row_id>")
def object_page(name: str, row_id: str) -> Response:
    """One object: its state, its next steps, what belongs to it, and all its fields."""
    row = core.find(row_id)
    if row is None or row["object"][0] == "_":
        return page("missing.html", 404, wanted=row_id)
    if row["object"] == "event":
        return _event(row)
    everything = "all" in request.args
    shown = public(row) if everything else without_empty(public(row))
    return page(
        "object.html",
        row=row,
        shown=shown,
        everything=everything,
        steps=next_steps(row),
        links=core.named_in(row),
        related=core.pointing_to(row_id),
        events=core.events_about(row_id, SHORT),
    )


def _event(row: Row) -> Response:
    return page(
        "event.html",
        row=row,
        shown=public(row),
        about=row["data"]["object"],
        deliveries=core.deliveries_of(row["id"]),
        endpoint=core.find,
        sent=_sent,
    )


def _sent(event: Row, attempt: Row) -> str:
    """The body of one try: the event as it was then."""
    then = {"pending_webhooks": attempt.get("pending_webhooks", event["pending_webhooks"])}
    return json.dumps(public(event) | then)


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """An id leads straight to its object; other words to whatever mentions them."""
    text = request.args.get("q", "").strip()
    row = core.find(text)
    if row is not None and row["object"][0] != "_":
        return redirect(names.address(text, row["object"]))
    return page("search.html", text=text, rows=core.matching(text, PER_PAGE) if text else [])


@blueprint.get("/controls")
def controls() -> Response:
    """The clock, the faults, and a new beginning."""
    account, (due, next_due) = core.sandbox().account, core.due()
    clocks = [row for _, row in core.newest("test_helpers.test_clock", PER_PAGE)]
    return page(
        "controls.html",
        chaos=account.chaos.as_json(),
        moved=account.clock.moved_by,
        faults=FAULTS,
        due=due,
        next_due=next_due,
        month=_a_month_after(account.now),
        test_clocks=[(clock, _a_month_after(clock["frozen_time"])) for clock in clocks],
    )


def _a_month_after(moment: int) -> int:
    return boundary(moment, {"interval": "month", "interval_count": 1}, 1)


def _deliveries() -> list[tuple[Row, Row | None]]:
    rows = [row for _, row in core.newest("_delivery", PER_PAGE)]
    return [(row, core.find(row["event"])) for row in rows]

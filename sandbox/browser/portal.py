"""The billing portal's first page, its end, and the way in by e-mail."""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.browser import blueprint, core, hosted, portal_view
from sandbox.browser.portal_visits import Visit, portal
from sandbox.browser.same_origin import from_ourselves
from sandbox.portal import configuring, flows, methods, opening, saying
from sandbox.shapes import Row

MOST_INVOICES = 24


@portal("")
def overview(visit: Visit) -> ResponseReturnValue:
    """Everything in one look; or straight to what the session is for."""
    flow = visit.session["flow"]
    if flow and not visit.session.get("_flow_done"):
        return redirect(visit.at(flows.path_of(flow)))
    with visit.doing():
        said = saying.said(visit.account, visit.session)
    return visit.page(
        "overview.html",
        said=said,
        plans=portal_view.plans_of(visit),
        methods=methods.saved(visit.account, visit.customer),
        default=methods.default_of(visit.customer),
        removable=lambda name: methods.can_remove(visit.account, visit.customer, name),
        invoices=_invoices(visit),
        named=portal_view.method_name,
        person=portal_view.person(visit),
        tax_ids=visit.account.where("tax_id", "customer", visit.session["customer"]),
    )


def _invoices(visit: Visit) -> list[Row]:
    if not visit.configuration["features"]["invoice_history"]["enabled"]:
        return []
    rows = visit.account.where("invoice", "customer", visit.session["customer"])
    return [row for row in reversed(rows) if row["status"] != "draft"][:MOST_INVOICES]


@portal("/done")
def done(visit: Visit) -> ResponseReturnValue:
    """What the session was for is done."""
    flow = visit.session["flow"]
    if not flow or not visit.session.get("_flow_done"):
        abort(404)
    return visit.page("done.html", after=flow["after_completion"])


@blueprint.route("/p/login/<token>", methods=["GET", "POST"])
def portal_login(token: str) -> ResponseReturnValue:
    """For customers without an address of a session; the pretend Stripe trusts any e-mail."""
    account = core.sandbox().account
    with account.store.lock:
        configuration = _of_login(token)
        if configuration is None:
            return hosted.page("portal/missing.html", 404)
        email = request.form.get("email", "").strip()
        if request.method == "GET" or not from_ourselves(request):
            return hosted.page("portal/login.html", unknown=None, email="")
        known = [row for row in account.where("customer", "email", email) if not row.get("deleted")]
        if not known:
            return hosted.page("portal/login.html", 404, unknown=email, email=email)
        with account.on_clock(account.clock_of(known[-1]["id"])), account.transaction():
            url = configuration["default_return_url"]
            session = opening.opened(account, known[-1], configuration, return_url=url)
            account.emit("billing_portal.session.created", session)
    return redirect(f"/p/session/{session['_token']}", 303)


def _of_login(token: str) -> Row | None:
    rows = core.sandbox().account.store.table(configuring.KIND).rows.values()
    found = (row for row in rows if row.get("_login") == token)
    return next((row for row in found if row["login_page"]["enabled"] and row["active"]), None)

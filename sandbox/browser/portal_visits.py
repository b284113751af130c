"""A customer in the portal: let in by the address, on their own clock, one step at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.account import Account
from sandbox.browser import blueprint, core, hosted
from sandbox.browser.same_origin import from_ourselves
from sandbox.errors import CardError, StripeError
from sandbox.portal import configuring, opening, saying
from sandbox.shapes import Row

AUTHENTICATE = (
    "Your bank wants to confirm this payment, which cannot be done here. Nothing was changed; "
    "please choose another payment method first."
)
View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Visit:
    """Who is there, and what they may do."""

    account: Account
    session: Row

    @property
    def customer(self) -> Row:
        """Whose portal it is."""
        return self.account.get("customer", self.session["customer"])

    @property
    def configuration(self) -> Row:
        """What it allows."""
        return self.account.get(configuring.KIND, self.session["configuration"])

    def feature(self, name: str) -> Row:
        """What is allowed of one thing; 404 where nothing is."""
        feature: Row = self.configuration["features"][name]
        if not feature["enabled"]:
            abort(404)
        return feature

    def at(self, path: str = "") -> str:
        """The address of a page of the portal."""
        return f"/p/session/{self.session['_token']}{path}"

    @property
    def here(self) -> str:
        """The page that is looked at, to come back to when something was refused."""
        return request.full_path.removeprefix(self.at()).rstrip("?") or "/"

    @property
    def way_back(self) -> str | None:
        """Where a page's back arrow leads: to the first page, or, with a flow, to the shop."""
        flow = self.session["flow"]
        leads_on = flow is not None and not self.session.get("_flow_done")
        return self.session["return_url"] if leads_on else self.at()

    def subscription(self, name: str) -> Row:
        """One of the customer's own."""
        row = self.account.find(name, "subscription")
        if row is None or row["customer"] != self.session["customer"]:
            abort(404)
        return row

    def doing(self) -> AbstractContextManager[None]:
        """Changes, all of them or none."""
        return self.account.transaction()

    def say(self, text: str, kind: str = "good") -> None:
        """Tell it on the next page."""
        saying.say(self.account, self.session, kind, text)

    def done(self, text: str, *kinds: str) -> str:
        """Where to go now: on with the portal, or, if the session was for this, to its end."""
        flow = self.session["flow"]
        if flow and flow["type"] in kinds and not self.session.get("_flow_done"):
            self.account.store.edit(self.session)["_flow_done"] = True
            if flow["after_completion"]["type"] != "portal_homepage":
                return self.at("/done")
        self.say(text)
        return self.at()

    def page(self, template: str, **context: Any) -> Response:
        """A page of the portal."""
        return hosted.page(f"portal/{template}", visit=self, **context)


def portal(path: str) -> Callable[[View], View]:
    """A page of the portal: a function of the visit, for GET."""

    def registered(view: View) -> View:
        _reach(path, "GET", view.__name__, _let_in(view))
        return view

    return registered


def action(path: str) -> Callable[[View], View]:
    """A button of the portal: what follows answers where to go then. A refusal changes nothing and
    is told where the customer came from."""

    def registered(view: View) -> View:
        _reach(path, "POST", view.__name__, _let_in(_pressed(view)))
        return view

    return registered


def _reach(path: str, method: str, name: str, view: View) -> None:
    rule = f"/p/session/<token>{path}"
    blueprint.add_url_rule(rule, f"portal_{name}", view, methods=[method])


def _let_in(view: View) -> View:
    @wraps(view)
    def visited(token: str, **named: Any) -> ResponseReturnValue:
        account = core.sandbox().account
        account.run_due()
        with account.store.lock:
            session = opening.of_token(account, token)
            if session is None:
                return hosted.page("portal/missing.html", 404)
            with account.on_clock(account.clock_of(session["customer"])):
                return _seen(account, session, view, named)

    return visited


def _seen(account: Account, session: Row, view: View, named: dict[str, Any]) -> ResponseReturnValue:
    customer = account.find(session["customer"], "customer")
    if customer is None or customer.get("deleted") or opening.is_over(account, session):
        configuration = account.get(configuring.KIND, session["configuration"])
        return hosted.page("portal/over.html", 410, configuration=configuration, session=session)
    with account.transaction():
        opening.prolong(account, session)
    return view(Visit(account, account.get(opening.KIND, session["id"])), **named)


def _pressed(view: View) -> View:
    @wraps(view)
    def pressed(visit: Visit, **named: Any) -> ResponseReturnValue:
        if not from_ourselves(request):
            abort(403)
        try:
            with visit.doing():
                target = str(view(visit, **named))
        except StripeError as error:
            with visit.doing():
                visit.say(_words(error), "bad")
            return redirect(_back(visit), 303)
        return redirect(target, 303)

    return pressed


def _words(error: StripeError) -> str:
    if isinstance(error, CardError) and error.code == "subscription_payment_intent_requires_action":
        return AUTHENTICATE
    return error.message


def _back(visit: Visit) -> str:
    """Where the form stood, or the beginning."""
    came_from = request.form.get("from", "")
    return visit.at(came_from) if came_from.startswith("/") and came_from != "/" else visit.at()

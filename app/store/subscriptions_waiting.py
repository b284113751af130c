"""A change that waits for the customer's bank: it is confirmed, or the old plan is kept."""

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from app import htmx, security, sign_in
from app.errors import ShopError
from app.services import subscription_waiting
from app.services.subscription_waiting import Outcome
from app.store.checkout import OFTEN, wants_json
from app.store.frame import blueprint
from app.store.subscriptions import in_words, own, refuse

WAIT = "You have tried this many times. Please wait a minute. Nothing was charged."
NEWS = {
    Outcome.CHANGED: ("It is changed. What is below is what you have now.", "success"),
    Outcome.WAITS: ("It is not changed yet: the payment is not confirmed.", "info"),
    Outcome.REFUSED: (subscription_waiting.DECLINED, "error"),
    Outcome.KEPT: ("Nothing was changed, and nothing was charged.", "info"),
}


def _too_often(_limit: object) -> Response:
    return refuse(str((request.view_args or {})["token"]), WAIT, 429)


@blueprint.post("/account/subscriptions/<token>/changes/confirmation")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def confirm_change(token: str) -> ResponseReturnValue:
    """What Stripe's script needs to let the bank ask once more."""
    try:
        secret = subscription_waiting.confirm(own(token).id, actor="customer")
    except ShopError as error:
        return refuse(token, in_words(error), error.status_code)
    return answer(token, secret)


@blueprint.get("/account/subscriptions/<token>/changes/return")
@security.audience(security.CUSTOMER)
@security.limiter.limit("30 per minute")
def return_from_bank(token: str) -> ResponseReturnValue:
    """The bank was asked. What came of it, Stripe is asked."""
    try:
        tell(subscription_waiting.finish(own(token).id, actor="customer"))
    except ShopError as error:
        flash(in_words(error), "error")
    return redirect(f"/account/subscriptions/{token}", 303)


@blueprint.post("/account/subscriptions/<token>/changes/withdrawal")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def keep_plan(token: str) -> ResponseReturnValue:
    """The change is given up, and nothing of it stays open."""
    try:
        tell(subscription_waiting.give_up(own(token).id, actor="customer"))
    except ShopError as error:
        return refuse(token, in_words(error), error.status_code)
    return htmx.go(f"/account/subscriptions/{token}")


def answer(token: str, secret: str) -> ResponseReturnValue:
    """Our script lets the bank ask; without one, the subscription's page says how to go on."""
    page = f"/account/subscriptions/{token}"
    if secret and wants_json():
        back = f"{request.host_url.rstrip('/')}{page}/changes/return"
        return jsonify(client_secret=secret, return_url=back)
    if not secret:
        tell(Outcome.WAITS if own(token).change_waits else Outcome.CHANGED)
    return jsonify(url=page) if wants_json() else htmx.go(page)


def tell(outcome: Outcome) -> None:
    flash(*NEWS[outcome])

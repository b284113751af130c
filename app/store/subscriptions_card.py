"""Another card for a subscription: one on file, or a new one left in the Payment Element."""

from flask import Response, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from app import htmx, security, settings, sign_in
from app.errors import ShopError
from app.services import subscription_cards
from app.store import subscriptions_words
from app.store.checkout import OFTEN, wants_json
from app.store.frame import blueprint
from app.store.subscriptions import in_words, own

WAIT = "You have tried this many times. Please wait a minute. Nothing was changed."


@blueprint.get("/account/subscriptions/<token>/card")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit("30 per minute")
@sign_in.fresh
def card(token: str) -> ResponseReturnValue:
    return _show(token)


def _too_often(_limit: object) -> Response:
    return _show(str((request.view_args or {})["token"]), 429, refusal=WAIT)


@blueprint.post("/account/subscriptions/<token>/card")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def use_card(token: str) -> ResponseReturnValue:
    """Charge a card that is on file from now on."""
    own(token)
    try:
        subscription_cards.use(token, request.form.get("card", "")[:255], actor="customer")
    except ShopError as error:
        return _show(token, error.status_code, refusal=in_words(error))
    return _done(token)


@blueprint.post("/account/subscriptions/<token>/cards")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def leave_card(token: str) -> ResponseReturnValue:
    """What Stripe's script needs to take a new card."""
    own(token)
    try:
        secret = subscription_cards.start_change(token)
    except ShopError as error:
        return _show(token, error.status_code, refusal=in_words(error))
    page = f"/account/subscriptions/{token}/card"
    if not wants_json():
        return redirect(page, 303)
    back = f"{request.host_url.rstrip('/')}{page}/return"
    return jsonify(client_secret=secret, return_url=back)


@blueprint.get("/account/subscriptions/<token>/card/return")
@security.audience(security.CUSTOMER)
@security.limiter.limit("30 per minute")
def return_from_card(token: str) -> ResponseReturnValue:
    """Stripe sends customers here; whether a card was left, Stripe is asked."""
    own(token)
    try:
        subscription_cards.finish_change(token, actor="customer")
    except ShopError as error:
        flash(in_words(error), "error")
        return redirect(f"/account/subscriptions/{token}", 303)
    return _done(token)


def _done(token: str) -> ResponseReturnValue:
    found = own(token)
    flash(f"From now on, {found.method or 'your new card'} is charged.", "success")
    return htmx.go(f"/account/subscriptions/{token}")


def _show(token: str, status: int = 200, *, refusal: str = "") -> Response:
    found = own(token)
    currency = found.currency
    try:
        cards, charged = subscription_cards.saved(token), subscription_cards.charged(token)
    except ShopError as error:
        cards, charged = [], ""
        refusal, status = refusal or in_words(error), max(status, error.status_code)
    return htmx.render(
        "store/subscriptions_card.html",
        "store/_subscriptions_card.html",
        status,
        subscription=own(token),
        currency=currency,
        words=subscriptions_words,
        cards=cards,
        charged=charged,
        refusal=refusal,
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )

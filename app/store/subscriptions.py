"""A customer's subscriptions: the list, and each one's page, where it is paid, ended and resumed."""

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import htmx, security, settings, sign_in
from app.db import reading
from app.errors import ShopError
from app.models import Subscription
from app.services import customers, subscription_changes, subscriptions
from app.store import invoices_words, subscriptions_words
from app.store.checkout import OFTEN
from app.store.frame import blueprint
from app.store.orders import next_wait
from app.store.subscribe import answer, cards_secret, in_words

WAIT = "You have tried this many times. Please wait a minute. Nothing was charged."
LONGEST_REASON = 500
REASONS = {
    "too_expensive": "It costs too much",
    "missing_features": "Something is missing",
    "switched_service": "I use something else now",
    "unused": "I do not use it",
    "other": "Another reason",
}


@blueprint.get("/account/subscriptions")
@security.audience(security.CUSTOMER)
def own_subscriptions() -> ResponseReturnValue:
    """Newest first."""
    customer_id = own_customer_id()
    found = subscriptions.of_customer(customer_id) if customer_id else []
    return render_template(
        "store/subscriptions.html", subscriptions=found, words=subscriptions_words
    )


@blueprint.get("/account/subscriptions/<token>")
@security.audience(security.CUSTOMER)
@security.stripe_page
def own_subscription(token: str) -> ResponseReturnValue:
    found = own(token)
    confirming = "confirming" in request.args and subscriptions_words.is_payable(found)
    if confirming and htmx.wants_fragment():
        _sync(found)
        found = own(token)
        waiting = subscriptions_words.is_payable(found)
        confirming = waiting and not subscriptions_words.declined(found)
    thanks = "confirming" in request.args or "thanks" in request.args
    return _show(found, confirming=confirming, thanks=thanks)


@blueprint.get("/account/subscriptions/<token>/return")
@security.audience(security.CUSTOMER)
@security.limiter.limit("30 per minute")
def return_from_subscribing(token: str) -> ResponseReturnValue:
    """Stripe sends customers here. What the address claims is not believed: Stripe is asked."""
    asked = _sync(own(token))
    page = f"/account/subscriptions/{token}"
    if asked:
        return redirect(f"{page}?thanks=1" if own(token).has_begun else page, 303)
    if request.args.get("redirect_status") == "failed":  # it is asked for again, at worst
        flash("It was not confirmed, so nothing was charged. Please try again.", "error")
        return redirect(page, 303)
    return redirect(f"{page}?confirming=1", 303)


def _too_often(_limit: object) -> Response:
    return refuse(str((request.view_args or {})["token"]), WAIT, 429)


@blueprint.post("/account/subscriptions/<token>/payments")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def pay_subscription(token: str) -> ResponseReturnValue:
    """Pay what is open, or leave the card for after the trial; on the same subscription."""
    found = own(token)
    if not subscriptions_words.is_payable(found):
        return refuse(token, "There is nothing to pay at the moment. Nothing was charged.", 409)
    try:
        return answer(subscriptions.resume_payment(token, actor="customer"))
    except ShopError as error:
        return refuse(token, in_words(error), error.status_code)


@blueprint.get("/account/subscriptions/<token>/next-payment")
@security.audience(security.CUSTOMER)
@security.limiter.limit("30 per minute")
def next_payment(token: str) -> ResponseReturnValue:
    """What Stripe will really charge: credit is taken off. When it cannot be asked, what we know."""
    found = own(token)
    coming = subscriptions_words.next_payment(found)
    if coming is not None:
        try:
            exactly = subscription_changes.next_amount(found.id)
            coming = (exactly, coming[1]) if exactly is not None else None
        except ShopError:
            found = own(token)
    return render_template(
        "store/_subscriptions_next.html",
        subscription=own(token),
        coming=coming,
        asked=True,
        words=subscriptions_words,
    )


@blueprint.post("/account/subscriptions/<token>/cancellation")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def cancel_subscription(token: str) -> ResponseReturnValue:
    """At the end of what is paid, or now; what was never paid is put away."""
    found, now = own(token), request.form.get("when") == "now"
    try:
        subscription_changes.cancel(found.id, now=now, reason=_reason(), actor="customer")
    except ShopError as error:
        return refuse(token, in_words(error), error.status_code)
    return changed(token)


@blueprint.post("/account/subscriptions/<token>/resumption")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def resume_subscription(token: str) -> ResponseReturnValue:
    try:
        subscription_changes.resume(own(token).id, actor="customer")
    except ShopError as error:
        return refuse(token, in_words(error), error.status_code)
    return changed(token)


@blueprint.get("/account/portal")
@security.audience(security.CUSTOMER)
@security.limiter.limit(OFTEN)
@sign_in.fresh
def portal() -> ResponseReturnValue:
    """Stripe's own page for a customer; a link, since no form of ours may lead elsewhere."""
    back = f"{request.host_url}account/subscriptions"
    customer_id = own_customer_id()
    if customer_id is None:
        flash("There is nothing of yours at Stripe yet.", "info")
        return redirect(back, 303)
    try:
        return redirect(subscriptions.portal_url(customer_id, return_url=back), 303)
    except ShopError as error:
        flash(in_words(error), "error")
        return redirect(back, 303)


def own_customer_id() -> int | None:
    with reading():
        customer = customers.for_user(current_user.id)
        return customer.id if customer else None


def own(token: str) -> Subscription:
    """Somebody else's does not exist."""
    found = subscriptions.find(token, customer_id=own_customer_id() or abort(404))
    return found or abort(404)


def refuse(token: str, sentence: str, status: int) -> Response:
    """The page as it is now, with the reason above it."""
    return _show(own(token), status, refusal=sentence)


def changed(token: str) -> ResponseReturnValue:
    if htmx.wants_fragment():
        return _show(own(token), thanks=True)
    return redirect(f"/account/subscriptions/{token}", 303)


def _reason() -> str:
    """What was ticked and written, in words for staff."""
    ticked = REASONS.get(request.form.get("reason", ""), "")
    written = request.form.get("comment", "").replace("\x00", "").strip()[:LONGEST_REASON]
    return ": ".join(part for part in (ticked, written) if part)


def _sync(subscription: Subscription) -> bool:
    """Ask Stripe; False when it could not be asked, or has nothing new, and one should look again."""
    token = subscription.token
    try:
        subscriptions.sync(subscription.id)
    except ShopError:
        return False
    found = own(token)
    waiting = subscriptions_words.is_payable(found)
    return not waiting or bool(subscriptions_words.declined(found))


def _cards_secret(subscription: Subscription) -> str:
    """Cards left before are offered as long as it has not begun; later it has a page for them."""
    if subscription.has_begun or not subscriptions_words.is_payable(subscription):
        return ""
    return cards_secret(subscription.customer_id, setup=subscription.awaits_card)


def _show(
    subscription: Subscription,
    status: int = 200,
    *,
    confirming: bool = False,
    thanks: bool = False,
    refusal: str = "",
) -> Response:
    secret = _cards_secret(subscription)
    waiting = confirming or subscriptions_words.on_its_way(subscription)
    return htmx.render(
        "store/subscription.html",
        "store/_subscription.html",
        status,
        subscription=subscription,
        head=subscriptions_words.head(subscription, confirming=confirming, thanks=thanks),
        words=subscriptions_words,
        invoice_badge=invoices_words.badge,
        reasons=REASONS,
        confirming=confirming,
        wait=next_wait() if waiting else 0,
        refusal=refusal,
        cards_secret=secret,
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )

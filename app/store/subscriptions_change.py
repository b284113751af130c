"""Another plan or number of seats: what it costs to the cent, then exactly that."""

import re
from collections.abc import Mapping

from flask import Response, request
from flask.typing import ResponseReturnValue

from app import htmx, security, settings, sign_in
from app.db import reading
from app.errors import GatewayUnavailable, PaymentFailed, PreviewExpired, ShopError
from app.models import Subscription
from app.services import plans, subscription_changes
from app.services.plans import Plan
from app.services.subscription_previews import SealedPreview
from app.services.subscription_terms import MOST_SEATS
from app.store import subscriptions_waiting, subscriptions_words
from app.store.checkout import OFTEN
from app.store.frame import blueprint
from app.store.subscriptions import in_words, own

WAIT = "You have tried this many times. Please wait a minute. Nothing was changed."
AWAY = (
    "The payment service does not answer just now. Please press the button again in a moment; "
    "you are never charged twice."
)


@blueprint.get("/account/subscriptions/<token>/change")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit("60 per minute")
def change_choice(token: str) -> ResponseReturnValue:
    """The plans to choose from; with a choice, its preview."""
    return _preview(own(token), request.args)


def _too_often(_limit: object) -> Response:
    found = own(str((request.view_args or {})["token"]))
    return _show(found, request.form, 429, refusal=WAIT)


@blueprint.post("/account/subscriptions/<token>/changes")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@sign_in.fresh
def change_subscription(token: str) -> ResponseReturnValue:
    """Do what the preview on the screen says, for its amount and no other; the bank may ask first."""
    found, form = own(token), request.form
    try:
        secret = subscription_changes.change(
            found.id,
            price_id=_whole(form.get("price", "")),
            quantity=_whole(form.get("seats", "")),
            proration_date=_whole(form.get("proration_date", "")),
            due_amount=_whole(form.get("due_amount", "")),
            seal=form.get("seal", ""),
            actor="customer",
        )
    except PreviewExpired as error:
        return _preview(own(token), form, error.status_code, refusal=str(error))
    except GatewayUnavailable as error:
        return _show(own(token), form, error.status_code, refusal=AWAY, preview=_sent(found, form))
    except ShopError as error:
        declined = isinstance(error, PaymentFailed)
        return _show(own(token), form, error.status_code, refusal=str(error), declined=declined)
    return subscriptions_waiting.answer(token, secret)


def _preview(
    subscription: Subscription, values: Mapping[str, str], status: int = 200, *, refusal: str = ""
) -> Response:
    price_id, quantity = _chosen(subscription, values)
    if "price" not in values or (price_id, quantity) == _now(subscription):
        return _show(subscription, values, status, refusal=refusal)
    token = subscription.token
    try:
        preview = subscription_changes.preview_change(
            subscription.id, price_id=price_id, quantity=quantity
        )
    except ShopError as error:
        return _show(own(token), values, error.status_code, refusal=refusal or in_words(error))
    return _show(own(token), values, status, refusal=refusal, preview=preview)


def _show(
    subscription: Subscription,
    values: Mapping[str, str],
    status: int = 200,
    *,
    refusal: str = "",
    preview: SealedPreview | None = None,
    declined: bool = False,
) -> Response:
    price_id, quantity = _chosen(subscription, values)
    return htmx.render(
        "store/subscriptions_change.html",
        "store/_subscriptions_change.html",
        status,
        subscription=subscription,
        words=subscriptions_words,
        plans=_plans(subscription),
        price_id=price_id,
        quantity=quantity,
        typed=values.get("seats", subscription.quantity),
        most_seats=MOST_SEATS,
        same=(price_id, quantity) == _now(subscription),
        preview=preview,
        refusal=refusal,
        why_not=subscription_changes.why_not_change(subscription)
        if subscription.is_running
        else "",
        declined=declined,
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )


def _plans(subscription: Subscription) -> tuple[Plan, ...]:
    """What its product offers in its currency; what it is now comes first if it is not sold now."""
    price = subscription.price
    if price is None:
        return ()
    with reading() as session:
        offered = plans.of_product(
            session, price.variant.product_id, currency=subscription.currency
        )
        if price.id in {plan.price_id for plan in offered}:
            return offered
        return (plans.of_price(price), *offered)


def _chosen(subscription: Subscription, values: Mapping[str, str]) -> tuple[int, int]:
    price_id, quantity = _now(subscription)
    return (
        _whole(values["price"]) if "price" in values else price_id,
        _whole(values["seats"]) if "seats" in values else quantity,
    )


def _now(subscription: Subscription) -> tuple[int, int]:
    return subscription.price_id or 0, subscription.quantity


def _sent(subscription: Subscription, form: Mapping[str, str]) -> SealedPreview:
    """What was on the screen, while nobody can be asked for more."""
    due = _whole(form.get("due_amount", ""))
    return SealedPreview(
        due_amount=due,
        total_amount=due,
        currency=subscription.currency,
        proration_date=_whole(form.get("proration_date", "")),
        lines=(),
        seal=form.get("seal", ""),
    )


def _whole(text: str) -> int:
    """0 for what is no number of ours."""
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text.strip(), re.ASCII) else 0

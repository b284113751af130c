"""Subscribing: what it will cost, the first payment or the card for after the trial."""

import re
from collections.abc import Mapping

from flask import Response, abort, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import htmx, security, settings
from app.db import reading
from app.errors import (
    CustomerGone,
    GatewayUnavailable,
    NotForSale,
    PaymentFailed,
    Rejected,
    ShopError,
)
from app.models import Customer
from app.services import (
    customers,
    debts_ledger,
    product_page,
    subscription_cards,
    subscription_terms,
    subscriptions,
)
from app.services.plans import Plan
from app.services.product_page import ProductPage
from app.services.subscription_terms import Terms
from app.store import hosted_checkout, products
from app.store.checkout import AWAY, OFTEN, form_key, wants_json
from app.store.frame import blueprint, currency

WAY_BACK, LONGEST_WAY = "way_back", 500
GONE = "This plan is not for sale any more. Please choose another one."
WAIT = "You have tried this many times. Please wait a minute, then press the button again. Nothing was charged."
REFUSED = "Our payment service does not take this. Nothing was charged. Please write to us."


@blueprint.get("/products/<slug>/subscription")
@security.audience(security.ANYBODY)
@security.stripe_page
def subscribe(slug: str) -> ResponseReturnValue:
    """What was chosen on the product's page; who is not signed in is asked to, and comes back."""
    product = _product(slug)
    plan = _plan(product, request.args)
    if plan is None:
        return products.show(slug, NotForSale.status_code, refusal=GONE, values=request.args)
    try:
        terms = subscription_terms.find(_customer_id(), plan.price_id, _seats(request.args))
    except ShopError as error:
        return products.show(slug, error.status_code, refusal=str(error), values=request.args)
    _remember_the_way()
    return _show(product, request.args, terms)


def _too_often(_limit: object) -> Response:
    return _refuse(str((request.view_args or {})["slug"]), WAIT, 429)


@blueprint.post("/products/<slug>/subscription")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def start_subscription(slug: str) -> ResponseReturnValue:
    """Our script gets what Stripe's needs; without script, its page says how to go on."""
    plan = _plan(_product(slug), request.form)
    if plan is None:
        return _refuse(slug, GONE, NotForSale.status_code)
    try:
        sheet = subscriptions.start(
            _customer_id() or abort(404),
            plan.price_id,
            quantity=_seats(request.form),
            start_key=form_key(request.form, "start_key"),
            fingerprint=request.form.get("fingerprint", ""),
            actor="customer",
        )
    except ShopError as error:
        spent = error.status_code == 409 or isinstance(error, Rejected)
        return _refuse(slug, in_words(error), error.status_code, spent=spent)
    return answer(sheet)


def answer(sheet: subscriptions.SubscriptionSheet) -> Response:
    """What is left to do for a subscription: for our script, or for a browser without one."""
    page = f"/account/subscriptions/{sheet.token}"
    if sheet.is_for == "payment" and hosted_checkout.wanted():
        url = debts_ledger.stripe_page_of(sheet.token)  # of the same invoice, so never paid twice
        return hosted_checkout.leave(url or page, as_json=wants_json())
    if not wants_json():
        return redirect(page, 303)  # type: ignore[return-value]
    if not sheet.is_for:
        return jsonify(url=page)
    back = f"{request.host_url.rstrip('/')}{page}/return"
    return jsonify(client_secret=sheet.client_secret, return_url=back)


def in_words(error: ShopError) -> str:
    """Of what Stripe says, only what it says of a card is meant for whoever holds it."""
    if isinstance(error, GatewayUnavailable):
        return AWAY
    raw = isinstance(error, Rejected) and not isinstance(error, PaymentFailed | CustomerGone)
    return REFUSED if raw else str(error)


def cards_secret(customer_id: int | None, *, setup: bool) -> str:
    """Asked for once, with the page: the form that is sent again keeps its frame."""
    on_stripes_page = hosted_checkout.by_setting() and not setup
    if customer_id is None or on_stripes_page or htmx.wants_fragment():
        return ""
    return subscription_cards.offer(customer_id)


def _refuse(slug: str, sentence: str, status: int, *, spent: bool = False) -> Response:
    """The form again, with today's terms. A key that is spent would only repeat the refusal."""
    product, values = _product(slug), dict(request.form)
    if spent:
        values.pop("start_key", None)
    terms, plan = None, _plan(product, values)
    if plan is not None:
        try:
            terms = subscription_terms.find(_customer_id(), plan.price_id, _seats(values))
        except ShopError:
            terms = None
    return _show(product, values, terms, status, refusal=sentence)


def _show(
    product: ProductPage,
    values: Mapping[str, str],
    terms: Terms | None,
    status: int = 200,
    *,
    refusal: str = "",
) -> Response:
    return htmx.render(
        "store/subscribe.html",
        "store/_subscribe_form.html",
        status,
        product=product,
        plan=_plan(product, values),
        seats=_seats(values),
        terms=terms,
        start_key=form_key(values, "start_key"),
        customer=_customer(),
        cards_secret=cards_secret(_customer_id(), setup=bool(terms.trial_days)) if terms else "",
        signed_in=current_user.is_authenticated,
        here=request.full_path.rstrip("?"),
        refusal=refusal,
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )


def _remember_the_way() -> None:
    """Who first has to open an account comes back by a letter, and finds the way on there."""
    if current_user.is_authenticated:
        session.pop(WAY_BACK, None)
    else:
        session[WAY_BACK] = request.full_path.rstrip("?")[:LONGEST_WAY]


def _product(slug: str) -> ProductPage:
    found = product_page.find(slug, currency=currency())
    return found if found and found.plans else abort(404)


def _plan(product: ProductPage, values: Mapping[str, str]) -> Plan | None:
    """One of this product's own plans; the first when nothing was chosen."""
    wanted = values.get("price")
    if wanted is None:
        return product.plans[0]
    return next((plan for plan in product.plans if str(plan.price_id) == wanted), None)


def _seats(values: Mapping[str, str]) -> int:
    """0 for what is no number: nobody can have that many."""
    text = values.get("seats", "1").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else 0


def _customer() -> Customer | None:
    return customers.for_user(current_user.id) if current_user.is_authenticated else None


def _customer_id() -> int | None:
    """Staff and others whose address is confirmed become customers by subscribing."""
    with reading():
        customer = _customer()
        if customer is not None:
            return customer.id
    if current_user.is_authenticated and request.method == "POST":
        customers.claim(current_user)
        with reading():
            customer = _customer()
            return customer.id if customer else None
    return None

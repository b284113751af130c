"""One page from cart to payment: contact, address, shipping, card."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from app import htmx, security, settings
from app.db import reading
from app.errors import GatewayUnavailable, ShopError
from app.models import PostalAddress, normal_email
from app.services import carts, pricing
from app.services import checkout as checkouts
from app.services.checkout import CheckoutRequest
from app.services.pricing import Quote
from app.store import buyer, cart_cookie, hosted_checkout
from app.store.address_form import AddressForm, ContactForm, PickupForm, countries
from app.store.frame import blueprint

OFTEN = "10 per minute"
WAIT = "You have tried this many times. Please wait a minute, then press Pay again. Nothing was charged."
AWAY = (
    "The payment service does not answer just now. Nothing was charged. Please try again in a moment; "
    "you are never charged twice."
)
GOOD_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@blueprint.get("/checkout")
@security.audience(security.ANYBODY)
@security.stripe_page
def checkout() -> ResponseReturnValue:
    values = _remembered()
    quote = _quote(values)
    if quote.is_empty or quote.problems or (quote.too_little and not quote.needs_shipping):
        return htmx.go("/cart")  # which says why
    return _show(values, quote)


@blueprint.post("/checkout/quotes")
@security.audience(security.ANYBODY)
@security.stripe_page
def requote() -> ResponseReturnValue:
    """The same form with another country or way of shipping."""
    return _show(request.form, _quote(request.form))


def _too_often(_limit: object) -> Response:
    return _show(request.form, _quote(request.form), 429, refusal=WAIT)


def _by_email() -> str:
    return "checkout:" + normal_email(request.form.get("email", ""))[:254]


@blueprint.post("/checkout")
@security.audience(security.ANYBODY)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
@security.limiter.limit(OFTEN, key_func=_by_email, on_breach=_too_often)
def place() -> ResponseReturnValue:
    """Our script gets what Stripe's needs; a browser without script gets the order's page."""
    quote = _quote(request.form)
    contact = ContactForm(request.form)
    address = (PickupForm if quote.is_collected else AddressForm)(request.form)
    forms = (contact, address) if quote.needs_shipping else (contact,)
    if problems := {
        k: v for form in forms if not form.validate() for k, v in form.problems.items()
    }:
        return _show(request.form, quote, 422, errors=problems)
    wanted = _wanted(contact, address.postal if quote.needs_shipping else None)
    try:
        sheet = checkouts.place(
            cart_cookie.token() or "", wanted, customer_id=buyer.customer_id(), actor="customer"
        )
    except ShopError as error:
        return _refuse(error)
    page = f"/orders/{sheet.order_token}"
    if sheet.url:
        return hosted_checkout.leave(sheet.url, as_json=wants_json())
    if not wants_json():
        return redirect(page, 303)
    if sheet.settled:
        return jsonify(url=page)
    return jsonify(client_secret=sheet.client_secret, return_url=_absolute(f"{page}/return"))


def wants_json() -> bool:
    """Our own script asks; a form without script wants a page."""
    return request.accept_mimetypes.best == "application/json"


def _absolute(path: str) -> str:
    return request.host_url.rstrip("/") + path


def _refuse(error: ShopError) -> Response:
    """Show the form again with today's total. What clashed needs a new key; the rest keeps it."""
    values = dict(request.form)
    sentence = AWAY if isinstance(error, GatewayUnavailable) else str(error)
    if error.status_code == 409:
        values.pop("place_key", None)
    return _show(values, _quote(values), error.status_code, refusal=sentence)


def _show(
    values: Mapping[str, str],
    quote: Quote,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
) -> Response:
    return htmx.render(
        "store/checkout.html",
        "store/_checkout_form.html",
        status,
        values=values,
        quote=quote,
        errors=errors or {},
        refusal=refusal,
        countries=countries(),
        country=values.get("country") or settings.current().shop_country,
        place_key=form_key(values, "place_key"),
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )


def _quote(values: Mapping[str, str]) -> Quote:
    known = {code for code, _ in countries()}
    country = values.get("country", "")
    cart = carts.find(cart_cookie.token())
    return pricing.quote(
        cart,
        country=country if country in known else "",
        shipping_method=values.get("shipping_method", "")[:40],
        buyer=buyer.of(cart, values.get("email", "")),
    )


def _wanted(contact: ContactForm, address: PostalAddress | None) -> CheckoutRequest:
    form = request.form
    return CheckoutRequest(
        email=contact.email.data,
        phone=contact.phone.data,
        note=contact.note.data,
        shipping_address=address,
        shipping_method=form.get("shipping_method", "")[:40],
        place_key=form_key(form, "place_key"),
        fingerprint=form.get("fingerprint", ""),
        hosted=hosted_checkout.wanted(),
    )


def form_key(values: Mapping[str, str], name: str) -> str:
    """A form's own key; a new one for what no form of ours has sent."""
    given = values.get(name, "")
    return given if GOOD_KEY.fullmatch(given) else secrets.token_urlsafe(16)


def _remembered() -> dict[str, Any]:
    """What a signed-in customer need not write again."""
    with reading():
        customer = buyer.customer()
        if customer is None:
            return {}
        known = {"email": customer.email, "name": customer.name, "phone": customer.phone}
        if not customer.addresses:
            return known
        address = customer.addresses[0].postal
        fields = ("name", "line1", "line2", "postal_code", "city", "country")
        return known | {name: getattr(address, name) for name in fields}

"""The cart: its page, its drawer, and what goes in and out of it."""

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import htmx, security
from app.errors import MissingAnswers, ShopError
from app.services import carts, pricing
from app.store import buyer, cart_cookie, products
from app.store.frame import blueprint

LARGEST_ID = 2**31 - 1
QUESTION = "question-"
OFTEN = "10 per minute"
WAIT = "You have tried many codes. Please wait a minute, then try again."


@blueprint.get("/cart")
@security.audience(security.ANYBODY)
def cart() -> ResponseReturnValue:
    return _show(opened=True)


@blueprint.post("/cart/items")
@security.audience(security.ANYBODY)
def add_item() -> ResponseReturnValue:
    """Price and currency come from the database; whatever else a form says is not read."""
    form = request.form
    try:
        token = carts.add(
            cart_cookie.token(),
            variant_id=_id(form.get("variant", "")),
            quantity=form.get("quantity", "1"),
            answers=_answers(),
        )
    except MissingAnswers as error:
        problems = {f"{QUESTION}{id}": sentence for id, sentence in error.problems.items()}
        return products.show(_product(), 422, errors=problems, values=form)
    except ShopError as error:
        return products.show(_product(), error.status_code, refusal=str(error), values=form)
    if token != cart_cookie.token():
        cart_cookie.keep(token)
    return _changed(opened=True)


@blueprint.post("/cart/items/<int(max=2147483647):item_id>")
@security.audience(security.ANYBODY)
def change_item(item_id: int) -> ResponseReturnValue:
    """A quantity of 0 takes the line out."""
    try:
        carts.set_quantity(cart_cookie.token(), item_id, request.form.get("quantity", ""))
    except ShopError as error:
        return _show(error.status_code, refusal=str(error))
    return _changed()


@blueprint.post("/cart/prices")
@security.audience(security.ANYBODY)
def accept_prices() -> ResponseReturnValue:
    """The customer has read what changed."""
    carts.accept_prices(cart_cookie.token())
    return _changed()


def _too_often(_limit: object) -> Response:
    return _show(429, coupon_refusal=WAIT, code=request.form.get("code", ""))


@blueprint.post("/cart/coupon")
@security.audience(security.ANYBODY)
@security.limiter.limit(OFTEN, on_breach=_too_often)
def redeem() -> ResponseReturnValue:
    """One code per cart; what is refused leaves the cart as it was."""
    code = request.form.get("code", "")
    try:
        carts.redeem(cart_cookie.token(), code, buyer=buyer.known())
    except ShopError as error:
        return _show(error.status_code, coupon_refusal=str(error), code=code)
    return _changed(coupon_changed=True)


@blueprint.post("/cart/coupon/removal")
@security.audience(security.ANYBODY)
def take_off_coupon() -> ResponseReturnValue:
    carts.take_off_coupon(cart_cookie.token())
    return _changed(coupon_changed=True)


def _changed(*, opened: bool = False, coupon_changed: bool = False) -> ResponseReturnValue:
    if htmx.wants_fragment():
        return _show(opened=opened, coupon_changed=coupon_changed)
    return redirect("/cart", 303)


def _show(
    status: int = 200,
    *,
    refusal: str = "",
    coupon_refusal: str = "",
    code: str = "",
    coupon_changed: bool = False,
    opened: bool = False,
) -> Response:
    """The page; or, for htmx, the drawer or the cart's part, and the badge with it.

    With `coupon_changed` the button that had the focus is gone, and what came for it takes it.
    """
    cart = carts.find(cart_cookie.token())
    quote = pricing.quote(cart, buyer=buyer.of(cart))
    drawer = request.headers.get("HX-Target", "").endswith("#cart-drawer")
    fragment = "store/_cart_drawer.html" if drawer else "store/_cart.html"
    response = htmx.render(
        "store/cart.html",
        fragment,
        status,
        quote=quote,
        refusal=refusal,
        coupon_refusal=coupon_refusal,
        code=code,
        coupon_changed=coupon_changed,
    )
    if htmx.wants_fragment():
        badge = render_template("store/_cart_badge.html", oob=True)
        response.set_data(response.get_data(as_text=True) + badge)
        if opened and drawer:
            response.headers["HX-Trigger"] = "cart-opened"
    return response


def _answers() -> dict[int, str]:
    fields = (name for name in request.form if name.startswith(QUESTION))
    ids = {name: _id(name.removeprefix(QUESTION)) for name in fields}
    return {id: request.form[name] for name, id in ids.items() if id}


def _product() -> str:
    """Whose page the form was on."""
    return request.form.get("product", "").replace("\x00", "")


def _id(text: str) -> int:
    """0 for what cannot be one: nothing has that id."""
    if not (text.isascii() and text.isdigit()) or len(text) > 10:
        return 0
    return int(text) if int(text) <= LARGEST_ID else 0

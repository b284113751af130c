"""The cart: its page, its drawer, and what goes in and out of it."""

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app import htmx, security
from app.errors import MissingAnswers, ShopError
from app.services import carts, pricing
from app.store import cart_cookie, products
from app.store.frame import blueprint

LARGEST_ID = 2**31 - 1
QUESTION = "question-"


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


def _changed(*, opened: bool = False) -> ResponseReturnValue:
    return _show(opened=opened) if htmx.wants_fragment() else redirect("/cart", 303)


def _show(status: int = 200, *, refusal: str = "", opened: bool = False) -> Response:
    """The page; or, for htmx, the drawer or the cart's part, and the badge with it."""
    quote = pricing.quote(carts.find(cart_cookie.token()))
    drawer = request.headers.get("HX-Target", "").endswith("#cart-drawer")
    fragment = "store/_cart_drawer.html" if drawer else "store/_cart.html"
    response = htmx.render("store/cart.html", fragment, status, quote=quote, refusal=refusal)
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

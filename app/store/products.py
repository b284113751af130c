"""The list with its facets, the search's suggestions, and a product's own page."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from app import htmx, security
from app.models import ProductKind
from app.services import catalog, product_page
from app.services.cards import Card
from app.services.catalog import PRICE_BANDS, Wish
from app.services.product_page import ProductPage
from app.services.shelves import Shelf
from app.services.subscription_terms import MOST_SEATS
from app.store import words
from app.store.frame import blueprint, currency, menu, money
from app.store.markdown import render as markdown

LONGEST_TERM = 80
FURTHEST = 10**9


@blueprint.get("/products")
@security.audience(security.ANYBODY)
def products() -> ResponseReturnValue:
    wish = _wish()
    listing = catalog.browse(wish, menu(), currency=currency())
    beyond = wish.page > listing.pages
    response = htmx.render(
        "store/products.html",
        "store/_product_browser.html",
        404 if beyond else 200,
        wish=wish,
        listing=listing,
        beyond=beyond,
        shelf=_one_shelf(wish),
        kinds=words.KINDS,
        sorts=words.SORTS,
        bands=_bands(),
        page_url=lambda page: "/products?" + _query(page=page),
    )
    if htmx.wants_fragment():
        response.headers["HX-Push-Url"] = "/products" + ("?" + query if (query := _query()) else "")
    return response


@blueprint.get("/suggestions")
@security.audience(security.ANYBODY)
def suggestions() -> ResponseReturnValue:
    term = _term()
    found = catalog.suggest(term, currency=currency())
    return render_template("store/_search_suggestions.html", products=found, term=term)


@blueprint.get("/products/<slug>")
@security.audience(security.ANYBODY)
def product(slug: str) -> ResponseReturnValue:
    return show(slug)


def show(
    slug: str,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    refusal: str = "",
) -> Response:
    """A product's page, or its form again with what was wrong; 404 for an unknown one."""
    found = product_page.find(slug, currency=currency()) or abort(404)
    beside: list[Card] = []
    if not htmx.wants_fragment():
        beside = catalog.beside(found.id, found.category_id, currency=currency())
    return htmx.render(
        "store/product.html",
        "store/_buy_form.html",
        status,
        product=found,
        beside=beside,
        shelf=next((s for s in menu() if s.id == found.category_id), None),
        description=markdown(found.description),
        stock=words.stock,
        chosen=_chosen(found, values or {}),
        errors=errors or {},
        values=values or {},
        refusal=refusal,
        most_seats=MOST_SEATS,
    )


def _chosen(product: ProductPage, values: Mapping[str, str]) -> int:
    """The variant that is ticked: what was sent, else the first that can be had."""
    for offer in product.offers:
        if str(offer.variant_id) == values.get("variant"):
            return offer.variant_id
    buyable = [o.variant_id for o in product.offers if o.buyable]
    return (buyable or [o.variant_id for o in product.offers] or [0])[0]


def _wish() -> Wish:
    args = request.args
    return Wish(
        term=_term(),
        categories=tuple(args.getlist("category")[:20]),
        kinds=tuple(k for k in ProductKind if k in args.getlist("kind")),
        price=args.get("price", "") if args.get("price") in PRICE_BANDS else "",
        sort=args.get("sort", "") if args.get("sort") in catalog.SORTS else "",
        page=_page(args.get("page", "1")),
    )


def _term() -> str:
    """Without control characters, which no database likes."""
    text = request.args.get("q", "")[:LONGEST_TERM]
    return "".join(c if c.isprintable() else " " for c in text).strip()


def _page(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,30}", text):
        return 1
    return max(1, min(int(text), FURTHEST))


def _query(**changes: object) -> str:
    """The address's own parameters, without empty ones, with these changes."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if v and k not in {"page", *changes}]
    return urlencode([*kept, *changes.items()])


def _one_shelf(wish: Wish) -> Shelf | None:
    """The category that is being looked at, when it is the only thing asked for."""
    if len(wish.categories) != 1 or wish.term:
        return None
    return next((s for s in menu() if s.slug in wish.categories), None)


def _bands() -> dict[str, str]:
    """The price bands in the shop's currency, as people say them."""
    low, high = PRICE_BANDS["low"][1] + 1, PRICE_BANDS["middle"][1]
    return {
        "low": f"Under {money(low, currency())}",
        "middle": f"{money(low, currency())} to {money(high, currency())}",
        "high": f"Over {money(high, currency())}",
    }

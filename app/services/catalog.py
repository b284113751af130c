"""Reading for the shop window: plain columns into frozen values, few queries, no entities."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db import reading
from app.models import Price, Product, Variant
from app.services import cards
from app.services.moment import remembered
from app.services.shelves import Shelf

PAGE = 24
LAST_PAGE = 200  # whoever pages further is better served by the search
COUNTED = 2000  # so many candidates are counted; a bigger shop shows no counts
PRICE_BANDS = {"low": (0, 1999), "middle": (2000, 5000), "high": (5001, 2**31 - 1)}
SORTS = ("cheap", "dear")
Tally = list[tuple[int | None, str, str, int]]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody is looking for."""

    term: str = ""
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    price: str = ""
    sort: str = ""
    page: int = 1

    @property
    def narrows(self) -> bool:
        return bool(self.term or self.categories or self.kinds or self.price)


@dataclass(frozen=True)
class Listing:
    """One page of cards. `total` and `counts` are None in a shop too big to count."""

    cards: tuple[cards.Card, ...]
    page: int
    pages: int
    total: int | None
    counts: dict[str, Counter[str]] = field(default_factory=dict)


@remembered
def browse(wish: Wish, shelves: tuple[Shelf, ...], *, currency: str) -> Listing:
    """One page of what fits a wish, and how much every facet would show."""
    page = min(max(wish.page, 1), LAST_PAGE)
    with reading() as session:
        tally = _tally(session, wish.term, currency)
        total, counts = _count(tally, wish, shelves) if tally is not None else (None, {})
        ids = _page(replace(wish, page=page), _families(wish, shelves), currency)
        found = cards.load(session, ids, currency)
    if total is None:
        pages = page + (len(found) > PAGE)
    else:
        pages = max(1, -(-total // PAGE))
    return Listing(tuple(found[:PAGE]), page, pages, total, counts)


def suggest(term: str, *, currency: str, limit: int = 6) -> list[cards.Card]:
    """A few products for a search that is still being typed; names that begin so come first."""
    words = _words(term)
    if not words:
        return []
    first = _like(Product.name, words[0], start="")
    ids = select(Product.id).where(*cards.active(), *_contains(words))
    ids = ids.order_by(case((first, 0), else_=1), Product.id).limit(limit)
    with reading() as session:
        return cards.load(session, ids, currency)


@remembered
def featured(*, currency: str, limit: int = 8) -> list[cards.Card]:
    """What the shop wants to be seen first."""
    with reading() as session:
        return cards.load(session, _page(Wish(), None, currency), currency)[:limit]


@remembered
def beside(product_id: int, category_id: int | None, *, currency: str) -> list[cards.Card]:
    """Four others of the same category."""
    if category_id is None:
        return []
    with reading() as session:
        return cards.load(session, _BESIDE, currency, category=category_id, product=product_id)


_BESIDE = (
    select(Product.id)
    .where(*cards.active(), Product.category_id == bindparam("category"))
    .where(Product.id != bindparam("product"))
    .order_by(Product.id)
    .limit(4)
)


def _families(wish: Wish, shelves: tuple[Shelf, ...]) -> tuple[int, ...] | None:
    """The ids of all categories that were asked for; None when any will do."""
    if not wish.categories:
        return None
    return tuple(id for shelf in shelves if shelf.slug in wish.categories for id in shelf.family)


@lru_cache(maxsize=512)
def _page(wish: Wish, families: tuple[int, ...] | None, currency: str) -> Select[int]:
    """The ids of one page, and one more to see whether another follows."""
    where = cards.active() + _contains(_words(wish.term))
    if families is not None:
        where.append(Product.category_id.in_(families))
    if wish.kinds:
        where.append(Product.kind.in_(wish.kinds))
    ids = select(Product.id).where(*where).limit(PAGE + 1).offset((wish.page - 1) * PAGE)
    prices = cards.lowest_prices(currency)
    if wish.price or wish.sort:
        ids = ids.outerjoin(prices, prices.c.product_id == Product.id)
    if wish.price in PRICE_BANDS:
        ids = ids.where(prices.c.lowest.between(*PRICE_BANDS[wish.price]))
    if wish.sort in SORTS:
        by_price = prices.c.lowest if wish.sort == "cheap" else prices.c.lowest.desc()
        return ids.order_by(by_price, Product.id)
    return ids.order_by(Product.featured.desc(), Product.id)


def _words(term: str) -> list[str]:
    """At most eight words: more make no search better, only slower."""
    plain = "".join(c if c.isprintable() else " " for c in term)
    return plain.split()[:8]


def _contains(words: Iterable[str]) -> list[ColumnElement[bool]]:
    """Every word is somewhere in the name, the summary, the tags or a SKU."""
    return [
        or_(
            _like(Product.name, word),
            _like(Product.summary, word),
            _like(cast(Product.tags, String), word),
            Product.id.in_(select(Variant.product_id).where(_like(Variant.sku, word, start=""))),
        )
        for word in words
    ]


def _like(
    column: ColumnElement[str] | InstrumentedAttribute[str], word: str, *, start: str = "%"
) -> ColumnElement[bool]:
    plain = re.sub(r"([\\%_])", r"\\\1", word)
    return column.ilike(f"{start}{plain}%", escape="\\")


def _tally(session: Session, term: str, currency: str) -> Tally | None:
    """How many products of each category, kind and price band a search finds."""
    rows = session.connection().execute(_tally_of(tuple(_words(term)), currency))
    tally: Tally = [(row[0], row[1], row[2], row[3]) for row in rows]
    return tally if sum(row[-1] for row in tally) <= COUNTED else None


@lru_cache(maxsize=512)
def _tally_of(words: tuple[str, ...], currency: str) -> Select[*tuple[Any, ...]]:
    """Prices are joined, not asked for product by product: PostgreSQL may guess that wrong."""
    products = select(Product.id, Product.category_id, Product.kind)
    products = products.where(*cards.active(), *_contains(words)).limit(COUNTED + 1)
    found = products.subquery()
    price = and_(Price.variant_id == Variant.id, Price.active, Price.currency == currency)
    priced = (
        select(*found.c, func.min(Price.unit_amount).label("lowest"))
        .outerjoin(Variant, and_(Variant.product_id == found.c.id, Variant.active))
        .outerjoin(Price, price)
        .group_by(*found.c)
        .subquery()
    )
    bands = [(priced.c.lowest.between(*limits), name) for name, limits in PRICE_BANDS.items()]
    facets = (priced.c.category_id, priced.c.kind, case(*bands, else_="").label("band"))
    return select(*facets, func.count()).group_by(*facets)


def _count(
    tally: Tally, wish: Wish, shelves: tuple[Shelf, ...]
) -> tuple[int, dict[str, Counter[str]]]:
    """The total, and per facet what each choice would show with the other facets as they are."""
    wanted = {id for s in shelves if s.slug in wish.categories for id in s.family}
    counts: dict[str, Counter[str]] = {"category": Counter(), "kind": Counter(), "price": Counter()}
    total = 0
    for category, kind, band, number in tally:
        in_category = not wish.categories or category in wanted
        in_kind = not wish.kinds or kind in wish.kinds
        in_band = wish.price not in PRICE_BANDS or band == wish.price
        total += number * (in_category and in_kind and in_band)
        counts["kind"][kind] += number * (in_category and in_band)
        counts["price"][band] += number * (in_category and in_kind)
        for shelf in shelves:
            if category in shelf.family:
                counts["category"][shelf.slug] += number * (in_kind and in_band)
    return total, counts

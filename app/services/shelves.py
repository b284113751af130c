"""How the shop window is divided: the categories."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.db import peeking, reading
from app.models import Category, Picture, Product
from app.services.cards import active, first_picture
from app.services.moment import remembered


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category, with the ids of everything below it."""

    id: int
    slug: str
    name: str
    description: str
    parent_id: int | None
    family: tuple[int, ...] = ()


@remembered
def every() -> tuple[Shelf, ...]:
    """All categories in their order, children after their parents' siblings."""
    with peeking() as session:  # in the middle of a page
        found = [Shelf(*row) for row in session.connection().execute(_EVERY)]
    return tuple(replace(shelf, family=tuple(_family(shelf.id, found))) for shelf in found)


@remembered
def covers(shelves: tuple[Shelf, ...]) -> dict[int, str]:
    """For each category with pictures in it or below it, the stem of one that stands for it."""
    firsts = (
        select(func.min(Product.id))
        .join(Picture, Picture.product_id == Product.id)
        .where(*active(), Product.category_id.is_not(None))
        .group_by(Product.category_id)
    )
    wanted = select(Product.category_id, first_picture(Picture.stem)).where(Product.id.in_(firsts))
    with reading() as session:
        found = {row[0]: row[1] for row in session.execute(wanted)}
    stems = {s.id: next((found[id] for id in s.family if id in found), None) for s in shelves}
    return {id: stem for id, stem in stems.items() if stem}


_EVERY = select(
    Category.id,
    Category.slug,
    Category.name,
    Category.description,
    Category.parent_id,
).order_by(Category.position, Category.id)


def _family(id: int, shelves: list[Shelf], seen: tuple[int, ...] = ()) -> list[int]:
    """A category and everything below it; a tree that bites its own tail ends there."""
    below = [s.id for s in shelves if s.parent_id == id and s.id not in seen]
    return [id] + [member for child in below for member in _family(child, shelves, (*seen, id))]

"""Counting what is on the shelf: every change is a line of the ledger."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db import transaction
from app.errors import InvalidQuantity, OutOfStock, UnknownProduct
from app.models import MovementKind, Stock, StockMovement, Variant

LARGEST = 1_000_000


def correct(
    variant_id: int,
    *,
    quantity: int,
    kind: MovementKind = MovementKind.CORRECTION,
    reason: str,
    actor: str,
) -> int:
    """Add or take away units, never below what is reserved; returns what is on hand now."""
    if not 0 < abs(quantity) <= LARGEST:
        raise InvalidQuantity("How many more or fewer, please? Nothing was changed.")
    with transaction() as session:
        return _move(session, variant_id, quantity, kind=kind, reason=reason, actor=actor)


def set_on_hand(variant_id: int, *, on_hand: int, reason: str, actor: str) -> int:
    """Somebody counted: write down the difference; returns what is on hand now."""
    if not 0 <= on_hand <= LARGEST:
        raise InvalidQuantity(f"Between 0 and {LARGEST:,}, please. Nothing was changed.")
    with transaction() as session:
        row = _lock(session, variant_id)
        difference = on_hand - row.on_hand
        if not difference:
            return row.on_hand
        return _move(
            session,
            variant_id,
            difference,
            kind=MovementKind.CORRECTION,
            reason=reason,
            actor=actor,
        )


def _move(
    session: Session, variant_id: int, quantity: int, *, kind: MovementKind, reason: str, actor: str
) -> int:
    row = _lock(session, variant_id)
    changed = session.execute(
        update(Stock)
        .where(Stock.variant_id == variant_id, Stock.on_hand + quantity >= Stock.reserved)
        .values(on_hand=Stock.on_hand + quantity)
        .returning(Stock.on_hand)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise OutOfStock(
            f"{row.reserved} are reserved for orders, so at least as many must stay. "
            "Nothing was changed."
        )
    session.add(
        StockMovement(
            variant_id=variant_id, quantity=quantity, kind=kind, actor=actor, reason=reason
        )
    )
    session.expire(row)
    return int(changed.on_hand)


def _lock(session: Session, variant_id: int) -> Stock:
    """The stock of a variant that is counted; a new one begins at nothing."""
    row = session.scalar(
        select(Stock)
        .where(Stock.variant_id == variant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is not None:
        return row
    variant = session.get(Variant, variant_id)
    if variant is None or not variant.tracks_stock:
        raise UnknownProduct("Nobody counts this one. Nothing was changed.")
    row = Stock(variant_id=variant_id, on_hand=0, reserved=0)
    session.add(row)
    session.flush()
    return row

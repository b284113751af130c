"""Setting goods aside for an order, selling them, and letting them go.

Called inside the transaction of the verb that needs them, with the order locked.
Variants are taken in one fixed order, so that two orders cannot wait for each other.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import OutOfStock
from app.models import (
    MovementKind,
    Order,
    Reservation,
    ReservationState,
    Stock,
    StockMovement,
    Variant,
)


def hold(session: Session, order: Order, wanted: Iterable[tuple[int, int]]) -> None:
    """Set (variant id, quantity) aside in one statement each, or raise and take none."""
    quantities: Counter[int] = Counter()
    for variant_id, quantity in wanted:
        quantities[variant_id] += quantity
    for variant_id, quantity in sorted(quantities.items()):
        _take(session, variant_id, quantity)
        session.add(Reservation(order_id=order.id, variant_id=variant_id, quantity=quantity))


def lock(session: Session, order: Order, wanted: Iterable[tuple[int, int]]) -> None:
    """Take the rows of what is held and of what will be, before either is written."""
    ids = {r.variant_id for r in order.reservations} | {variant_id for variant_id, _ in wanted}
    rows = select(Stock.variant_id).where(Stock.variant_id.in_(ids))
    session.execute(rows.order_by(Stock.variant_id).with_for_update())


def release(session: Session, order: Order) -> None:
    """Give back what is held. Only for an order that can no longer be paid."""
    for reservation in order.reservations:
        if reservation.held:
            _change_stock(session, reservation, reserved=-reservation.quantity)
            reservation.state = ReservationState.RELEASED


def confirm(session: Session, order: Order, *, actor: str) -> list[Reservation]:
    """Turn what is held into a sale; returns what had been let go and is missing now."""
    missing = []
    for reservation in order.reservations:
        if reservation.state == ReservationState.RELEASED and not _hold_again(session, reservation):
            missing.append(reservation)
            continue
        if reservation.state != ReservationState.CONFIRMED:
            _sell(session, reservation, order, actor=actor)
    return missing


def _take(session: Session, variant_id: int, quantity: int) -> None:
    taken = session.execute(
        update(Stock)
        .where(Stock.variant_id == variant_id, Stock.on_hand - Stock.reserved >= quantity)
        .values(reserved=Stock.reserved + quantity)
        .returning(Stock.variant_id)
        .execution_options(synchronize_session=False)
    )
    if taken.first() is None:
        variant = session.get_one(Variant, variant_id)
        raise OutOfStock(f"{variant.full_name} is sold out, or there are fewer than you want.")


def _hold_again(session: Session, reservation: Reservation) -> bool:
    """Money came for goods that were let go: take them if they are still there."""
    try:
        _take(session, reservation.variant_id, reservation.quantity)
    except OutOfStock:
        return False
    reservation.state = ReservationState.HELD
    return True


def _sell(session: Session, reservation: Reservation, order: Order, *, actor: str) -> None:
    quantity = reservation.quantity
    _change_stock(session, reservation, reserved=-quantity, on_hand=-quantity)
    reservation.state = ReservationState.CONFIRMED
    session.add(
        StockMovement(
            variant_id=reservation.variant_id,
            quantity=-quantity,
            kind=MovementKind.SALE,
            order_id=order.id,
            actor=actor,
        )
    )


def _change_stock(
    session: Session, reservation: Reservation, *, reserved: int, on_hand: int = 0
) -> None:
    session.execute(
        update(Stock)
        .where(Stock.variant_id == reservation.variant_id)
        .values(reserved=Stock.reserved + reserved, on_hand=Stock.on_hand + on_hand)
        .execution_options(synchronize_session=False)
    )

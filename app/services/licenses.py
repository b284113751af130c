"""Licenses: issued when a subscription begins, and valid as long as it is paid."""

import hmac
import re
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock, settings
from app.db import reading, transaction
from app.emails import license_issued, subscription_changed
from app.errors import InvalidMachine, LicenseUnusable, SeatsTaken, UnknownLicense
from app.jobs import job, minutes
from app.models import (
    Activation,
    License,
    LicenseStatus,
    Price,
    Product,
    ProductKind,
    Subscription,
    SubscriptionStatus,
)
from app.models.license import digest_of
from app.services import dispute_policy
from app.services.locks import lock_customer
from app.services.subscription_terms import MOST_SEATS

PAID = {SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE}
LONGEST_MACHINE = 200
MOST_SHOWN = 200
SEEN_AGAIN_AFTER = timedelta(hours=1)  # programs ask often; a write each time would be too many


def follow(session: Session, subscription: Subscription, *, actor: str) -> None:
    """Bring a license to where its subscription is; issue it when there is something to use.
    Called with the customer locked."""
    license = session.scalars(
        select(License).where(License.subscription_id == subscription.id)
    ).first()
    if license is None:
        license = _issued(session, subscription, actor=actor)
    if license is None:
        return
    license.seats = max(subscription.quantity, in_use(session, license.id))
    if not license.kept_by_staff:
        license.expires_at = _expiry_of(subscription)
    wanted, reason = _wanted(subscription), f"subscription {subscription.status}"
    if wanted == LicenseStatus.ACTIVE and dispute_policy.closes_subscription(
        session, subscription.id
    ):
        wanted, reason = LicenseStatus.SUSPENDED, "its payment is disputed"
    if not license.kept_by_staff and license.may_become(wanted):
        license.move_to(wanted, actor=actor, reason=reason)
        if wanted == LicenseStatus.SUSPENDED and subscription.status == SubscriptionStatus.PAST_DUE:
            subscription_changed.send(subscription, news="suspended")


def in_use(session: Session, license_id: int) -> int:
    """How many places use a license now."""
    count = select(func.count(Activation.id)).where(Activation.license_id == license_id)
    return int(session.scalar(count) or 0)


def find(key: str) -> License:
    """A license by its key, in any spelling that people use."""
    with reading() as session:
        return _found(session, key)


def of_customer(customer_id: int) -> list[License]:
    """A customer's licenses, newest first."""
    with reading() as session:
        mine = select(License).where(License.customer_id == customer_id)
        return list(session.scalars(mine.order_by(License.id.desc()).limit(MOST_SHOWN)))


def find_own(token: str, *, customer_id: int) -> License | None:
    """A customer's own license by its token."""
    with reading() as session:
        return session.scalars(
            select(License).filter_by(token=token, customer_id=customer_id)
        ).first()


def validate(key: str, machine: str = "") -> License:
    """A license by its key; a machine that uses it was seen now."""
    license = find(key)
    with reading():
        stale = clock.now() - SEEN_AGAIN_AFTER
        known = {a.machine: a.id for a in license.activations if a.seen_at <= stale}
    if machine in known:
        with transaction() as session:
            seen = update(Activation).where(Activation.id == known[machine])
            session.execute(seen.values(seen_at=clock.now()))
    return license


def activate(key: str, machine: str) -> License:
    """Use a license in one place more; the same place twice is one."""
    machine = _require_machine(machine)
    with transaction() as session:
        license = _locked(session, key)
        if not license.valid:
            raise LicenseUnusable(f"This license is {_why_not(license)}.")
        known = next((a for a in license.activations if a.machine == machine), None)
        if known is not None:
            known.seen_at = clock.now()
        elif len(license.activations) >= license.seats:
            raise SeatsTaken(
                f"All {license.seats} seats are taken. Deactivate one of them, or buy another."
            )
        else:
            license.activations.append(Activation(machine=machine))
        return license


def deactivate(key: str, machine: str) -> License:
    """Free the seat of a place; one that has none changes nothing."""
    machine = _require_machine(machine)
    with transaction() as session:
        license = _locked(session, key)
        kept = [a for a in license.activations if a.machine != machine]
        if len(kept) < len(license.activations):
            license.activations = kept
            license.note_event("seat_freed", actor="customer", reason=machine)
        if license.subscription is not None:  # fewer may be paid for than were in use until now
            license.seats = max(license.subscription.quantity, len(kept))
        return license


def change_by_staff(license_id: int, status: LicenseStatus, *, actor: str, reason: str) -> None:
    """Revoke it, suspend it, or keep it active whatever is paid, and for as long."""
    with transaction() as session:
        license = lock(session, license_id)
        license.kept_by_staff = True
        if status == LicenseStatus.ACTIVE:
            license.expires_at = None
        if status == license.status:
            license.note_event("kept", actor=actor, reason=reason)
        license.move_to(status, actor=actor, reason=reason)


def follow_again(license_id: int, *, actor: str, reason: str) -> None:
    """Take back what staff decided: it is what its subscription says."""
    with transaction() as session:
        license = lock(session, license_id)
        if license.subscription is None:
            raise LicenseUnusable("This license has no subscription that it could follow.")
        license.kept_by_staff = False
        license.note_event("follows_again", actor=actor, reason=reason)
        wanted = _wanted(license.subscription)
        if license.status == LicenseStatus.REVOKED and wanted == LicenseStatus.SUSPENDED:
            license.move_to(LicenseStatus.ACTIVE, actor=actor, reason=reason)
        follow(session, license.subscription, actor=actor)


def free_seat(license_id: int, activation_id: int, *, actor: str, reason: str) -> None:
    """Staff deactivate one of the places where it is used."""
    with transaction() as session:
        license = lock(session, license_id)
        machine = next((a.machine for a in license.activations if a.id == activation_id), None)
        if machine is None:
            raise LicenseUnusable("This place does not use the license any more.")
        license.activations = [a for a in license.activations if a.id != activation_id]
        words = f"{machine}: {reason}" if reason else machine
        license.note_event("seat_freed", actor=actor, reason=words)
        if license.subscription is not None:
            license.seats = max(license.subscription.quantity, len(license.activations))


def change_seats(license_id: int, seats: int, *, actor: str, reason: str) -> None:
    """For how many places it is, never fewer than use it; a subscription's are what is paid."""
    with transaction() as session:
        license = lock(session, license_id)
        used = len(license.activations)
        if license.subscription is not None and not license.subscription.ended:
            raise LicenseUnusable("Its subscription says for how many seats: change that.")
        if not 0 < seats <= MOST_SEATS:
            raise LicenseUnusable(f"Between 1 and {MOST_SEATS} seats, please.")
        if seats < used:
            raise SeatsTaken(f"{used} seats are in use: deactivate some of them first.")
        before, license.seats = license.seats, seats
        license.note_event("seats", actor=actor, reason=f"{before} to {seats}: {reason}")


def lock(session: Session, license_id: int) -> License:
    """Lock the customer whose it is, then read the license and where it is used anew."""
    license = session.get(License, license_id)
    if license is None:
        raise UnknownLicense("There is no such license any more.")
    lock_customer(session, license.customer_id)
    session.refresh(license)
    session.expire(license, ["activations"])
    return license


@job(every=minutes(60))
def sweep() -> None:
    """Suspend what was not paid when its grace is over."""
    over = clock.now() - timedelta(days=settings.current().grace_days)
    late = select(Subscription.id).where(
        Subscription._status == SubscriptionStatus.PAST_DUE, Subscription.past_due_since <= over
    )
    still = late.join(License).where(License._status == LicenseStatus.ACTIVE)
    with reading() as session:
        ids = list(session.scalars(still.limit(500)))
    for subscription_id in ids:
        with transaction() as session:
            subscription = session.get_one(Subscription, subscription_id)
            lock_customer(session, subscription.customer_id)
            session.refresh(subscription)
            follow(session, subscription, actor="job")


def _issued(session: Session, subscription: Subscription, *, actor: str) -> License | None:
    product = _product_of(session, subscription)
    begun = subscription.status in PAID and subscription.has_begun
    if not begun or product is None or product.kind != ProductKind.LICENSE:
        return None
    license = License(
        customer_id=subscription.customer_id,
        product_id=product.id,
        subscription_id=subscription.id,
        seats=subscription.quantity,
    )
    session.add(license)
    session.flush()
    license.note_event("issued", actor=actor)
    license_issued.send(license)
    return license


def _product_of(session: Session, subscription: Subscription) -> Product | None:
    """That of its price, which may have been made at Stripe, for a product of ours."""
    if subscription.price_id is not None:
        return session.get_one(Price, subscription.price_id).variant.product
    foreign = subscription.foreign_plan
    its = Product.stripe_product_id == (foreign.product_id if foreign else "")
    return session.scalars(select(Product).where(its)).first()


def _wanted(subscription: Subscription) -> LicenseStatus:
    if subscription.status in PAID:
        return LicenseStatus.ACTIVE
    if subscription.status == SubscriptionStatus.PAST_DUE:
        since = subscription.past_due_since or clock.now()
        over = since + timedelta(days=settings.current().grace_days) <= clock.now()
        return LicenseStatus.SUSPENDED if over else LicenseStatus.ACTIVE
    if subscription.ended:
        return LicenseStatus.REVOKED
    return LicenseStatus.SUSPENDED


def _expiry_of(subscription: Subscription) -> datetime | None:
    """A few days after the period that is paid, since renewals may take their time; the very
    moment when nothing is to be renewed."""
    if subscription.is_running and subscription.cancel_at:
        return subscription.cancel_at
    end = subscription.ended_at or subscription.current_period_end
    return end + timedelta(days=settings.current().grace_days) if end else None


def _found(session: Session, key: str) -> License:
    """The index sees digests alone, and the key is compared in constant time."""
    key = _spelled(key)
    license = session.scalars(select(License).where(License.key_digest == digest_of(key))).first()
    known = license.key if license else ""
    if license is None or not hmac.compare_digest(known.encode(), key.encode()):
        raise UnknownLicense("There is no license with this key.")
    return license


def _spelled(key: str) -> str:
    """Five groups of five, however somebody typed them."""
    letters = re.sub(r"[^0-9A-Z]", "", key.upper())
    return "-".join(re.findall(".{5}", letters)) if len(letters) == 25 else key.strip()


def _locked(session: Session, key: str) -> License:
    license = _found(session, key)
    lock_customer(session, license.customer_id)
    session.refresh(license)
    session.expire(license, ["activations"])
    return license


def _require_machine(machine: str) -> str:
    machine = machine.strip()
    if not 0 < len(machine) <= LONGEST_MACHINE or not machine.isprintable():
        raise InvalidMachine("Say which machine: a name of 1 to 200 printable characters.")
    return machine


def _why_not(license: License) -> str:
    return "expired" if license.expired else str(license.status)

"""What an order's page says: the true state, in words that name the money."""

from dataclasses import dataclass
from datetime import datetime

from app import clock, settings
from app.models import Order, OrderEvent, OrderStatus, Refund
from app.money import format_money
from app.store.words import ORDER_BADGES

S = OrderStatus


@dataclass(frozen=True)
class Head:
    """`mark` is what the round sign shows: tick, wait, alert or back."""

    mark: str
    title: str
    sentence: str


@dataclass(frozen=True)
class Step:
    """One line of the timeline; `tone` bad for what went wrong, next for what is to come."""

    title: str
    detail: str = ""
    at: datetime | None = None
    tone: str = ""


def badge(order: Order) -> tuple[str, str]:
    """(tone, words) for an order in a list."""
    waiting = order.status in {S.PENDING, S.FAILED}
    if waiting and order.processing:
        return ORDER_BADGES["processing"]
    if waiting and order.authorized:
        return ORDER_BADGES["authorized"]
    if order.status != S.REFUNDED and order.refunded_amount:
        return "good", "Partly refunded"
    return ORDER_BADGES[order.status]


def head(order: Order, *, confirming: bool = False) -> Head:
    """The page's first words."""
    if order.status in {S.PENDING, S.FAILED}:
        return _unpaid(order, confirming=confirming)
    if order.status == S.CANCELED:
        return _canceled(order)
    if order.status == S.REFUNDED:
        back = _money(order, order.refunded_amount)
        return Head(
            "back", "Refunded in full", f"{back} went back. Banks take a few days to show it."
        )
    return _paid(order)


def timeline(order: Order) -> list[Step]:
    """What happened so far, oldest first, and what comes next."""
    steps = [Step("Order placed", at=order.created_at)]
    steps += [step for event in order.events if (step := _step(order, event))]
    steps += [_refund_step(order, refund) for refund in order.refunds]
    steps.sort(key=lambda step: step.at or order.created_at)
    return steps + _to_come(order)


def _unpaid(order: Order, *, confirming: bool) -> Head:
    if order.processing:
        return Head(
            "wait",
            "Your payment is on its way",
            "A bank debit takes a few working days. Your things are set aside, and we write to "
            "you as soon as the money is here.",
        )
    if order.authorized:
        return Head(
            "tick",
            "Thank you. Your payment is reserved.",
            "Your bank holds the money for us. We take it when your order is on its way.",
        )
    if confirming:
        return Head(
            "wait",
            "We are confirming your payment",
            "This takes a few seconds. You can close this page; we write to you as soon as we "
            "know. Please do not pay again meanwhile.",
        )
    if order.status == S.FAILED:
        return Head(
            "alert", "The payment did not go through", f"Nothing was charged. {_held(order)}"
        )
    return Head(
        "wait", "Your order waits for its payment", f"Nothing was charged yet. {_held(order)}"
    )


def _held(order: Order) -> str:
    """How long the goods are kept, in words."""
    if order.hold_expires_at is None:
        return "You can pay below."
    left = int((order.hold_expires_at - clock.now()).total_seconds() // 60)
    if left < 1:
        return "Your things are not held much longer."
    for unit, minutes in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if left >= 2 * minutes:
            return f"We hold your things for another {left // minutes} {unit}s."
    return "We hold your things for another minute."


def _canceled(order: Order) -> Head:
    left = order.paid_amount - order.refunded_amount
    if left > 0:
        sentence = f"{_money(order, left)} arrived after that. We pay it back."
    elif order.paid_amount:
        sentence = f"{_money(order, order.refunded_amount)} went back to you."
    else:
        sentence = "Nothing was charged."
    return Head("back", "This order was canceled", sentence)


def _paid(order: Order) -> Head:
    if order.status == S.FULFILLED:
        if order.is_collected:
            return Head("tick", "It is ready", "You can collect it whenever it suits you.")
        if order.needs_shipping:
            return Head("tick", "It is on its way", _tracking(order))
        return Head(
            "tick", "Thank you. Everything is yours.", "Keep this page: your downloads stay here."
        )
    if order.status == S.FULFILLING:
        when = "is ready" if order.is_collected else "leaves"
        return Head(
            "tick", "Thank you. We are preparing your order.", f"We write to you when it {when}."
        )
    when = "are ready" if order.is_collected else "leave"
    return Head(
        "tick",
        "Thank you. The money is here.",
        f"We pack your things. We write to you when they {when}.",
    )


def _tracking(order: Order) -> str:
    return f"Tracking: {order.tracking}" if order.tracking else "It should be with you soon."


def _step(order: Order, event: OrderEvent) -> Step | None:
    """A line of history in the customer's words; what is only for staff is left out."""
    at, reason = event.created_at, event.reason
    if event.kind == "status":
        return _status_step(order, event)
    if event.kind in {"payment_failed", "failed"}:
        return Step("Payment declined", reason or "Nothing was charged.", at, "bad")
    if event.kind == "processing":
        return Step("Payment on its way", reason, at)
    if event.kind == "authorized":
        return Step("Payment reserved", reason, at)
    if event.kind == "address_changed":
        return Step("Address changed", "", at)
    return None


def _status_step(order: Order, event: OrderEvent) -> Step | None:
    at = event.created_at
    if event.from_status == S.REFUNDED:
        return Step("A refund did not arrive", "We are looking into it.", at, "bad")
    if event.to_status == S.FAILED:
        return Step("Payment declined", event.reason or "Nothing was charged.", at, "bad")
    if event.to_status == S.REFUNDED:
        return None  # the refunds themselves are shown
    title, detail = _moves(order, event)[OrderStatus(event.to_status)]
    return Step(title, detail, at)


def _moves(order: Order, event: OrderEvent) -> dict[OrderStatus, tuple[str, str]]:
    method = order.payment.method if order.payment else ""
    paid = _money(order, order.paid_amount)
    late = "It was not paid in time." if event.actor == "job" else ""
    sent = ("Sent", _tracking(order))
    ready = ("Ready for you", "Downloads are on this page.")
    return {
        S.PAID: ("Payment received", f"{paid} by {method}" if method else paid),
        S.PENDING: ("Another try to pay", ""),
        S.FULFILLING: ("Being prepared", ""),
        S.FULFILLED: sent if order.needs_shipping else ready,
        S.CANCELED: ("Canceled", late),
    }


def _refund_step(order: Order, refund: Refund) -> Step:
    amount, at = _money(order, refund.amount), refund.asked_at
    if refund.failed:
        return Step(f"Refund of {amount} failed", "We will find another way to pay you.", at, "bad")
    if refund.pending:
        return Step(f"Refund of {amount} on its way", "Banks take a few days to show it.", at)
    return Step(f"{amount} refunded", "Banks take a few days to show it.", at)


def _to_come(order: Order) -> list[Step]:
    if order.status in {S.PENDING, S.FAILED}:
        return [Step("Payment received", tone="next")]
    if order.status == S.PAID and order.needs_shipping:
        return [Step("Being prepared", tone="next")]
    if order.status == S.FULFILLING:
        return [Step("On its way", tone="next")]
    return []


def _money(order: Order, amount: int) -> str:
    return format_money(amount, order.currency, locale=settings.current().shop_locale)

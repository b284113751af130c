"""Changing, canceling and pausing a plan in the portal."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from sandbox.billing import items
from sandbox.browser import portal_view
from sandbox.browser.portal_visits import Visit, action, portal
from sandbox.money import words
from sandbox.portal import later, leaving, plans, previews, saying
from sandbox.portal.configuring import REASONS
from sandbox.shapes import Row

OF = "/subscriptions/<name>"
UPDATED = ("subscription_update", "subscription_update_confirm")
SAYINGS = {
    "customer_service": "Customer service was less than expected",
    "low_quality": "Quality was less than expected",
    "missing_features": "I need more than it can do",
    "other": "Something else",
    "switched_service": "I found something else",
    "too_complex": "It is too complicated",
    "too_expensive": "It is too expensive",
    "unused": "I don’t use it enough",
}


@portal(f"{OF}/update")
def choose(visit: Visit, name: str) -> ResponseReturnValue:
    """The plans on offer."""
    visit.feature("subscription_update")
    row = visit.subscription(name)
    if not plans.can_change(visit.account, visit.configuration, row):
        abort(404)
    (item,) = items.of(visit.account, row)
    return visit.page(
        "update.html",
        said=_said(visit),
        subscription=row,
        item=item,
        choices=plans.choices(visit.account, visit.configuration, row),
        described=lambda price: portal_view.price_words(price, 1, row["currency"], visit.account),
    )


@portal(f"{OF}/confirm")
def confirm(visit: Visit, name: str) -> ResponseReturnValue:
    """What the change comes to, to the cent, as of now."""
    visit.feature("subscription_update")
    row = visit.subscription(name)
    wish = _wish(visit, row, request.args.get("price"), request.args.get("quantity", type=int))
    said = _said(visit)
    with visit.doing():
        preview = previews.of_change(visit.account, visit.configuration, row, wish)
    price = visit.account.get("price", wish.price)
    return visit.page(
        "confirm.html",
        said=said,
        subscription=row,
        wish=wish,
        preview=preview,
        product=visit.account.get("product", price["product"])["name"],
        described=portal_view.price_words(price, wish.quantity, row["currency"], visit.account),
        back=f"{OF.replace('<name>', name)}/update",
    )


def _wish(visit: Visit, row: Row, price: str | None, quantity: int | None) -> plans.Wish:
    flow = (visit.session["flow"] or {}).get("subscription_update_confirm") or {}
    wanted = flow["items"][0] if flow.get("subscription") == row["id"] else {}
    every = items.of(visit.account, row)
    if len(every) != 1:
        abort(404)
    return plans.Wish(
        price=price or wanted.get("price") or every[0]["price"]["id"],
        quantity=quantity or wanted.get("quantity") or every[0]["quantity"] or 1,
        proration_date=visit.account.now,
        discounts=_discounts(flow),
    )


def _discounts(flow: Row) -> tuple[Row, ...]:
    given = flow.get("discounts") or []
    return tuple({name: value for name, value in one.items() if value} for one in given)


@action(f"{OF}/confirm")
def change(visit: Visit, name: str) -> ResponseReturnValue:
    """Do what was shown, as of the moment it was shown for."""
    visit.feature("subscription_update")
    row, form = visit.subscription(name), request.form
    wish = _wish(visit, row, form.get("price"), form.get("quantity", type=int))
    shown = form.get("as_of", type=int) or wish.proration_date
    wish = plans.Wish(wish.price, wish.quantity, shown, wish.discounts)
    plans.changed(visit.account, visit.configuration, row, wish)
    return visit.done("Your plan is changed.", *UPDATED)


@action(f"{OF}/keep")
def keep(visit: Visit, name: str) -> ResponseReturnValue:
    """The change that was planned for the end of the period is taken back."""
    visit.feature("subscription_update")
    later.taken_back(visit.account, visit.subscription(name))
    return visit.done("Your plan stays as it is.")


@portal(f"{OF}/cancel")
def ask_to_cancel(visit: Visit, name: str) -> ResponseReturnValue:
    """When it will end, and why."""
    feature, row = visit.feature("subscription_cancel"), visit.subscription(name)
    if not leaving.can_cancel(row):
        abort(404)
    asked = feature["cancellation_reason"]
    return visit.page(
        "cancel.html",
        said=_said(visit),
        subscription=row,
        at_period_end=feature["mode"] == "at_period_end",
        ends=plans.period_end(visit.account, row),
        gives_back=feature["proration_behavior"] != "none",
        reasons=[(one, SAYINGS[one]) for one in REASONS if one in asked["options"]]
        if asked["enabled"]
        else [],
        offer=_offer(visit, row),
    )


def _offer(visit: Visit, row: Row) -> str | None:
    """The discount that might make somebody stay, in words."""
    coupon = _coupon(visit, row)
    if coupon is None:
        return None
    much = f"{coupon['percent_off']:g} %" if coupon["percent_off"] else words(
        coupon["amount_off"], coupon["currency"]
    )  # fmt: skip
    months = coupon["duration_in_months"]
    long = {"once": "your next invoice", "forever": "every invoice"}
    return f"{much} off {long.get(coupon['duration'], f'your invoices for {months} months')}"


def _coupon(visit: Visit, row: Row) -> Row | None:
    flow = (visit.session["flow"] or {}).get("subscription_cancel") or {}
    if flow.get("subscription") != row["id"] or not flow.get("retention"):
        return None
    return visit.account.find(flow["retention"]["coupon_offer"]["coupon"], "coupon")


@action(f"{OF}/cancel")
def cancel(visit: Visit, name: str) -> ResponseReturnValue:
    """Cancel it."""
    visit.feature("subscription_cancel")
    row = visit.subscription(name)
    if not leaving.can_cancel(row):  # pressed twice
        return visit.done("Your plan’s end is set already.", "subscription_cancel")
    reason = {field: request.form.get(field, "")[:500] for field in ("feedback", "comment")}
    after = leaving.canceled(visit.account, visit.configuration, row, reason)
    ended = after["status"] == "canceled"
    text = "Your plan is canceled." if ended else "Your plan will end with this period."
    return visit.done(text, "subscription_cancel")


@action(f"{OF}/stay")
def stay(visit: Visit, name: str) -> ResponseReturnValue:
    """Take the discount and stay."""
    row = visit.subscription(name)
    coupon = _coupon(visit, row)
    if coupon is None:
        abort(404)
    leaving.stayed(visit.account, row, coupon["id"])
    return visit.done("Good that you stay: your discount is set.", "subscription_cancel")


@action(f"{OF}/renew")
def renew(visit: Visit, name: str) -> ResponseReturnValue:
    """Do not cancel after all."""
    visit.feature("subscription_cancel")
    leaving.taken_back(visit.account, visit.subscription(name))
    return visit.done("Your plan goes on.")


@portal(f"{OF}/pause")
def ask_to_pause(visit: Visit, name: str) -> ResponseReturnValue:
    """For how long."""
    duration = visit.feature("subscription_pause")["duration"]
    options = duration["interval_options"] if duration["type"] == "interval_options" else []
    return visit.page(
        "pause.html", said=_said(visit), subscription=visit.subscription(name), options=options
    )


@action(f"{OF}/pause")
def pause(visit: Visit, name: str) -> ResponseReturnValue:
    """Charge nothing for a while."""
    visit.feature("subscription_pause")
    choice = request.form.get("option", type=int)
    leaving.paused(visit.account, visit.configuration, visit.subscription(name), choice)
    return visit.done("Your plan is paused.", "subscription_pause")


@action(f"{OF}/resume")
def resume(visit: Visit, name: str) -> ResponseReturnValue:
    """Go on."""
    visit.feature("subscription_pause")
    leaving.resumed(visit.account, visit.subscription(name))
    return visit.done("Your plan goes on.")


def _said(visit: Visit) -> list[str] | None:
    with visit.doing():
        return saying.said(visit.account, visit.session)

"""An order's own page, behind its unguessable link: state, payment, cancellation, downloads."""

import re
from pathlib import PurePosixPath

from flask import Response, abort, jsonify, redirect, request, send_file
from flask.typing import ResponseReturnValue

from app import htmx, plugins, security, settings
from app.errors import GatewayUnavailable, NotDownloadable, ShopError
from app.models import LineItem, Order, OrderStatus
from app.services import dispute_policy, orders, payments
from app.store import hosted_checkout, order_words
from app.store.checkout import AWAY, OFTEN, wants_json
from app.store.frame import blueprint

FIRST_WAIT, LONGEST_WAIT = 2, 60  # seconds between two looks at a payment that is under way
WAIT = "You have tried this many times. Please wait a minute. Nothing was charged."


@blueprint.get("/orders/<token>")
@security.audience(security.OWNER)
@security.stripe_page
def order(token: str) -> ResponseReturnValue:
    found = _found(token)
    confirming = "confirming" in request.args and found.is_payable
    if confirming and htmx.wants_fragment():
        _sync(found)
        found = _found(token)
        confirming = found.is_payable and not _declined(found)
    return _show(found, confirming=confirming)


@blueprint.get("/orders/<token>/return")
@security.audience(security.OWNER)
@security.limiter.limit("30 per minute")
def return_from_payment(token: str) -> ResponseReturnValue:
    """Stripe sends buyers here. What the address claims is not believed: Stripe is asked."""
    asked = _sync(_found(token))
    return redirect(f"/orders/{token}" if asked else f"/orders/{token}?confirming=1", 303)


def _too_often(_limit: object) -> Response:
    return _refuse(_found(str((request.view_args or {})["token"])), WAIT, 429)


@blueprint.post("/orders/<token>/payments")
@security.audience(security.OWNER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def start_payment(token: str) -> ResponseReturnValue:
    """Pay, resume or try again, on the same order."""
    try:
        sheet = payments.start(_found(token).id, hosted=hosted_checkout.wanted())
    except ShopError as error:
        away = isinstance(error, GatewayUnavailable)
        return _refuse(_found(token), AWAY if away else str(error), error.status_code)
    page = f"/orders/{token}"
    if sheet.url:
        return hosted_checkout.leave(sheet.url, as_json=wants_json())
    if not wants_json():
        return redirect(page, 303)
    if sheet.settled:
        return jsonify(url=page)
    return jsonify(
        client_secret=sheet.client_secret,
        return_url=f"{request.host_url.rstrip('/')}{page}/return",
    )


@blueprint.post("/orders/<token>/cancellation")
@security.audience(security.OWNER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def cancel_order(token: str) -> ResponseReturnValue:
    try:
        orders.cancel(_found(token).id, actor="customer", reason="canceled by the customer")
    except ShopError as error:
        return _refuse(_found(token), str(error), error.status_code)
    if htmx.wants_fragment():
        return _show(_found(token))
    return redirect(f"/orders/{token}", 303)


@blueprint.get("/orders/<token>/downloads/<int(max=2147483647):line_id>")
@security.audience(security.OWNER)
def download(token: str, line_id: int) -> ResponseReturnValue:
    """A file that was paid for, and not paid back."""
    found = _found(token)
    line = next((line for line in found.goods if line.id == line_id), None)
    if line is None or not line.download_file:
        abort(404)
    if not may_download(found):
        raise NotDownloadable(_why_not(found))
    elsewhere = plugins.storage().url(line.download_file)
    answer = redirect(elsewhere, 303) if elsewhere else _attachment(line)
    if request.method == "GET":
        orders.note_download(found.id, line.name, place=request.remote_addr or "")
    return answer


def may_download(order: Order) -> bool:
    closed = order.status == OrderStatus.REFUNDED or dispute_policy.closes_order(order)
    return order.is_paid and not closed


def _why_not(order: Order) -> str:
    if order.status == OrderStatus.REFUNDED:
        return "This order was refunded, so its downloads are closed."
    if any(dispute.lost for dispute in order.disputes):
        return "The bank gave this payment back, so its downloads are closed."
    if dispute_policy.closes_order(order):
        return "This payment is disputed: its downloads are closed until the bank has decided."
    if order.status == OrderStatus.CANCELED:
        return "This order was canceled, so there is nothing to download."
    return "The download opens as soon as this order is paid."


def _attachment(line: LineItem) -> Response:
    try:
        content = plugins.storage().open(line.download_file)
    except FileNotFoundError:
        abort(404)
    name = re.sub(r"[^\w.-]+", "-", line.name).strip("-").lower() or "download"
    response = send_file(
        content,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name + PurePosixPath(line.download_file).suffix,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found(token: str) -> Order:
    return orders.find(token) or abort(404)


def _sync(order: Order) -> bool:
    """Ask Stripe; False when it could not be asked and somebody should look again."""
    try:
        orders.sync(order.id)
    except ShopError:
        return False
    return True


def _declined(order: Order) -> bool:
    return order.status == OrderStatus.FAILED


def _refuse(order: Order, sentence: str, status: int) -> Response:
    return _show(order, status, refusal=sentence)


def _show(
    order: Order, status: int = 200, *, confirming: bool = False, refusal: str = ""
) -> Response:
    shop = settings.current()
    return htmx.render(
        "store/order.html",
        "store/_order_status.html",
        status,
        order=order,
        head=order_words.head(order, confirming=confirming),
        timeline=order_words.timeline(order),
        badge=order_words.badge(order),
        may_download=may_download(order),
        why_not=_why_not(order),
        confirming=confirming,
        wait=next_wait() if confirming or order.processing else 0,
        refusal=refusal,
        publishable_key=shop.stripe_publishable_key,
        stripe_js_url=shop.stripe_js_url,
    )


def next_wait() -> int:
    """Look soon at first, then less and less often."""
    before = request.args.get("wait", "", type=str)
    seconds = int(before) if re.fullmatch(r"[0-9]{1,3}", before) else 0
    return min(max(FIRST_WAIT, seconds * 3 // 2), LONGEST_WAIT)

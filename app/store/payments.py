"""Make a payment: what is open, what is paid of it now, and what was paid before."""

import hashlib
import re
from collections.abc import Sequence

from flask import Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import htmx, security, settings
from app.db import reading
from app.errors import GatewayUnavailable, NothingDue, ShopError, UnknownDebt
from app.models import Payment
from app.services import customers, debts, debts_ledger, stripe_customers
from app.services.debts import PaymentSheet
from app.services.debts_ledger import Debt
from app.store import hosted_checkout, payments_form, payments_words
from app.store.checkout import AWAY, OFTEN, wants_json
from app.store.frame import blueprint
from app.store.payments_form import PayForm

PATH, PAGE = "/account/payments", 20
WAIT = "You have tried this many times. Please wait a minute, then press Pay again. Nothing was charged."
NOT_YET = "Nothing is past due, so there is nothing to pay here yet. Nothing was charged."


@blueprint.get("/account/payments")
@security.audience(security.CUSTOMER)
@security.stripe_page
def own_payments() -> ResponseReturnValue:
    """The whole page; or, for a page that is open already, what has changed since it was shown."""
    return _show(payments_form.read(request.args, _owed()))


def _too_often(_limit: object) -> Response:
    return _refuse(WAIT, 429)


@blueprint.post("/account/payments")
@security.audience(security.CUSTOMER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def make_payment() -> ResponseReturnValue:
    """Our script gets what Stripe's needs; a browser without script gets the page again."""
    customer_id = _customer_id() or abort(404)
    if not debts.is_offered(customer_id):
        return _refuse(NOT_YET, NothingDue.status_code)
    try:
        sheet = ask(customer_id, payments_form.read(request.form, _owed()))
    except UnknownDebt:
        raise
    except ShopError as error:
        return _refuse(in_words(error), error.status_code)
    return answer(sheet, page=PATH)


@blueprint.get("/account/payments/<token>/return")
@security.audience(security.CUSTOMER)
@security.limiter.limit("30 per minute")
def return_from_debt(token: str) -> ResponseReturnValue:
    """Stripe sends payers here. What the address claims is not believed: Stripe is asked."""
    payment = debts.find(token, customer_id=_customer_id() or abort(404)) or abort(404)
    waiting = "" if sync(payment) else "&confirming=1"
    return redirect(f"{PATH}?payment={token}{waiting}", 303)


def ask(customer_id: int, form: PayForm, *, item_ids: Sequence[int] | None = None) -> PaymentSheet:
    """What Stripe's script needs to pay what the form asks for; of `item_ids`, when only of those."""
    chosen = form.wish.scope == payments_form.CHOSEN
    return debts.get_or_create_payment_intent(
        customer_id,
        past_due_only=form.wish.scope == payments_form.PAST_DUE,
        item_ids=sorted(form.wish.ids) if chosen else item_ids,
        currency=form.currency or None,
        agreed_amount=payments_form.agreed(request.form),
        hosted=hosted_checkout.wanted(),
    )


def answer(sheet: PaymentSheet, *, page: str) -> Response:
    """For our script, which confirms; without one, the page says how to go on."""
    if sheet.url:
        return hosted_checkout.leave(sheet.url, as_json=wants_json())
    if not wants_json():
        return redirect(page, 303)  # type: ignore[return-value]
    back = f"{request.host_url.rstrip('/')}{page}/{sheet.token}/return"
    return jsonify(client_secret=sheet.client_secret, return_url=back)


def in_words(error: ShopError) -> str:
    return AWAY if isinstance(error, GatewayUnavailable) else str(error)


def sync(payment: Payment) -> bool:
    """Ask Stripe; False when it could not be asked and somebody should look again."""
    try:
        debts.sync(payment.token)
    except ShopError:
        return False
    return True


def fingerprint(*parts: object) -> str:
    """Changes when what a page shows does."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _refuse(sentence: str, status: int) -> Response:
    return _show(payments_form.read(request.form, _owed()), status, refusal=sentence)


def _show(form: PayForm, status: int = 200, *, refusal: str = "") -> Response:
    customer_id = _customer_id()
    payment = _just_made(customer_id)
    confirming = payment is not None and payment.payable and "confirming" in request.args
    if confirming and payment is not None and htmx.wants_fragment():
        sync(payment)
        payment = _just_made(customer_id)
        confirming = payment is not None and payment.payable and not payment.failure_code
        form = payments_form.read(request.values, _owed())
    at_stripe = debts_ledger.owed_at_stripe(customer_id) if customer_id else ()
    paid = debts_ledger.paid_by(customer_id, limit=PAGE + 1, before=before()) if customer_id else []
    stripe_credit = stripe_customers.credit_of(customer_id) if customer_id else []
    made = [_seen(each) for each in paid]
    seen = fingerprint(form.debts, form.currencies, at_stripe, stripe_credit, made)
    if request.args.get("seen") == seen:
        return Response(status=204)
    offered = bool(customer_id) and debts.is_offered(customer_id or 0)
    return htmx.render(
        "store/payments.html",
        "store/_payments.html",
        status,
        form=form,
        at_stripe=at_stripe,
        path=PATH,
        action=PATH,
        target="#payments",
        offered=offered and not confirming,
        confirming=confirming,
        arrived=payments_words.arrived(payment) if payment and not confirming else None,
        payment=payment,
        payments=paid[:PAGE],
        more=len(paid) > PAGE,
        credit=debts_ledger.credit_of(customer_id) if customer_id else [],
        stripe_credit=stripe_credit,
        words=payments_words,
        seen=seen,
        refusal=refusal,
        email=current_user.email,
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )


def _seen(payment: Payment) -> tuple[object, ...]:
    refunds = [(refund.id, refund.status) for refund in payment.refunds]
    return payment.id, payment.version, payments_words.badge(payment), refunds


def _just_made(customer_id: int | None) -> Payment | None:
    """The payment that somebody comes back from."""
    token = request.args.get("payment", "")
    return debts.find(token, customer_id=customer_id) if token and customer_id else None


def _owed() -> tuple[Debt, ...]:
    customer_id = _customer_id()
    return debts_ledger.owed_by(customer_id) if customer_id else ()


def _customer_id() -> int | None:
    with reading():
        customer = customers.for_user(current_user.id)
        return customer.id if customer else None


def before() -> int | None:
    """The last id of the page before."""
    text = request.args.get("before", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) else None

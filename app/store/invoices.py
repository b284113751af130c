"""Invoices: a customer's list, and each one's own page behind its unguessable link, for guests too."""

from flask import Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import htmx, security, settings
from app.errors import NothingDue, ShopError, UnknownDebt
from app.models import Collector, Invoice, Payment
from app.services import customers, debts_ledger
from app.services.debts_ledger import Debt
from app.store import invoices_words, payments, payments_form, payments_words
from app.store.checkout import OFTEN
from app.store.frame import blueprint
from app.store.payments_form import PayForm

PAGE = 20
SETTLED = "There is nothing left to pay on this invoice. Nothing was charged."


@blueprint.get("/account/invoices")
@security.audience(security.CUSTOMER)
def own_invoices() -> ResponseReturnValue:
    """Newest first; `before` is the last id of the page before."""
    customer = customers.for_user(current_user.id)
    found = (
        debts_ledger.invoices_of(customer.id, limit=PAGE + 1, before=payments.before())
        if customer
        else []
    )
    return render_template(
        "store/invoices.html",
        invoices=found[:PAGE],
        more=len(found) > PAGE,
        badge=invoices_words.badge,
    )


@blueprint.get("/invoices/<token>")
@security.audience(security.OWNER)
@security.stripe_page
def invoice(token: str) -> ResponseReturnValue:
    return _show(_found(token))


@blueprint.get("/invoices/<token>/pdf")
@security.audience(security.OWNER)
@security.limiter.limit("30 per minute")
def invoice_pdf(token: str) -> ResponseReturnValue:
    """On paper: ours is drawn here, one that Stripe collects is Stripe's."""
    found = _found(token)
    if found.collector == Collector.STRIPE:
        return redirect(found.pdf_url or abort(404), 303)
    from app.services import invoice_pdf as paper  # slow to load, and only needed here

    content = paper.draw(found, url=f"{settings.current().public_url}/invoices/{token}")
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _too_often(_limit: object) -> Response:
    return _refuse(_found(str((request.view_args or {})["token"])), payments.WAIT, 429)


@blueprint.post("/invoices/<token>/payments")
@security.audience(security.OWNER)
@security.stripe_page
@security.limiter.limit(OFTEN, on_breach=_too_often)
def pay_invoice(token: str) -> ResponseReturnValue:
    """Whoever holds the link may pay; only what is on this invoice."""
    found = _found(token)
    owed = _owed(found)
    if not owed:
        return _refuse(found, SETTLED, NothingDue.status_code)
    form = payments_form.read(request.form, owed)
    if form.wish.ids - {debt.item_id for debt in owed}:
        raise UnknownDebt("There is no such thing to pay. Nothing was charged.")
    try:
        sheet = payments.ask(
            found.customer_id, form, item_ids=[debt.item_id for debt in form.payable]
        )
    except ShopError as error:
        return _refuse(_found(token), payments.in_words(error), error.status_code)
    return payments.answer(sheet, page=f"/invoices/{token}")


@blueprint.get("/invoices/<token>/<payment_token>/return")
@security.audience(security.OWNER)
@security.limiter.limit("30 per minute")
def return_to_invoice(token: str, payment_token: str) -> ResponseReturnValue:
    """Stripe sends payers here. What the address claims is not believed: Stripe is asked."""
    payment = _payment(_found(token), payment_token) or abort(404)
    waiting = "" if payments.sync(payment) else "&confirming=1"
    return redirect(f"/invoices/{token}?payment={payment_token}{waiting}", 303)


def _found(token: str) -> Invoice:
    return debts_ledger.find_invoice(token) or abort(404)


def _owed(found: Invoice) -> tuple[Debt, ...]:
    return debts_ledger.owed_by(found.customer_id, invoice_id=found.id)


def _payment(found: Invoice, payment_token: str) -> Payment | None:
    """A payment of this very invoice, by its token."""
    its = {cover.payment for item in found.items for cover in item.payments}
    return next((payment for payment in its if payment.token == payment_token), None)


def _refuse(found: Invoice, sentence: str, status: int) -> Response:
    return _show(found, status, refusal=sentence)


def _show(found: Invoice, status: int = 200, *, refusal: str = "") -> Response:
    path = f"/invoices/{found.token}"
    payment = _payment(found, request.args.get("payment", ""))
    confirming = payment is not None and payment.payable and "confirming" in request.args
    if confirming and payment is not None and htmx.wants_fragment():
        payments.sync(payment)
        found = _found(found.token)
        payment = _payment(found, payment.token)
        confirming = payment is not None and payment.payable and not payment.failure_code
    form = payments_form.read(request.values, _owed(found))
    received = invoices_words.received(found)
    seen = payments.fingerprint(found.version, form.debts, [r.seen for r in received])
    if request.args.get("seen") == seen:
        return Response(status=204)
    found = _found(found.token)  # reading what is owed let go of it
    return htmx.render(
        "store/invoice.html",
        "store/_invoice.html",
        status,
        invoice=found,
        form=form,
        path=path,
        action=f"{path}/payments",
        target="#invoice",
        head=invoices_words.head(found, confirming=confirming),
        watched=found.is_open,
        badge=invoices_words.badge(found),
        received=received,
        from_credit=invoices_words.from_credit(found),
        lines=invoices_words.lines(found),
        offered=bool(form.payable) and not confirming,
        too_little=invoices_words.too_little(_left(form), form.currency),
        hosted=_hosted_url(found),
        confirming=confirming,
        arrived=payments_words.arrived(payment) if payment and not confirming else None,
        payment=payment,
        seen=seen,
        refusal=refusal,
        email="",
        publishable_key=settings.current().stripe_publishable_key,
        stripe_js_url=settings.current().stripe_js_url,
    )


def _left(form: PayForm) -> int:
    """All that could be paid now, in minor units."""
    return sum(debt.amount for debt in form.payable)


def _hosted_url(found: Invoice) -> str:
    """Stripe's own page, for what Stripe collects."""
    by_stripe = found.collector == Collector.STRIPE
    return found.hosted_url if by_stripe and found.due_amount else ""

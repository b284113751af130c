"""Sending a way to pay: the letter is seen before it leaves."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select

from app import audit, settings
from app.admin import frame
from app.admin.base import StaffPage
from app.admin.dates import start_of
from app.admin.payment_link_form import LinkForm, everybody, first_form, sent_form
from app.admin.payment_link_target import Target, target_of
from app.db import db, transaction
from app.emails import letters, payment_link
from app.errors import FormAlreadyUsed, GatewayUnavailable, ShopError
from app.models import Collector, Customer, Invoice, InvoiceStatus, PaymentLink
from app.services import payment_links
from app.services.payment_links import NewLink
from app.sign_in import actor


class LinkSending(StaffPage):
    """What PaymentLinkView mixes in."""

    record_or_404: Callable[[object], Any]
    page_of: Callable[[int], str]

    @expose("/new/", methods=["GET", "POST"])
    def create_view(self) -> ResponseReturnValue:
        if request.method == "GET":
            target = target_of(request.args)
            return self.show_form(first_form(target), target)
        target = target_of(request.form)
        form = sent_form(target)
        if not form.validate():
            return self.show_form(form, target, 422)
        try:
            link_id = payment_links.send(
                _wanted(form, target), form_token=form.form_token.data, actor=actor()
            )
        except GatewayUnavailable:
            return self.will_leave(form.form_token.data)
        except ShopError as error:
            if not isinstance(error, FormAlreadyUsed):
                form.form_token.data = form.form_token.raw_data = None
            flash(str(error), "error")
            return self.show_form(form, target_of(request.form), error.status_code)
        flash(f"Sent to {form.email}.", "success")
        return self.after_sending(link_id)

    @expose("/preview", methods=["POST"])
    def preview(self) -> str:
        """The letter, as far as it is written; nothing is kept."""
        target = target_of(request.form)
        form = sent_form(target)
        form.validate()
        found: str = self.render("admin/_payment_link_letter.html", letter=_letter(form))
        return found

    def show_form(self, form: LinkForm, target: Target | None, status: int = 200) -> Response:
        form.form_token.data = form.form_token.data or secrets.token_urlsafe(16)
        page = self.render(
            "admin/payment_link_form.html",
            form=form,
            target=target,
            people=[] if target else everybody(),
            letter=_letter(form),
        )
        return make_response(page, status)

    def will_leave(self, form_token: str) -> Response:
        """Stripe is away: the link is written down, and the sweep goes on with it."""
        db.session.rollback()
        link_id = db.session.scalar(select(PaymentLink.id).filter_by(form_token=form_token))
        flash(
            "Stripe has not answered yet. The letter leaves by itself as soon as it does.", "info"
        )
        return self.after_sending(link_id or 0)

    def after_sending(self, link_id: int) -> Response:
        with transaction() as session:
            if link := session.get(PaymentLink, link_id):
                facts = {"email": link.email, "amount": link.amount, "currency": link.currency}
                audit.record("sent", link, actor=actor(), before={}, after=facts)
        frame.forget()
        return redirect(self.page_of(link_id), 303)  # type: ignore[return-value]


def _wanted(form: LinkForm, target: Target | None) -> NewLink:
    until: date | None = form.until.data
    customer = form.customer
    return NewLink(
        email=form.email,
        name=form.name.data or (customer.name if customer else ""),
        description=form.description.data,
        message=form.message.data or "",
        amount=form.amount.data or 0,
        currency=form.currency.data,
        customer_id=customer.id if customer else (target.customer_id if target else None),
        order_id=target.order_id if target else None,
        invoice_id=target.invoice_id if target else None,
        expires_at=_end_of(until),
    )


def _letter(form: LinkForm) -> dict[str, Any]:
    """What would be mailed, from the very template that writes it; and what they owe already."""
    until: date | None = form.until.data if not form.until.errors else None
    link = PaymentLink(
        slug="…",
        email=form.email,
        name=form.name.data or (form.customer.name if form.customer else ""),
        description=form.description.data or "what it is for",
        message=(form.message.data or "").strip(),
        amount=form.amount.data or 0,
        currency=form.currency.data or settings.current().shop_currency,
        expires_at=_end_of(until),
    )
    subject = payment_link.subject_of(link)
    text, _html = letters.render("payment_link", subject=subject, **payment_link.context_of(link))
    missing = [
        label
        for label, there in (
            ("who pays", form.email),
            ("what for", form.description.data),
            ("how much", form.amount.data),
        )
        if not there
    ]
    owed = _owed_by(form.customer) if not (form.order.data or form.invoice.data) else []
    return {
        "to": form.email, "subject": subject, "text": text, "missing": missing, "owed": owed,
    }  # fmt: skip


def _owed_by(customer: Customer | None) -> list[Invoice]:
    """A link for one of these closes it; one over a free amount becomes credit."""
    if customer is None:
        return []
    owed = select(Invoice).where(
        Invoice.customer_id == customer.id,
        Invoice._status == InvoiceStatus.OPEN,
        Invoice.collector == Collector.SHOP,
    )
    return list(db.session.scalars(owed.order_by(Invoice.due_at, Invoice.id).limit(5)))


def _end_of(until: date | None) -> datetime | None:
    """When a link is over that works until and with a day."""
    return start_of(until + timedelta(days=1)) if until else None

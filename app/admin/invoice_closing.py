"""The steps after which an invoice is owed no more. Each shows what it will do, calls one verb."""

from types import ModuleType

from flask import Response, flash, redirect, request
from flask_admin import expose

from app.admin import frame
from app.admin.cells import money
from app.admin.invoice_next import (
    why_not_close,
    why_not_credit,
    why_not_credit_return,
    why_not_delete,
)
from app.admin.steps import ReasonForm, RecordSteps, Sheet
from app.db import db
from app.models import Collector, Invoice, InvoiceStatus
from app.services import allocation, credit, invoices, stripe_invoices
from app.sign_in import fresh


class InvoiceClosing(RecordSteps):
    """What InvoiceView mixes in."""

    @expose("/<int:record_id>/voidings/new")
    @fresh
    def new_voiding(self, record_id: int) -> Response:
        return self.show(self._voiding(self.record_or_404(record_id)), ReasonForm())

    @expose("/<int:record_id>/voidings", methods=["POST"])
    @fresh
    def create_voiding(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: _collector(row).void(record_id, actor=who, reason=form.reason.data),
            action="voided",
            said="Void: nothing is owed on it.",
            form=form,
            again=self._voiding,
        )

    def _voiding(self, row: Invoice) -> Sheet:
        lines = [
            f"{money(row.due_amount, row.currency)} are not owed any more. It keeps its number, "
            "and cannot be opened again.",
            "Links to pay it end, and a payment page that is open stops working.",
        ]
        if row.subscription_id:
            lines.append("Its subscription is not canceled by this, unless it never began.")
        if row.paid_amount:
            paid = money(row.paid_amount, row.currency)
            lines.append(f"The {paid} that were paid become credit of {row.customer.email}.")
        if row.repeats_every:
            lines.append("It no longer repeats.")
        return self.sheet(
            row,
            "create_voiding",
            title="Void the invoice",
            lines=lines,
            why_not=why_not_close(row, InvoiceStatus.VOID),
            yes="Void it",
            tone="bad",
        )

    @expose("/<int:record_id>/write-offs/new")
    @fresh
    def new_write_off(self, record_id: int) -> Response:
        return self.show(self._write_off(self.record_or_404(record_id)), ReasonForm())

    @expose("/<int:record_id>/write-offs", methods=["POST"])
    @fresh
    def create_write_off(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: _collector(row).mark_uncollectible(
                record_id, actor=who, reason=form.reason.data
            ),
            action="wrote off",
            said="Marked as uncollectible.",
            form=form,
            again=self._write_off,
        )

    def _write_off(self, row: Invoice) -> Sheet:
        return self.sheet(
            row,
            "create_write_off",
            title="Mark as uncollectible",
            lines=[
                f"Nobody expects the {money(row.due_amount, row.currency)} any more, and no "
                "reminders are sent.",
                "If the money comes after all, it counts.",
            ],
            why_not=why_not_close(row, InvoiceStatus.UNCOLLECTIBLE),
            yes="Mark as uncollectible",
        )

    @expose("/<int:record_id>/credit-uses/new")
    @fresh
    def new_credit_use(self, record_id: int) -> Response:
        return self.show(self._credit_use(self.record_or_404(record_id)))

    @expose("/<int:record_id>/credit-uses", methods=["POST"])
    @fresh
    def create_credit_use(self, record_id: int) -> Response:
        return self.take(
            self.record_or_404(record_id),
            lambda who: credit.use(record_id, actor=who),
            action="used credit",
            said="Paid from their credit.",
            again=self._credit_use,
        )

    def _credit_use(self, row: Invoice) -> Sheet:
        amount = credit.usable(db.session(), row)
        has = allocation.credit_of(db.session(), row.customer_id, row.currency)
        left = row.due_amount - amount
        return self.sheet(
            row,
            "create_credit_use",
            title="Pay from credit",
            lines=[
                f"{money(amount, row.currency)} of their {money(has, row.currency)} credit pay "
                "what is due first.",
                f"{money(left, row.currency)} are still to be paid."
                if left
                else "The invoice is paid by this.",
                "No money moves.",
            ],
            why_not=why_not_credit(row),
            yes=f"Use {money(amount, row.currency)}",
            look="primary",
            tone="info",
        )

    @expose("/<int:record_id>/credit-returns/new")
    @fresh
    def new_credit_return(self, record_id: int) -> Response:
        return self.show(self._credit_return(self.record_or_404(record_id)), ReasonForm())

    @expose("/<int:record_id>/credit-returns", methods=["POST"])
    @fresh
    def create_credit_return(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: credit.give_back(record_id, actor=who, reason=form.reason.data),
            action="gave credit back",
            said="Their credit is theirs again, and the invoice is owed.",
            form=form,
            again=self._credit_return,
        )

    def _credit_return(self, row: Invoice) -> Sheet:
        used = money(credit.paid_by_credit(db.session(), row), row.currency)
        return self.sheet(
            row,
            "create_credit_return",
            title="Give the credit back",
            lines=[
                f"{row.customer.email} has {used} more credit with us.",
                f"{used} of {row} are owed again.",
                "No money moves, and nobody is mailed.",
            ],
            why_not=why_not_credit_return(row),
            yes=f"Give {used} back",
        )

    @expose("/<int:record_id>/removals/new")
    def new_removal(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        sheet = self.sheet(
            row,
            "create_removal",
            title="Delete the draft",
            lines=["It vanishes. Nobody has got it, and it has no number yet."],
            why_not=why_not_delete(row),
            yes="Delete",
            no="Keep it",
            tone="bad",
        )
        return self.show(sheet)

    @expose("/<int:record_id>/removals", methods=["POST"])
    def create_removal(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        if not self.delete_model(row):
            return self.back_to(record_id)
        flash("Deleted.", "success")
        frame.forget()
        return redirect(self.get_url(".index_view"), 303)  # type: ignore[return-value]


def _collector(row: Invoice) -> ModuleType:
    """Who collects it has to be asked to stop; the verbs are the same."""
    return stripe_invoices if row.collector == Collector.STRIPE else invoices

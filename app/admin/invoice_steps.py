"""The steps that let an invoice be owed. Each shows what it will do, and calls one verb."""

from flask import Response, flash, request
from flask_admin import expose
from flask_admin.form import BaseForm
from wtforms import BooleanField

from app import settings
from app.admin.cells import money
from app.admin.invoice_next import why_not_finalize, why_not_repeat
from app.admin.steps import JUST_DONE, RecordSteps, Sheet
from app.errors import ShopError
from app.models import Collector, Invoice
from app.services import invoices, stripe_invoices
from app.services.invoices import MONTH
from app.sign_in import actor


class FinalizeForm(BaseForm):
    send = BooleanField("Mail it at once", default=True)


class InvoiceSteps(RecordSteps):
    """What InvoiceView mixes in."""

    @expose("/<int:record_id>/finalizations/new")
    def new_finalization(self, record_id: int) -> Response:
        return self.show(self._finalization(self.record_or_404(record_id)), FinalizeForm())

    @expose("/<int:record_id>/finalizations", methods=["POST"])
    def create_finalization(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), FinalizeForm(request.form)
        send = form.send.data
        return self.take(
            row,
            lambda who: invoices.finalize(record_id, actor=who, send=send),
            action="finalised",
            said=f"Final, and on its way to {row.customer.email}."
            if send
            else "Final: it is owed.",
            form=form,
            again=self._finalization,
        )

    def _finalization(self, row: Invoice) -> Sheet:
        days = settings.current().invoice_days
        lines = [
            "It gets the next number, and cannot be changed any more.",
            f"{row.customer.email} owes {money(row.total_amount, row.currency)}; lines without a "
            f"date are due in {days} days.",
        ]
        if row.repeats_every:
            lines.append("The same invoice is written and mailed every month from now on.")
        return self.sheet(
            row,
            "create_finalization",
            title="Finalise the invoice",
            lines=lines,
            why_not=why_not_finalize(row),
            yes="Finalise",
            look="primary",
            tone="info",
        )

    @expose("/<int:record_id>/handovers/new")
    def new_handover(self, record_id: int) -> Response:
        return self.show(self._handover(self.record_or_404(record_id)))

    @expose("/<int:record_id>/handovers", methods=["POST"])
    def create_handover(self, record_id: int) -> Response:
        return self.take(
            self.record_or_404(record_id),
            lambda who: stripe_invoices.give(record_id, actor=who),
            action="gave to Stripe",
            said="Stripe has sent it, and collects it.",
            again=self._handover,
        )

    def _handover(self, row: Invoice) -> Sheet:
        return self.sheet(
            row,
            "create_handover",
            title="Let Stripe collect it",
            lines=[
                f"Stripe Invoicing gives it a number of its own, mails {row.customer.email} its "
                "hosted page, and sends its reminders.",
                "The whole is due with the line that is due first; amounts are with their tax.",
                "Our page does not offer it for payment, and our credit does not count for it.",
            ],
            why_not=why_not_finalize(row),
            yes="Let Stripe send it",
            look="primary",
            tone="info",
        )

    @expose("/<int:record_id>/syncs", methods=["POST"])
    def create_sync(self, record_id: int) -> Response:
        return self.take(
            self.record_or_404(record_id),
            lambda who: stripe_invoices.sync(record_id),
            action="asked Stripe",
            said="This is what Stripe says now.",
        )

    @expose("/<int:record_id>/sendings", methods=["POST"])
    def create_sending(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        collector = stripe_invoices if row.collector == Collector.STRIPE else invoices
        return self.take(
            row,
            lambda who: collector.send(record_id, actor=who),
            action="sent",
            said=f"On its way to {row.customer.email}.",
            once=True,
        )

    @expose("/<int:record_id>/repetitions/new")
    def new_repetition(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        return self.show(self._stop(row) if row.repeats_every else self._repetition(row))

    @expose("/<int:record_id>/repetitions", methods=["POST"])
    def create_repetition(self, record_id: int) -> Response:
        every = request.form.get("every", "")
        return self.take(
            self.record_or_404(record_id),
            lambda who: invoices.set_repeat(record_id, every, actor=who),
            action="repeats every month" if every else "stopped repeating",
            said="It is written every month." if every else "It no longer repeats.",
        )

    def _repetition(self, row: Invoice) -> Sheet:
        return self.sheet(
            row,
            "create_repetition",
            title="Repeat every month",
            lines=[
                "A month after this one was issued the same invoice is written, finalised and "
                f"mailed to {row.customer.email}, and so on every month.",
                "You can stop it at the latest one.",
            ],
            why_not=why_not_repeat(row),
            yes="Repeat",
            look="primary",
            tone="info",
            hidden={"every": MONTH},
        )

    def _stop(self, row: Invoice) -> Sheet:
        return self.sheet(
            row,
            "create_repetition",
            title="Stop repeating",
            lines=["No further invoice is written. What was sent stays owed."],
            why_not=why_not_repeat(row),
            yes="Stop",
            tone="info",
            hidden={"every": ""},
        )

    @expose("/<int:record_id>/copies", methods=["POST"])
    def create_copy(self, record_id: int) -> Response:
        self.record_or_404(record_id)
        if self.just_done(record_id, "copied"):
            flash(JUST_DONE, "info")
            return self.back_to(record_id)
        try:
            copy_id = invoices.copy(record_id, actor=actor())
        except ShopError as error:
            flash(str(error), "error")
            return self.back_to(record_id)
        self.write_down(record_id, "copied")
        flash("A new draft with the same lines. Nobody has got it yet.", "success")
        return self.back_to(copy_id)

"""The steps of a payment link. Each shows what it will do, and calls one verb."""

from flask import Response, request
from flask_admin import expose

from app.admin.cells import money
from app.admin.payment_link_next import why_closed, why_not_ended
from app.admin.payment_link_words import sendings
from app.admin.steps import RecordSteps, Sheet
from app.models import PaymentLink
from app.services import payment_links


class PaymentLinkSteps(RecordSteps):
    """What PaymentLinkView mixes in."""

    @expose("/<int:record_id>/sendings", methods=["POST"])
    def resend(self, record_id: int) -> Response:
        link = self.record_or_404(record_id)
        return self.take(
            link,
            lambda who: payment_links.resend(record_id, actor=who),
            action="sent again",
            once=True,
            said=f"The same letter is on its way to {link.email} again.",
        )

    @expose("/<int:record_id>/reminders", methods=["GET", "POST"])
    def remind(self, record_id: int) -> Response:
        link = self.record_or_404(record_id)
        if request.method == "GET":
            return self.show(self._reminder(link))
        return self.take(
            link,
            lambda who: payment_links.remind(record_id, actor=who),
            action="reminded",
            once=True,
            said=f"A reminder is on its way to {link.email}.",
        )

    @expose("/<int:record_id>/deactivation", methods=["GET", "POST"])
    def deactivate(self, record_id: int) -> Response:
        link = self.record_or_404(record_id)
        if request.method == "GET":
            return self.show(self._deactivation(link))
        return self.take(
            link,
            lambda who: payment_links.deactivate(record_id, actor=who),
            action="deactivated",
            said="Nobody can pay with it any more.",
        )

    def _reminder(self, link: PaymentLink) -> Sheet:
        return self.sheet(
            link,
            "remind",
            title="Send a reminder",
            lines=[
                f"{link.email} gets a letter with the same link, and kind words that it is still "
                "open.",
                f"So far it was {sendings(link)}.",
            ],
            why_not=why_closed(link),
            yes="Send the reminder",
            no="Not now",
            look="primary",
            tone="info",
        )

    def _deactivation(self, link: PaymentLink) -> Sheet:
        sum_ = money(link.amount, link.currency)
        return self.sheet(
            link,
            "deactivate",
            title="Deactivate this link",
            lines=[
                f"{link.email} can no longer pay {sum_} with it; a page that is open now ends, too.",
                "Nobody is told. The link stays in the ledger and cannot be opened again.",
            ],
            why_not=why_not_ended(link),
            yes="Deactivate it",
            no="Keep it",
        )

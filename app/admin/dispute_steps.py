"""Answering a dispute: a draft of the evidence, then submitting it, or accepting the loss."""

from flask import Response, flash, make_response, request
from flask_admin import expose
from flask_admin.form import BaseForm
from wtforms import TextAreaField

from app import settings
from app.admin.cells import money
from app.admin.payment import what_for
from app.admin.steps import RecordSteps, Sheet
from app.db import db
from app.errors import ShopError
from app.models import Dispute
from app.services import dispute_policy, disputes, evidence
from app.services.dispute_policy import Stake
from app.services.evidence import Field
from app.sign_in import actor, fresh


class EvidenceForm(BaseForm):
    """Stripe's evidence fields, by their own names."""


for _field in evidence.FIELDS:
    setattr(EvidenceForm, _field.name, TextAreaField(_field.label))


class DisputeSteps(RecordSteps):
    """What DisputeView mixes in."""

    @expose("/<int:record_id>/evidence", methods=["GET", "POST"])
    def edit_evidence(self, record_id: int) -> Response:
        """A draft; `again` reads our records once more, and keeps nothing of it yet."""
        dispute: Dispute = self.record_or_404(record_id)
        if request.method == "GET":
            again = "again" in request.args
            values = evidence.gather(db.session(), dispute) if again else shown(dispute)
            return self._edit(dispute, EvidenceForm(data=values))
        form = EvidenceForm(request.form)
        fields = {name: form[name].data or "" for name in evidence.NAMES}
        try:
            disputes.save(record_id, fields, actor=actor())
        except ShopError as error:
            flash(str(error), "error")
            return self._edit(self.record_or_404(record_id), form, error.status_code)
        self.write_down(record_id, "evidence saved")
        flash("Kept as a draft. The bank sees it once you submit it.", "success")
        return self.back_to(record_id)

    @expose("/<int:record_id>/submission", methods=["GET", "POST"])
    @fresh
    def submit(self, record_id: int) -> Response:
        dispute = self.record_or_404(record_id)
        if request.method == "GET":
            return self.show(self._submission(dispute))
        return self.take(
            dispute,
            lambda who: disputes.submit(record_id, actor=who),
            action="evidence submitted",
            said="The bank has the evidence. Its decision takes up to three months.",
        )

    @expose("/<int:record_id>/acceptance", methods=["GET", "POST"])
    @fresh
    def accept(self, record_id: int) -> Response:
        dispute = self.record_or_404(record_id)
        if request.method == "GET":
            return self.show(self._acceptance(dispute))
        return self.take(
            dispute,
            lambda who: disputes.accept(record_id, actor=who),
            action="dispute accepted",
            said="Accepted: the money stays with the customer.",
        )

    def _edit(self, dispute: Dispute, form: EvidenceForm, status: int = 200) -> Response:
        page = self.render(
            "admin/evidence_form.html",
            model=dispute,
            form=form,
            name=what_for(dispute.payment),
            why_not=disputes.why_not_answerable(dispute),
            first=[field for field in evidence.FIELDS if _matters(field, dispute, form)],
            others=[field for field in evidence.FIELDS if not _matters(field, dispute, form)],
        )
        return make_response(page, status)

    def _submission(self, dispute: Dispute) -> Sheet:
        values = shown(dispute)
        sent = [field.label for field in evidence.FIELDS if field.name in values]
        return self.sheet(
            dispute,
            "submit",
            title="Submit the evidence to the bank",
            lines=[
                f"The bank gets: {'; '.join(sent)}." if sent else "There is nothing to send yet.",
                "This is possible once: afterwards nothing can be added or changed.",
                "The bank then decides by itself; Stripe tells us, and so does this page.",
            ],
            why_not=disputes.why_not_answerable(dispute),
            yes="Submit it" if sent else "",
            no="Not yet",
            look="primary",
            tone="info",
        )

    def _acceptance(self, dispute: Dispute) -> Sheet:
        sum_ = money(dispute.amount, dispute.currency)
        lines = [f"{sum_} stays with the customer; Stripe’s fee for the dispute is not returned."]
        if not dispute.status.startswith("warning"):
            lines += what_a_loss_does(dispute)
        return self.sheet(
            dispute,
            "accept",
            title="Accept the loss",
            lines=lines,
            why_not=disputes.why_not_answerable(dispute),
            yes="Accept it",
            no="Keep contesting",
        )


def shown(dispute: Dispute) -> dict[str, str]:
    """The draft, or what was sent; before anybody wrote one, what our records say."""
    if dispute.evidence or dispute.evidence_sent_at or not dispute.needs_answer:
        return dispute.evidence
    return evidence.gather(db.session(), dispute)


def _matters(field: Field, dispute: Dispute, form: EvidenceForm) -> bool:
    return field.always or dispute.reason in field.reasons or bool(form[field.name].data)


def what_it_closes(dispute: Dispute) -> str:
    """What becomes of the downloads and licenses that this money paid, by the shop's setting."""
    things = _opened(dispute_policy.at_stake(db.session(), dispute))
    if not things:
        return "No download and no license hangs on this payment."
    policy = settings.current().disputes_close_access
    if policy == "never":
        return f"{things} can be used whatever the bank decides."
    if dispute_policy.closes_access(dispute):
        later = "" if dispute.lost else " while the bank decides; a win opens what is closed"
        return f"{things} cannot be used{later}."
    return f"{things} can be used{' unless it is lost' if dispute.is_open else ''}."


def what_a_loss_does(dispute: Dispute) -> list[str]:
    """What closes when the bank takes the money, and what is owed again."""
    stake = dispute_policy.at_stake(db.session(), dispute)
    lines = [f"{invoice} is open again: it is not paid any more." for invoice in stake.invoices]
    if (things := _opened(stake)) and settings.current().disputes_close_access != "never":
        lines.append(f"{things} cannot be used any more.")
    return lines


def _opened(stake: Stake) -> str:
    names = ["Its downloads"] if stake.downloads else []
    names += [f"the license for {license.product.name}" for license in stake.licenses]
    words = " and ".join(names)
    return words[:1].upper() + words[1:]

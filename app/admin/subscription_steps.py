"""The steps of a subscription. Each shows what it will do, and calls one verb."""

from flask import Response, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from wtforms import SelectField

from app.admin import subscription_end_words
from app.admin.dates import words as moment_words
from app.admin.steps import ReasonForm, RecordSteps, Sheet
from app.admin.subscription_next import why_not_cancel, why_not_pause, why_not_resume
from app.errors import ShopError
from app.models import Subscription
from app.services import stripe_customers, subscription_changes, subscriptions


class CancelForm(ReasonForm):
    when = SelectField(
        "When",
        choices=[
            ("period_end", "When its period runs out"),
            ("now", "Now; nothing is paid back by this"),
        ],
    )


class SubscriptionSteps(RecordSteps):
    """What SubscriptionView mixes in."""

    @expose("/<int:record_id>/cancellations/new")
    def new_cancellation(self, record_id: int) -> Response:
        return self.show(self._cancellation(self.record_or_404(record_id)), CancelForm())

    @expose("/<int:record_id>/cancellations", methods=["POST"])
    def create_cancellation(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), CancelForm(request.form)
        now = form.when.data == "now"
        return self.take(
            row,
            lambda who: subscription_changes.cancel(
                record_id, now=now, reason=form.reason.data, actor=who
            ),
            action="canceled" if now else "canceled at the period's end",
            said="Canceled." if now else "It runs out at the end of its period.",
            form=form,
            again=self._cancellation,
        )

    def _cancellation(self, row: Subscription) -> Sheet:
        return self.sheet(
            row,
            "create_cancellation",
            title="Cancel the subscription",
            lines=[
                *subscription_end_words.lines(row),
                f"{row.customer.email} is told once it has ended. What has ended cannot be "
                "brought back, only begun anew.",
            ],
            why_not=why_not_cancel(row),
            yes="Cancel it",
            no="Keep it",
        )

    @expose("/<int:record_id>/pauses/new")
    def new_pause(self, record_id: int) -> Response:
        return self.show(self._pause(self.record_or_404(record_id)), ReasonForm())

    @expose("/<int:record_id>/pauses", methods=["POST"])
    def create_pause(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: subscription_changes.pause(record_id, actor=who, reason=form.reason.data),
            action="paused",
            said="Paused: nothing is billed until it goes on.",
            form=form,
            again=self._pause,
        )

    def _pause(self, row: Subscription) -> Sheet:
        return self.sheet(
            row,
            "create_pause",
            title="Pause the subscription",
            lines=[
                "Nothing is billed until it is resumed: its invoices are voided as they come.",
                "The license stays valid meanwhile.",
            ],
            why_not=why_not_pause(row),
            yes="Pause it",
            look="primary",
        )

    @expose("/<int:record_id>/resumptions/new")
    def new_resumption(self, record_id: int) -> Response:
        row, lines = self.record_or_404(record_id), []
        if row.cancel_at:
            lines.append(f"It no longer ends on {moment_words(row.cancel_at)}.")
        if row.collection_paused:
            lines.append("Its invoices are charged again from the next one on.")
        sheet = self.sheet(
            row,
            "create_resumption",
            title="Let it go on",
            lines=lines,
            why_not=why_not_resume(row),
            yes="Let it go on",
            look="primary",
            tone="info",
        )
        return self.show(sheet)

    @expose("/<int:record_id>/resumptions", methods=["POST"])
    def create_resumption(self, record_id: int) -> Response:
        return self.take(
            self.record_or_404(record_id),
            lambda who: subscription_changes.resume(record_id, actor=who),
            action="resumed",
            said="It goes on.",
        )

    @expose("/<int:record_id>/portal-visits", methods=["POST"])
    def create_portal_visit(self, record_id: int) -> ResponseReturnValue:
        row = self.record_or_404(record_id)
        back = self.get_url(".details_view", id=record_id, _external=True)
        try:
            url = subscriptions.portal_url(row.customer_id, return_url=back)
        except ShopError as error:
            flash(str(error), "error")
            return self.back_to(record_id)
        self.write_down(record_id, "opened the portal")
        page = self.render(
            "admin/subscription_portal.html", model=self.record_or_404(record_id), portal=url
        )
        return make_response(page)

    @expose("/<int:record_id>/syncs", methods=["POST"])
    def create_sync(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        customer_id = row.customer_id
        return self.take(
            row,
            lambda who: _ask_stripe(record_id, customer_id),
            action="asked Stripe",
            said="This is what Stripe says now.",
        )


def _ask_stripe(subscription_id: int, customer_id: int) -> None:
    subscriptions.sync(subscription_id)
    stripe_customers.look(customer_id)

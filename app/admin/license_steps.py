"""The steps of a license. Each shows what it will do, and calls one verb."""

from flask import Response, request
from flask_admin import expose
from flask_admin.form import BaseForm

from app.admin.fields import SEATS, PlainText, WholeField
from app.admin.license_next import DONE, why_not, why_not_follow, why_not_seats
from app.admin.steps import SHORT, ReasonForm, RecordSteps, Sheet
from app.models import License, LicenseStatus
from app.services import licenses

L = LicenseStatus
DOORS = {
    L.REVOKED: "create_revocation",
    L.SUSPENDED: "create_suspension",
    L.ACTIVE: "create_reprieve",
}
TITLES = {
    L.REVOKED: ("Revoke", "danger"),
    L.SUSPENDED: ("Suspend", "danger"),
    L.ACTIVE: ("Keep active", "primary"),
}
SAID = {
    L.REVOKED: "Revoked: it is refused from now on.",
    L.SUSPENDED: "Suspended: it is refused until somebody takes this back.",
    L.ACTIVE: "Kept active, whatever is paid.",
}


class SeatsForm(ReasonForm):
    seats = WholeField("Seats", validators=SEATS)


class NoteForm(BaseForm):
    reason = PlainText("Why", validators=[SHORT])


class LicenseSteps(RecordSteps):
    """What LicenseView mixes in."""

    @expose("/<int:record_id>/revocations/new")
    def new_revocation(self, record_id: int) -> Response:
        return self.show_decision(record_id, L.REVOKED)

    @expose("/<int:record_id>/revocations", methods=["POST"])
    def create_revocation(self, record_id: int) -> Response:
        return self.decide(record_id, L.REVOKED)

    @expose("/<int:record_id>/suspensions/new")
    def new_suspension(self, record_id: int) -> Response:
        return self.show_decision(record_id, L.SUSPENDED)

    @expose("/<int:record_id>/suspensions", methods=["POST"])
    def create_suspension(self, record_id: int) -> Response:
        return self.decide(record_id, L.SUSPENDED)

    @expose("/<int:record_id>/reprieves/new")
    def new_reprieve(self, record_id: int) -> Response:
        return self.show_decision(record_id, L.ACTIVE)

    @expose("/<int:record_id>/reprieves", methods=["POST"])
    def create_reprieve(self, record_id: int) -> Response:
        return self.decide(record_id, L.ACTIVE)

    def show_decision(self, record_id: int, status: LicenseStatus) -> Response:
        return self.show(self._decision(self.record_or_404(record_id), status), ReasonForm())

    def decide(self, record_id: int, status: LicenseStatus) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: licenses.change_by_staff(
                record_id, status, actor=who, reason=form.reason.data
            ),
            action=DONE[status],
            said=SAID[status],
            form=form,
            again=lambda row: self._decision(row, status),
        )

    @expose("/<int:record_id>/followings/new")
    def new_following(self, record_id: int) -> Response:
        return self.show(self._following(self.record_or_404(record_id)), ReasonForm())

    @expose("/<int:record_id>/followings", methods=["POST"])
    def create_following(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), ReasonForm(request.form)
        return self.take(
            row,
            lambda who: licenses.follow_again(record_id, actor=who, reason=form.reason.data),
            action="let follow its subscription",
            said="It follows its subscription again.",
            form=form,
            again=self._following,
        )

    @expose("/<int:record_id>/seats/new")
    def new_seats(self, record_id: int) -> Response:
        row = self.record_or_404(record_id)
        return self.show(self._seats(row), SeatsForm(data={"seats": row.seats}))

    @expose("/<int:record_id>/seats", methods=["POST"])
    def create_seats(self, record_id: int) -> Response:
        row, form = self.record_or_404(record_id), SeatsForm(request.form)
        return self.take(
            row,
            lambda who: licenses.change_seats(
                record_id, form.seats.data or 0, actor=who, reason=form.reason.data
            ),
            action="changed seats",
            said="Changed.",
            form=form,
            again=self._seats,
        )

    @expose("/<int:record_id>/activations/<int:activation_id>/removals", methods=["POST"])
    def create_removal(self, record_id: int, activation_id: int) -> Response:
        row, form = self.record_or_404(record_id), NoteForm(request.form)
        return self.take(
            row,
            lambda who: licenses.free_seat(
                record_id, activation_id, actor=who, reason=form.reason.data
            ),
            action="deactivated a place",
            said="Deactivated: its seat is free.",
            form=form,
        )

    def _decision(self, row: License, status: LicenseStatus) -> Sheet:
        title, look = TITLES[status]
        return self.sheet(
            row,
            DOORS[status],
            title=f"{title} the license",
            lines=_consequences(row, status),
            why_not=why_not(row, status),
            yes=title,
            look=look,
            tone="info" if status == L.ACTIVE else "bad",
        )

    def _following(self, row: License) -> Sheet:
        state = row.subscription.status.replace("_", " ") if row.subscription else ""
        return self.sheet(
            row,
            "create_following",
            title="Let it follow its subscription",
            lines=[
                f"What staff decided is taken back. Its subscription is {state}, so the license "
                "becomes what that says, at once and from now on."
            ],
            why_not=why_not_follow(row),
            yes="Follow the subscription",
            look="primary",
            tone="info",
        )

    def _seats(self, row: License) -> Sheet:
        return self.sheet(
            row,
            "create_seats",
            title="Change the seats",
            lines=[
                f"{len(row.activations)} of {row.seats} are in use now: it cannot be fewer.",
                "Nothing is charged or paid back by this.",
            ],
            why_not=why_not_seats(row),
            yes="Change",
            look="primary",
            tone="info",
        )


def _consequences(row: License, status: LicenseStatus) -> list[str]:
    if status == L.ACTIVE:
        return [
            "It is valid without an end, paid or not, until somebody decides otherwise.",
            "Its subscription is not changed by this: what is owed stays owed.",
        ]
    used = len(row.activations)
    places = f"{used} places" if used > 1 else "1 place"
    lines = [
        f"It is used in {places} now, and refused there as soon as it is asked for again."
        if used
        else "It is used nowhere now, and refused wherever somebody tries."
    ]
    if row.subscription is not None and row.subscription.is_running:
        lines.append("Its subscription goes on and is charged: cancel it, too, if it should not.")
    lines.append("A payment does not bring it back; only staff can.")
    return lines

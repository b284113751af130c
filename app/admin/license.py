"""Licenses: who may use what, in how many places, and what staff decided about it."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.admin import filters, states
from app.admin.billing_cells import Late, OfCustomer, Since, Until, customer_cell, of_people
from app.admin.cells import link_to
from app.admin.license_next import next_steps
from app.admin.license_steps import LicenseSteps
from app.admin.record_story import Words, story_of
from app.admin.records import RecordView
from app.admin.subscription_filters import OfPlan, product_options
from app.db import db
from app.models import License, LicenseStatus, RecordEvent
from app.models.license import LETTERS

STORY: Words = {
    "issued": ("Issued", "good"),
    "kept": ("Decided by staff", "info"),
    "follows_again": ("Follows its subscription again", "info"),
    "seat_freed": ("A place was deactivated", "calm"),
    "seats": ("Seats changed", "info"),
}


class LicenseOf(OfPlan):
    """To one product; `column` holds products' ids."""

    title = "Product"


def product_cell(_view: Any, _context: Any, row: License, _name: str) -> Markup:
    link = link_to("license.details_view", lambda each: each.product.name)
    return Markup("{}<small>{}-…</small>").format(link(None, None, row, ""), row.key[:5])


def state_cell(_view: Any, _context: Any, row: License, _name: str) -> Markup:
    return Markup(" ").join(states.badge(state) for state in badges(row))


def expiry_cell(_view: Any, _context: Any, row: License, _name: str) -> Any:
    return row.expires_at or "Never"


def badges(row: License) -> list[str]:
    """Its state, and what its state does not say."""
    more = ["kept by staff"] if row.kept_by_staff else []
    late = row.expires_at is not None and row.expires_at <= clock.now()
    return [str(row.status), *(["expired"] if late else []), *more]


class LicenseView(LicenseSteps, RecordView):
    one = "license"
    lead = "The right to use something, issued when a subscription begins."
    can_export = True
    details_template = "admin/license.html"
    column_list = ["product", "customer", "status", "seats", "expires_at", "issued_at"]
    column_export_list = ["product", "customer", "status", "seats", "expires_at", "issued_at"]
    column_labels = {"status": "State", "expires_at": "Valid until", "issued_at": "Issued"}
    column_default_sort = ("id", True)
    column_sortable_list = ["expires_at", "issued_at"]
    searched_by = "License key or part of it, e-mail or name"
    column_formatters = {
        "product": product_cell,
        "customer": customer_cell,
        "status": state_cell,
    }
    column_filters = [
        filters.Equals(License._status, "State", options=states.choices(LicenseStatus)),
        LicenseOf(License.product_id),
        OfCustomer(License.customer_id),
        filters.Condition(License.id, "Decided by staff", License.kept_by_staff),
        Late(License.expires_at, "Expired", lambda: License.expires_at < clock.now()),
        Since(License.issued_at, "Issued"),
        Until(License.issued_at, "Issued"),
        Until(License.expires_at, "Valid until"),
    ]
    state_column = "_status"
    chip_states = ("active", "suspended", "revoked")
    saved = [
        ("Suspended", {"flt0_state_equals": "suspended"}),
        ("Decided by staff", {"flt0_decided_by_staff_equals": "yes"}),
    ]

    def get_query(self) -> Any:
        return db.session.query(License).options(
            joinedload(License.customer), joinedload(License.product)
        )

    def _get_filter_groups(self) -> Any:
        """Products come from the database each time."""
        groups: Any = super()._get_filter_groups()
        groups["Product"] = [{**groups["Product"][0], "options": product_options()}]
        return groups

    def found_by(self, words: str) -> list[Any]:
        """A key, as it is pasted or a part of it read aloud; the start of an address, a name."""
        key = words.upper().replace(" ", "-")
        letters = key.replace("-", "")
        if len(letters) == 25:
            return [License.key == "-".join(letters[n : n + 5] for n in range(0, 25, 5))]
        theirs = of_people(License.customer_id, words)
        is_part = len(letters) >= 5 and set(letters) <= set(LETTERS)
        return [theirs, License.key.contains(key)] if is_part else [theirs]

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        row: License = self.record_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=row,
            badges=badges(row),
            story=story_of(_events(row.id), STORY, causes=f"license_issued:{row.key}"),
            steps=next_steps(row),
            return_url=self.get_url(".index_view"),
        )


def _events(license_id: int) -> list[RecordEvent]:
    its = select(RecordEvent).where(RecordEvent.license_id == license_id)
    return list(db.session.scalars(its.order_by(RecordEvent.id.desc()).limit(100)))

"""No form brings a character that a database cannot keep, whoever reads it."""

import pytest

from app import audit
from app.db import db, transaction
from app.models import Category, Customer, Dispute, Payment
from tests.admin.forms import fill

pytestmark = pytest.mark.databases("sqlite", "postgresql")
NUL = "tea\x00 and milk"
PLAIN = "tea and milk"


def add(row):
    with transaction() as session:
        session.add(row)
        session.flush()
        return row.id


def test_notes_about_a_customer_are_kept_without_nul(staff):
    eve = add(Customer(email="eve@example.com"))

    saved = fill(staff(), f"/admin/customer/edit/?id={eve}", "notes", notes=NUL, name=NUL)

    kept = db.session.get_one(Customer, eve)
    assert saved.status_code == 302
    assert (kept.notes, kept.name) == (PLAIN, PLAIN)


def test_a_new_record_is_kept_without_nul(staff):
    saved = fill(
        staff(), "/admin/category/new/", "slug", name="Tea", slug="te\x00a", description=NUL
    )

    kept = db.session.scalars(db.select(Category)).one()
    assert saved.status_code == 302
    assert (kept.slug, kept.description) == ("tea", PLAIN)


def test_evidence_is_kept_without_nul(staff):
    payment = Payment(amount=700, currency="eur")
    dispute = add(
        Dispute(
            payment=payment, amount=700, currency="eur", stripe_id="dp_1", reason="general",
            status="needs_response",
        )
    )  # fmt: skip

    fill(staff(), f"/admin/dispute/{dispute}/evidence", "uncategorized_text",
         uncategorized_text=NUL)  # fmt: skip

    assert db.session.get_one(Dispute, dispute).evidence == {"uncategorized_text": PLAIN}


def test_a_form_with_files_brings_no_nul_either(client, customer):
    form = {"name": NUL, "line1": "x", "postal_code": "1", "city": "B", "country": "DE"}

    saved = customer.post("/account/addresses", data=form, content_type="multipart/form-data")

    eve = db.session.scalars(db.select(Customer)).one()
    assert saved.status_code < 400
    assert [address.name for address in eve.addresses] == [PLAIN]


def test_the_trail_of_a_change_has_no_nul(staff, dump):
    eve = add(Customer(email="eve@example.com"))

    fill(staff(), f"/admin/customer/edit/?id={eve}", "notes", notes=NUL, phone="1\x002")

    assert audit.everything(db.session.get_one(Customer, eve))["phone"] == "12"
    assert "\\x00" not in repr(dump())

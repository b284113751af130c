"""Invoices in the back office: written, looked at, finalised, settled; and what is refused."""

from datetime import date, timedelta

import pytest

from app import clock
from app.admin.dates import day_words
from app.db import db
from app.models import AuditEntry, Customer, Invoice, InvoiceStatus, Letter
from app.services import allocation, credit, customers, debts, invoices
from tests.admin.forms import fields, said
from tests.billing import bill, invoice_of, open_invoice, pay_debt


def write(client, customer_id, *lines, **changed):
    form = {"customer": str(customer_id), "currency": "eur"}
    for number, line in enumerate(lines):
        for name, value in line.items():
            form[f"items-{number}-{name}"] = value
    return client.post("/admin/invoice/new/", data=form | changed)


def the_invoice() -> Invoice:
    db.session.rollback()
    return db.session.scalars(db.select(Invoice).order_by(Invoice.id.desc())).first()


def day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


WORK = {"description": "Work", "quantity": "2", "unit_amount": "12,50"}


def test_too_many_lines_and_the_end_of_time_are_refused_in_words(staff, eve):
    billing = staff("billing")

    many = write(billing, eve, *[WORK] * 101)
    late = write(billing, eve, WORK | {"due_on": "9999-12-31"})

    assert (many.status_code, late.status_code) == (422, 422)
    assert "At most 100 lines, please" in many.text
    assert "items-100-description" in many.text  # nothing that was typed is lost
    assert "That is too far away." in late.text
    assert db.session.query(Invoice).count() == 0
    assert write(billing, eve, *[WORK] * 100).status_code == 303
    assert len(the_invoice().items) == 100


def test_a_draft_is_written_looked_at_finalised_and_mailed(staff, eve, run_jobs):
    billing = staff("billing")
    travel = {"description": "Travel", "unit_amount": "40", "due_on": day(3)}

    answer = write(billing, eve, WORK, travel, {}, note="Thank you.", then="preview")

    invoice = the_invoice()
    assert answer.location.endswith(f"/admin/invoice/{invoice.id}/preview")
    assert (invoice.status, invoice.total_amount, invoice.note) == ("draft", 6500, "Thank you.")
    assert [item.quantity for item in invoice.items] == [2, 1]
    assert invoice.items[1].due_at.date().isoformat() == day(3)
    assert "(its number)" in billing.get(f"/admin/invoice/{invoice.id}/preview").text
    assert "€65.00" in billing.get(f"/admin/invoice/{invoice.id}/letter").text
    paper = billing.get(f"/admin/invoice/{invoice.id}/paper")
    assert paper.data.startswith(b"%PDF")
    assert invoice_of(invoice.id).number is None

    billing.post(f"/admin/invoice/{invoice.id}/finalizations", data={"send": "y"})
    run_jobs()

    invoice = the_invoice()
    assert (invoice.status, invoice.number) == ("open", "INV-00001")
    assert db.session.scalars(db.select(Letter)).one().subject == "Invoice INV-00001"
    page = billing.get(f"/admin/invoice/details/?id={invoice.id}").text
    for words in ("INV-00001", "Letter: Invoice", "Finalise", f"/invoices/{invoice.token}"):
        assert words in page
    actions = db.session.scalars(db.select(AuditEntry.action).filter_by(record_type="Invoice"))
    assert list(actions) == ["drafted", "finalised"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"unit_amount": "0"}, "An amount above zero"),
        ({"unit_amount": "-5"}, "Between 0 and"),
        ({"unit_amount": "1e3"}, "such as 19.99"),
        ({"quantity": "0"}, "Between 1 and 9999"),
        ({"quantity": "-1"}, "Between 1 and 9999"),
        ({"quantity": "١٢"}, "A whole number"),
        ({"due_on": "2020-01-01"}, "That day has passed"),
        ({"due_on": "tomorrow"}, "Not a valid date"),
        ({"description": ""}, "For what is it?"),
        ({"unit_amount": "999999", "quantity": "999"}, "more than can be paid"),
    ],
)
def test_what_makes_no_sense_is_said_and_kept_in_the_form(staff, eve, line, words):
    refused = write(staff("billing"), eve, WORK | line, note="Keep me.")

    assert refused.status_code == 422
    assert words in refused.text
    assert "Keep me." in refused.text
    assert the_invoice() is None


def test_nobody_and_nothing_cannot_be_billed(staff, eve):
    billing = staff("billing")

    for customer in ("", "9999", "abc", "-1"):
        assert write(billing, customer, WORK).status_code == 422
    assert write(billing, eve).status_code == 422
    assert write(billing, eve, WORK, currency="xxx").status_code == 422
    assert the_invoice() is None
    assert write(billing, eve, WORK).status_code == 303


def test_amounts_are_read_in_the_currency_of_the_invoice(staff, eve):
    billing = staff("billing")

    whole = write(billing, eve, WORK | {"unit_amount": "1500"}, currency="jpy")
    broken = write(billing, eve, WORK | {"unit_amount": "12,50"}, currency="jpy")

    assert (whole.status_code, broken.status_code) == (303, 422)
    assert "JPY has 0 digits" in broken.text
    assert (the_invoice().currency, the_invoice().total_amount) == ("jpy", 3000)


def test_letters_that_the_paper_does_not_have_are_named_and_nothing_is_refused(staff, eve):
    billing, told = staff("billing"), "instead of 茶 🍵 it shows question marks"
    plain = write(billing, eve, WORK | {"description": "Čaj, Чай, τσάι"}, note="Danke schön! €")
    assert "question marks" not in billing.get(plain.location).text

    answer = write(billing, eve, WORK | {"description": "Čaj 茶"}, note="茶 🍵\ufe0f")

    invoice = the_invoice()
    assert told in billing.get(answer.location).text
    assert told in billing.get(f"/admin/invoice/{invoice.id}/preview").text
    assert (invoice.note, invoice.items[0].description) == ("茶 🍵\ufe0f", "Čaj 茶")
    assert billing.get(f"/admin/invoice/{invoice.id}/paper").data.startswith(b"%PDF")


def test_a_draft_is_edited_and_a_lost_update_is_told(staff, eve):
    billing = staff("billing")
    invoice_id = invoices.draft(bill(eve, 1000, note="old"), actor="ada")
    path = f"/admin/invoice/edit/?id={invoice_id}"
    mine = fields(billing.get(path), "note")
    assert mine["items-0-unit_amount"] == ["10.00"]

    invoices.edit(invoice_id, bill(eve, 2000, note="theirs"), actor="ben")
    told = billing.post(path, data=mine | {"note": "mine"})
    assert told.status_code == 409
    assert "mine" in told.text
    assert invoice_of(invoice_id).note == "theirs"

    saved = billing.post(path, data=fields(told, "note"))
    assert saved.status_code == 303
    assert (invoice_of(invoice_id).note, invoice_of(invoice_id).total_amount) == ("mine", 1000)


def test_what_was_sent_is_neither_edited_nor_deleted(staff, eve):
    billing, invoice_id = staff("billing"), open_invoice(eve, 1000)

    edited = billing.post(f"/admin/invoice/edit/?id={invoice_id}", data={"note": "x"})
    billing.post(f"/admin/invoice/{invoice_id}/removals")
    billing.post("/admin/invoice/delete/", data={"id": str(invoice_id)})

    assert edited.status_code == 409
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN
    draft = invoices.draft(bill(eve, 1000), actor="ada")
    assert billing.post(f"/admin/invoice/{draft}/removals").status_code == 303
    assert db.session.get(Invoice, draft) is None


def test_voiding_says_what_it_does_and_wants_a_reason(staff, eve, stripe_client, pump):
    billing, invoice_id = staff("billing"), open_invoice(eve, 1000, 500)
    sheet = debts.get_or_create_payment_intent(eve, item_ids=[invoice_of(invoice_id).items[0].id])
    pay_debt(stripe_client, sheet)
    pump()
    path = f"/admin/invoice/{invoice_id}/voidings"

    asked = billing.get(f"{path}/new").text
    silent = billing.post(path)
    billing.post(path, data={"reason": "wrong customer"})

    assert "The €10.00 that were paid become credit" in asked
    assert silent.status_code == 422
    assert invoice_of(invoice_id).status == InvoiceStatus.VOID
    assert allocation.credit_of(db.session(), eve, "eur") == 1000
    assert "It is void already." in billing.get(f"{path}/new").text
    assert "wrong customer" in billing.get(f"/admin/invoice/details/?id={invoice_id}").text


def test_the_same_press_again_sends_and_writes_nothing_new(staff, eve, run_jobs, move_clock):
    billing, invoice_id = staff("billing"), invoices.draft(bill(eve, 1000), actor="ada")
    path = f"/admin/invoice/{invoice_id}"

    for step in ("finalizations", "sendings", "copies"):
        for _ in range(3):
            assert billing.post(f"{path}/{step}", data={"send": "y"}).status_code == 303
    run_jobs()

    assert db.session.query(Letter).count() == 2  # one when it was finalised, one more when asked
    assert db.session.query(Invoice).count() == 2
    move_clock(timedelta(minutes=2))
    billing.post(f"{path}/copies")
    assert db.session.query(Invoice).count() == 3


def test_one_that_stripe_collects_is_sent_again_and_voided_there(staff, eve, stripe_client, pump):
    billing, invoice_id = staff("billing"), invoices.draft(bill(eve, 1000), actor="ada")
    billing.post(f"/admin/invoice/{invoice_id}/handovers")
    pump()

    billing.post(f"/admin/invoice/{invoice_id}/sendings")
    billing.post(f"/admin/invoice/{invoice_id}/voidings", data={"reason": "wrong customer"})

    invoice = invoice_of(invoice_id)
    assert invoice.status == InvoiceStatus.VOID
    assert stripe_client.v1.invoices.retrieve(str(invoice.stripe_id)).status == "void"
    page = billing.get(f"/admin/invoice/details/?id={invoice_id}").text
    assert "To be voided at Stripe" in page
    assert "wrong customer" in page


def test_an_invoice_is_written_off_copied_and_paid_from_credit(staff, eve, pump):
    billing, invoice_id = staff("billing"), open_invoice(eve, 1000)
    path = f"/admin/invoice/{invoice_id}"

    billing.post(f"{path}/write-offs", data={"reason": "bankrupt"})
    copied = billing.post(f"{path}/copies")
    assert invoice_of(invoice_id).status == InvoiceStatus.UNCOLLECTIBLE
    draft = the_invoice()
    assert copied.location.endswith(f"details/?id={draft.id}")
    assert (draft.status, draft.total_amount, draft.copied_from_id) == ("draft", 1000, invoice_id)

    other = open_invoice(eve, 700)
    nothing = billing.post(f"/admin/invoice/{other}/credit-uses")
    assert nothing.status_code == 409
    credit.give(eve, 900, currency="eur", actor="ada", reason="sorry")
    assert (
        "€7.00 of their €9.00 credit" in billing.get(f"/admin/invoice/{other}/credit-uses/new").text
    )
    billing.post(f"/admin/invoice/{other}/credit-uses")
    assert invoice_of(other).status == InvoiceStatus.PAID


def test_what_was_paid_from_credit_can_be_undone(staff, eve, assert_books):
    billing, invoice_id = staff("billing"), open_invoice(eve, 700)
    path = f"/admin/invoice/{invoice_id}"
    nothing = billing.post(f"{path}/credit-returns", data={"reason": "wrong one"})
    assert nothing.status_code == 409
    assert "No credit pays for Invoice INV-00001." in nothing.text
    credit.give(eve, 900, currency="eur", actor="ada", reason="sorry")
    credit.use(invoice_id, actor="ada")

    page = billing.get(f"/admin/invoice/details/?id={invoice_id}").text
    asked = billing.get(f"{path}/credit-returns/new").text
    silent = billing.post(f"{path}/credit-returns")
    done = billing.post(f"{path}/credit-returns", data={"reason": "wrong one"})

    assert "It is paid: give the credit back instead." in page
    assert "€7.00 of Invoice INV-00001 are owed again." in asked
    assert (silent.status_code, done.status_code) == (422, 303)
    assert (invoice_of(invoice_id).status, invoice_of(invoice_id).due_amount) == ("open", 700)
    assert allocation.credit_of(db.session(), eve, "eur") == 900
    assert_books()
    assert "wrong one" in billing.get(f"/admin/invoice/details/?id={invoice_id}").text
    billing.post(f"{path}/voidings", data={"reason": "wrong customer"})
    assert invoice_of(invoice_id).status == InvoiceStatus.VOID


def test_it_repeats_every_month_until_somebody_stops_it(staff, eve):
    billing, invoice_id = staff("billing"), open_invoice(eve, 1000)
    path = f"/admin/invoice/{invoice_id}/repetitions"

    billing.post(path, data=fields(billing.get(f"{path}/new"), "every"))
    assert invoice_of(invoice_id).repeat_at is not None
    billing.post(path, data=fields(billing.get(f"{path}/new"), "every"))
    assert invoice_of(invoice_id).repeats_every == ""
    billing.post(path, data={"every": "minute"})
    assert "every month, or not at all" in said(billing)


def test_what_is_due_on_a_day_is_due_on_that_day_everywhere(staff, eve, run_jobs):
    billing, on = staff("billing"), day(3)
    write(billing, eve, WORK | {"due_on": on})
    invoice_id = the_invoice().id
    billing.post(f"/admin/invoice/{invoice_id}/finalizations", data={"send": "y"})
    run_jobs()

    for path in (
        "/admin/invoice/",
        f"/admin/invoice/details/?id={invoice_id}",
        "/admin/open_item/",
        f"/admin/customer/details/?id={eve}",
    ):
        assert f'<time datetime="{on}">{day_words(date.fromisoformat(on))}</time>' in (
            billing.get(path).text
        ), path
    for view in ("invoice", "open_item"):
        assert f'"{on}"' in billing.get(f"/admin/{view}/export/csv/", buffered=True).text
    letter = db.session.scalars(db.select(Letter)).one().text
    assert f"due {date.fromisoformat(on):%-d %B %Y}" in letter


def test_the_list_is_filtered_and_searched(staff, eve, adam):
    open_invoice(eve, 1000, past_due=1)  # INV-00001
    open_invoice(adam, 2000)  # INV-00002
    invoices.draft(bill(adam, 3000), actor="ada")
    billing = staff("billing")

    def numbers(**query):
        page = billing.get("/admin/invoice/", query_string=query).text.partition("<tbody>")[2]
        return [words for words in ("INV-00001", "INV-00002", "Draft</a>") if words in page]

    assert numbers(flt0_past_due_equals="yes") == ["INV-00001"]
    assert numbers(flt0_customer_equals="Adam@example.com ") == ["INV-00002", "Draft</a>"]
    assert numbers(flt0_state_equals="draft") == ["Draft</a>"]
    assert numbers(flt0_collected_by_equals="stripe") == []
    assert numbers(flt0_total_at_least="15") == ["INV-00002", "Draft</a>"]
    assert numbers(search="inv-00002") == ["INV-00002"]
    assert numbers(search="eve@") == ["INV-00001"]
    assert numbers(search="Adam") == ["INV-00002", "Draft</a>"]
    exported = billing.get("/admin/invoice/export/csv/", buffered=True).text
    assert "INV-00001" in exported


def test_open_items_stand_due_first_with_their_sum(staff, eve, adam):
    open_invoice(eve, 1000, 500, past_due=1)
    open_invoice(adam, 2000, past_due=1)
    voided = open_invoice(adam, 4000, past_due=1)
    invoices.void(voided, actor="ada", reason="wrong")
    invoices.draft(bill(adam, 8000), actor="ada")
    billing = staff("billing")

    everything = billing.get("/admin/open_item/").text
    late = billing.get("/admin/open_item/?flt0_past_due_equals=yes").text
    hers = billing.get("/admin/open_item/?flt0_customer_equals=eve@example.com").text

    assert "<b>€35.00</b>" in everything
    assert "<b>€30.00</b>" in late
    assert "<b>€15.00</b>" in hers
    assert everything.index("€10.00") < everything.index("€5.00")


def test_only_billing_writes_and_voids(staff, eve):
    invoice_id = open_invoice(eve, 1000)

    for role in ("support", "orders"):
        client = staff(role)
        page = client.get(f"/admin/invoice/details/?id={invoice_id}")
        assert "Your role does not include this" in page.text
        assert write(client, eve, WORK).status_code == 403
        refused = client.post(f"/admin/invoice/{invoice_id}/voidings", data={"reason": "x"})
        assert refused.status_code == 403
    assert staff("catalog").get("/admin/invoice/").status_code == 403


def test_an_unknown_invoice_is_not_there(staff):
    billing = staff("billing")

    for path in ("details/?id=99", "edit/?id=99", "99/voidings/new", "99/preview", "99/paper"):
        assert billing.get(f"/admin/invoice/{path}").status_code == 404
    assert billing.post("/admin/invoice/99/copies").status_code == 404


def test_an_old_sign_in_is_asked_again_before_an_invoice_is_void(staff, eve, move_clock):
    billing, invoice_id = staff("billing"), open_invoice(eve, 1000)
    move_clock(timedelta(hours=1))

    answer = billing.post(f"/admin/invoice/{invoice_id}/voidings", data={"reason": "x"})

    assert answer.location.startswith("/account/verify")
    assert invoice_of(invoice_id).status == InvoiceStatus.OPEN


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def adam(app):
    customer_id = customers.find_or_create("adam@example.com", name="Adam")
    assert db.session.get(Customer, customer_id)
    return customer_id

"""Payments that were not orders, and those of which nobody knows whose they are."""

import pytest

from app.admin import frame
from app.db import db
from app.models import AuditEntry, Customer, Invoice, Payment, RefundStatus
from app.services import allocation, credit, customers, debts, subscriptions
from tests.admin.forms import fields
from tests.billing import (
    add_plan,
    invoice_of,
    open_invoice,
    pay_debt,
    pay_first,
    subscription_of,
)
from tests.buying import buy
from tests.links import pay_foreign_link


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com", name="Eve Example")


@pytest.fixture
def paid(eve, stripe_client, pump):
    """A payment of two invoices' items; answers its id, and the invoice's."""
    invoice_id = open_invoice(eve, 1000, 3200)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pump()
    return the_payment().id, invoice_id


@pytest.fixture
def stray(stripe_client, sandbox, pump):
    """42.00 paid at a link that was made in Stripe's dashboard, by somebody unknown."""

    def pay(email="stranger@example.com"):
        pay_foreign_link(stripe_client, sandbox, 4200, email=email)
        pump()
        return the_payment().id

    return pay


def the_payment():
    db.session.rollback()
    return db.session.scalars(db.select(Payment).order_by(Payment.id.desc())).first()


def page(client, payment_id, view="payment"):
    return client.get(f"/admin/{view}/details/?id={payment_id}").text


def test_a_page_says_what_it_paid_and_an_order_leads_to_its_own(staff, paid, stripe_client, pump):
    client, (payment_id, _invoice_id) = staff("support"), paid
    order = buy(stripe_client)
    pump()

    assert "€10.00" in page(client, payment_id)
    assert "€32.00" in page(client, payment_id)
    assert f"Order #{order.number}" in page(client, order.payments[0].id)
    assert "Invoice INV" in client.get("/admin/search?q=eve@example.com").text
    listed = client.get("/admin/payment/?search=eve@example.com").text
    assert "Invoice INV" in listed
    assert f"Order #{order.number}" in listed


def test_a_refund_says_what_will_be_owed_again_and_does_it(staff, paid, pump):
    client, (payment_id, invoice_id) = staff("billing"), paid
    address = f"/admin/payment/{payment_id}/refunds"
    form = fields(client.get(address), "amount")

    shown = client.post(
        f"/admin/payment/{payment_id}/refund-preview", data=form | {"amount": "5"}
    ).text
    sent = [client.post(address, data=form | {"amount": "5", "reason": "too much"}) for _ in "ab"]
    pump()

    assert "€5.00 of Invoice INV" in shown
    assert "is owed again" in shown
    assert [answer.status_code for answer in sent] == [303, 303]
    assert [(r.amount, r.status) for r in the_payment().refunds] == [(500, RefundStatus.SUCCEEDED)]
    assert (invoice_of(invoice_id).status, invoice_of(invoice_id).due_amount) == ("open", 500)
    assert "too much" in page(client, payment_id)
    assert "refunded" in db.session.scalars(db.select(AuditEntry.action)).all()


def test_what_was_paid_too_much_waits_for_somebody_until_it_is_refunded(staff, eve, stray, pump):
    client, words = staff("billing"), "Payments were more than was owed"
    assert words not in client.get("/admin/").text
    open_invoice(eve, 4000)
    payment_id = stray("eve@example.com")

    home = client.get("/admin/").text
    listed = client.get("/admin/payment/?flt0_more_than_was_owed_equals=yes").text

    assert words in home
    assert f"/admin/payment/details/?id={payment_id}" in listed
    form = fields(client.get(f"/admin/payment/{payment_id}/refunds"), "amount")
    client.post(f"/admin/payment/{payment_id}/refunds", data=form | {"amount": "2"})
    pump()
    frame.forget()
    assert words not in client.get("/admin/").text


def test_a_refund_of_credit_says_which_invoice_it_had_paid(staff, eve, stray, pump):
    client, payment_id = staff("billing"), stray("eve@example.com")
    invoice_id = open_invoice(eve, 4000)
    credit.use(invoice_id, actor="ada")
    address = f"/admin/payment/{payment_id}/refunds"
    form = fields(client.get(address), "amount") | {"amount": "41"}

    shown = client.post(f"/admin/payment/{payment_id}/refund-preview", data=form).text
    client.post(address, data=form)
    pump()

    assert "€39.00 of Invoice INV-00001 were paid from that credit: owed again." in shown
    assert "€2.00 less credit" in shown
    assert (invoice_of(invoice_id).status, invoice_of(invoice_id).due_amount) == ("open", 3900)
    assert allocation.credit_of(db.session(), eve, "eur") == 0


def test_a_refund_of_what_stripe_collects_says_that_it_stays_paid(staff, eve, stripe_client, pump):
    client = staff("billing")
    sheet = subscriptions.start(
        eve, add_plan()["month"], quantity=1, start_key="f1", actor="customer"
    )
    pay_first(stripe_client, sheet)
    pump()
    payment_id, subscription = the_payment().id, subscription_of(sheet.token)
    (invoice,) = subscription.invoices
    address = f"/admin/payment/{payment_id}/refunds"
    form = fields(client.get(address), "amount")

    shown = client.post(f"/admin/payment/{payment_id}/refund-preview", data=form).text
    client.post(address, data=form)
    pump()

    assert f"Invoice {invoice.number} stays paid at Stripe: nothing is owed again." in shown
    assert f"/admin/subscription/details/?id={subscription.id}" in shown
    assert "is owed again." not in shown.replace("nothing is owed again.", "")
    assert (invoice_of(invoice.id).status, invoice_of(invoice.id).due_amount) == ("paid", 0)
    assert subscription_of(sheet.token).status == "active"


def test_a_refund_of_nothing_asks_for_an_amount(staff, paid):
    client, (payment_id, _invoice_id) = staff("billing"), paid
    address = f"/admin/payment/{payment_id}/refunds"
    form = fields(client.get(address), "amount")

    refused = client.post(address, data=form | {"amount": "0"})

    assert refused.status_code == 409
    assert "An amount above zero, please." in refused.text
    assert the_payment().refunds == []


def test_no_refund_above_what_is_left_or_of_nonsense(staff, paid):
    client, (payment_id, _invoice_id) = staff("billing"), paid
    address = f"/admin/payment/{payment_id}/refunds"
    form = fields(client.get(address), "amount")

    for amount in ("", "0", "-1", "42.01", "a lot", "9" * 30):
        refused = client.post(address, data=form | {"amount": amount})
        assert refused.status_code in {409, 422}, amount

    assert the_payment().refunds == []


def test_an_orders_payment_is_refunded_on_its_order(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    payment_id = order.payments[0].id

    assert "refund it there" in page(staff("billing"), payment_id)


def test_it_is_assigned_to_whom_staff_say_and_pays_their_debts(staff, stray, eve, assert_books):
    invoice_id = open_invoice(eve, 3000)
    payment_id, client = stray(), staff("billing")
    address = f"/admin/unmatched/{payment_id}/assignment"
    form = fields(client.get(address), "customer") | {"customer": str(eve)}

    shown = client.post(f"/admin/unmatched/{payment_id}/assignment-preview", data=form).text
    assert client.post(address, data=form).status_code == 303

    assert "€30.00 pays Work 1 of Invoice" in shown
    assert "€12.00 is more than they owe" in shown
    assert invoice_of(invoice_id).status == "paid"
    assert allocation.credit_of(db.session(), eve, "eur") == 1200
    after = page(client, payment_id, "unmatched")
    assert "Assigned to a customer" in after
    assert "It has found its customer." in after
    assert_books()


def test_without_a_customer_nothing_is_assigned(staff, stray, eve):
    payment_id, client = stray(), staff("billing")
    address = f"/admin/unmatched/{payment_id}/assignment"

    refused = client.post(address, data=fields(client.get(address), "customer"))

    assert refused.status_code == 422
    assert the_payment().customer_id is None


def test_the_payer_becomes_a_customer(staff, stray, assert_books):
    payment_id, client = stray(), staff("billing")
    address = f"/admin/unmatched/{payment_id}/customer"
    form = fields(client.get(address), "email")
    assert form["email"] == ["stranger@example.com"]

    client.post(address, data=form | {"name": "A Stranger"})

    customer = db.session.scalars(db.select(Customer).filter_by(name="A Stranger")).one()
    assert the_payment().customer_id == customer.id
    assert_books()


def test_it_is_dismissed_with_a_reason_once(staff, stray, eve, assert_books):
    payment_id, client = stray(), staff("billing")
    address = f"/admin/unmatched/{payment_id}/dismissal"

    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "a donation"}).status_code == 303
    again = client.post(f"/admin/unmatched/{payment_id}/assignment", data={"customer": str(eve)})

    assert again.status_code == 409
    assert (the_payment().matching, the_payment().customer_id) == ("dismissed", None)
    assert "a donation" in page(client, payment_id, "unmatched")
    assert_books()


def test_who_might_have_paid_is_shown_and_nobody_is_chosen(staff, stray, eve):
    open_invoice(eve, 4200)
    namesake = customers.find_or_create("stranger@elsewhere.example")
    payment_id = stray()

    shown = page(staff("support"), payment_id, "unmatched")

    assert "has an open invoice over exactly €42.00" in shown
    assert "has the same name before the @" in shown
    assert the_payment().customer_id is None
    assert namesake
    assert db.session.scalars(db.select(Invoice)).one().paid_amount == 0


def test_what_was_never_external_is_not_in_this_inbox(staff, paid):
    payment_id, _ = paid

    assert staff("billing").get(f"/admin/unmatched/details/?id={payment_id}").status_code == 404

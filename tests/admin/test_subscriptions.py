"""Subscriptions in the back office: begun for somebody, changed as shown, ended with a reason."""

import pytest

from app.db import db
from app.models import AuditEntry, Letter, Subscription, SubscriptionStatus
from app.services import (
    customers,
    licenses,
    stripe_customers,
    subscription_changes,
    subscription_desk,
)
from tests.admin.forms import fields, said
from tests.billing import add_plan

NEW = "/admin/subscription/new/"


def row_of(subscription_id: int) -> Subscription:
    db.session.rollback()
    return db.session.get_one(Subscription, subscription_id)


def newest() -> Subscription | None:
    db.session.rollback()
    return db.session.scalars(db.select(Subscription).order_by(Subscription.id.desc())).first()


def wish(client, customer_id, price_id, **changed):
    """The form as staff fill it in for the first time."""
    return fields(client.get(f"{NEW}?customer={customer_id}"), "quantity") | {
        "price_id": str(price_id),
        **changed,
    }


def test_one_is_begun_after_a_look_and_the_customer_gets_a_link(staff, eve, plan, run_jobs):
    billing = staff("billing")

    look = billing.post(NEW, data=wish(billing, eve, plan["month"], quantity="3"))
    assert look.status_code == 200
    assert "€21.00 every month" in look.text
    assert newest() is None

    agreed = fields(look, "fingerprint")
    answers = [billing.post(NEW, data=agreed) for _ in range(2)]  # a double click is one
    run_jobs()

    row = newest()
    assert {a.location for a in answers} == {f"/admin/subscription/details/?id={row.id}"}
    assert (row.quantity, row.status) == (3, SubscriptionStatus.INCOMPLETE)
    assert db.session.query(Subscription).count() == 1
    letter = db.session.scalars(db.select(Letter).filter_by(message="subscription_begun")).first()
    assert "€21.00" in letter.text
    page = billing.get(answers[0].location).text
    for words in ("Waits for its first payment", "Way to pay sent", "Inkwell", "Next steps"):
        assert words in page


def test_a_card_on_file_is_charged_at_once(staff, eve, plan, stripe_client, pump):
    billing = staff("billing")
    none = billing.post(NEW, data=wish(billing, eve, plan["month"], pay_by="card")).text
    assert "has left no card" in none

    leave_card(stripe_client, eve)
    look = billing.post(NEW, data=wish(billing, eve, plan["month"], pay_by="card"))
    assert "Begin and charge €7.00" in look.text
    billing.post(NEW, data=fields(look, "fingerprint"))
    pump()

    assert newest().status == SubscriptionStatus.ACTIVE
    assert "paid with their card on file" in said(billing)


def test_a_trial_begun_with_a_card_on_file_says_so(staff, eve, stripe_client, pump):
    billing, trial = staff("billing"), add_plan("tidepool", trial_days=7)["month"]
    leave_card(stripe_client, eve)

    look = billing.post(NEW, data=wish(billing, eve, trial, pay_by="card"))
    begun = billing.post(NEW, data=fields(look, "fingerprint"))
    pump()

    assert (newest().has_begun, newest().licenses[0].seats) == (True, 1)
    page = billing.get(begun.location).text
    assert "their card on file is charged when the trial ends" in page
    assert "Waits for a card" not in page


def test_what_cannot_be_begun_is_said(staff, eve, plan):
    billing = staff("billing")
    fit = wish(billing, eve, plan["month"])

    wrong = [{"customer": ""}, {"customer": "99"}, {"price_id": "9"}, {"price_id": "x"}]
    wrong += [{"quantity": "0"}, {"quantity": "-2"}, {"quantity": "1001"}, {"form_token": ""}]
    for change in wrong:
        assert billing.post(NEW, data=fit | change).status_code == 422, change
    changed = billing.post(NEW, data=fit | {"fingerprint": "of another price"})
    assert changed.status_code == 409
    assert "Something has changed" in changed.text
    assert newest() is None
    assert billing.post(NEW, data=fit).status_code == 200


def test_a_change_costs_what_the_preview_showed(staff, running, plan, pump):
    billing, path = staff("billing"), f"/admin/subscription/{running}/changes"
    form = fields(billing.get(f"{path}/new"), "quantity") | {"price_id": str(plan["year"])}

    look = billing.post(path, data=form)
    assert row_of(running).price_id == plan["month"]
    agreed = fields(look, "due_amount")
    assert int(agreed["due_amount"][0]) > 0

    cheap = billing.post(path, data=agreed | {"due_amount": "1"})
    old = billing.post(path, data=agreed | {"proration_date": "1"})
    assert (cheap.status_code, old.status_code) == (409, 409)
    for amount in (
        {"due_amount": f"-{agreed['due_amount'][0]}"},
        {"due_amount": "٣٠"},
        {"due_amount": ""},
    ):
        assert billing.post(path, data=agreed | amount).status_code == 409, amount
    assert row_of(running).price_id == plan["month"]
    assert billing.post(path, data=agreed).status_code == 303
    pump()
    assert row_of(running).price_id == plan["year"]
    page = billing.get(f"/admin/subscription/details/?id={running}").text
    assert "1 × Inkwell, every year" in page


def test_a_change_that_makes_no_sense_is_refused(staff, running, plan, pump):
    billing, path = staff("billing"), f"/admin/subscription/{running}/changes"
    other = add_plan("tidepool")
    form = fields(billing.get(f"{path}/new"), "quantity")

    for change in ({"quantity": "0"}, {"quantity": "-1"}, {"price_id": str(other["month"])}):
        assert billing.post(path, data=form | change).status_code == 422
    subscriptions_change(running, plan["month"], 2)
    pump()
    key = row_of(running).licenses[0].key
    for machine in ("a", "b"):
        licenses.activate(key, machine)
    look = billing.post(f"/admin/subscription/{running}/change-preview", data=form)
    assert "2 seats are in use" in look.text
    assert row_of(running).quantity == 2


def test_it_is_canceled_with_a_reason_and_resumed(staff, running, pump):
    billing, path = staff("billing"), f"/admin/subscription/{running}"

    silent = billing.post(f"{path}/cancellations", data={"when": "period_end"})
    billing.post(f"{path}/cancellations", data={"when": "period_end", "reason": "too dear"})
    assert silent.status_code == 422
    assert row_of(running).cancel_at is not None
    assert "too dear" in billing.get(f"/admin/subscription/details/?id={running}").text

    ending = billing.get(f"{path}/changes/new").text
    assert "let it go on first" in ending

    billing.post(f"{path}/resumptions")
    assert row_of(running).cancel_at is None
    billing.post(f"{path}/pauses", data={"reason": "leave"})
    assert row_of(running).collection_paused
    billing.post(f"{path}/resumptions")
    assert not row_of(running).collection_paused

    billing.post(f"{path}/cancellations", data={"when": "now", "reason": "moved on"})
    assert row_of(running).status == SubscriptionStatus.CANCELED
    again = billing.post(f"{path}/cancellations", data={"when": "now", "reason": "again"})
    assert again.status_code == 409
    actions = db.session.scalars(
        db.select(AuditEntry.action).filter_by(record_type="Subscription").order_by(AuditEntry.id)
    )
    assert list(actions) == [
        "canceled at the period's end", "resumed", "paused", "resumed", "canceled",
    ]  # fmt: skip


def test_the_portal_opens_and_stripe_can_be_asked(staff, running):
    billing, path = staff("billing"), f"/admin/subscription/{running}"

    portal = billing.post(f"{path}/portal-visits")
    asked = billing.post(f"{path}/syncs")

    assert "Open the portal" in portal.text
    assert asked.status_code == 303
    assert "what Stripe says now" in said(billing)


def test_the_list_is_filtered_and_searched(staff, eve, plan, running):
    adam = customers.find_or_create("adam@example.com", name="Adam")
    other = add_plan("tidepool", trial_days=7)
    subscription_desk.begin(adam, other["month"], quantity=1, start_key="other", actor="ada")
    support = staff("support")

    def found(**query):
        page = support.get("/admin/subscription/", query_string=query).text
        rows = page.partition("<tbody>")[2]
        return [name for name in ("Inkwell", "Tidepool") if f">{name}</a>" in rows]

    assert found() == ["Inkwell", "Tidepool"]
    assert found(flt0_state_equals="active") == ["Inkwell"]
    assert found(flt0_on_trial_equals="yes") == ["Tidepool"]
    assert found(flt0_plan_equals=str(plan["month"])) == ["Inkwell"]
    assert found(flt0_plan_equals=str(plan["year"])) == []
    product_id = row_of(running).price.variant.product_id
    assert found(flt0_product_equals=str(product_id)) == ["Inkwell"]
    assert found(flt0_customer_equals="ADAM@example.com") == ["Tidepool"]
    assert found(flt0_past_due_equals="yes") == []
    assert found(search="adam") == ["Tidepool"]
    assert found(search=row_of(running).stripe_id) == ["Inkwell"]
    subscription_changes.cancel(running, now=False, reason="x", actor="ada")
    assert found(flt0_ends_by_itself_equals="yes") == ["Inkwell"]


def test_support_may_not_begin_or_change_one(staff, running, eve, plan):
    support = staff("support")

    assert support.get(NEW).status_code == 403
    assert support.post(f"/admin/subscription/{running}/changes").status_code == 403
    assert support.post(f"/admin/subscription/{running}/charges").status_code == 403
    assert support.get("/admin/subscription/details/?id=99").status_code == 404
    assert staff("billing").post("/admin/subscription/99/pauses").status_code == 404


def test_a_customers_page_tells_what_they_have_and_owe(staff, running, eve):
    from tests.billing import open_invoice

    open_invoice(eve, 1000, past_due=1)
    billing = staff("billing")
    billing.post(
        f"/admin/customer/{eve}/credits",
        data={"amount": "3,50", "currency": "eur", "reason": "sorry"},
    )
    wrong = billing.post(
        f"/admin/customer/{eve}/credits", data={"amount": "0", "currency": "eur", "reason": "x"}
    )

    page = billing.get(f"/admin/customer/details/?id={eve}").text
    assert wrong.status_code == 422
    for words in ("What they owe: €10.00", "Inkwell", "Write an invoice", "€3.50", "sorry"):
        assert words in page
    assert staff("support").post(f"/admin/customer/{eve}/credits").status_code == 403


def subscriptions_change(subscription_id, price_id, quantity):
    preview = subscription_changes.preview_change(
        subscription_id, price_id=price_id, quantity=quantity
    )
    subscription_changes.change(
        subscription_id,
        price_id=price_id,
        quantity=quantity,
        proration_date=preview.proration_date,
        due_amount=preview.due_amount,
        seal=preview.seal,
        actor="ada",
    )


def leave_card(stripe_client, customer_id):
    customer = stripe_customers.ensure(customer_id)
    card = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    return card.id


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def running(eve, plan, stripe_client, pump):
    """A monthly subscription of eve's with one seat, paid by Visa; its id."""
    subscription_id = subscription_desk.begin(
        eve, plan["month"], quantity=1, start_key="k", actor="ada"
    )
    subscription_desk.charge(subscription_id, leave_card(stripe_client, eve), actor="ada")
    pump()
    return subscription_id

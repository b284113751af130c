"""What support may do: look, mend addresses, send letters again; and nothing else."""

import pytest

from app.db import db, transaction
from app.models import Customer, License, LicenseStatus, Order, PaymentLink, Subscription, TaxRate
from tests.admin.addresses import every, ids_of
from tests.admin.forms import fields, fill
from tests.admin.test_order_forms import the_order, write_down
from tests.goods import add_product

MAY = {
    "customer.edit_view", "order.edit_view",  # addresses
    "letter.create_sending", "invoice.create_sending", "payment_link.resend", "payment_link.remind",
    "order.create_pay_link", "subscription.create_payment_letter",  # letters
    "order.create_sync", "payment.create_sync", "invoice.create_sync", "subscription.create_sync",
}  # fmt: skip
LINK = {"who": "stranger@example.com", "description": "Work", "amount": "5000"}


def test_support_changes_nothing_but_addresses_and_letters():
    open_to_support = {a.name for a in every() if a.method == "POST" and "support" in a.roles}

    assert open_to_support == MAY


def test_support_opens_no_form_but_those():
    looks = {"index", "index_view", "details_view", "export", "ajax_lookup", "search"}
    papers = {"paper", "preview", "letter", "body", "show_qr"}
    opened = {a.name for a in every() if a.method == "GET" and "support" in a.roles}

    assert {name for name in opened if name.rpartition(".")[2] not in looks | papers} == {
        "customer.edit_view", "order.edit_view", "payment_link.remind",
    }  # fmt: skip


# What a forged form asks for, and who may: (address, fields, role).
FORGED = [
    ("/admin/license/{license_id}/revocations", {"reason": "x"}, "billing"),
    ("/admin/license/{license_id}/suspensions", {"reason": "x"}, "billing"),
    ("/admin/license/{license_id}/reprieves", {"reason": "x"}, "billing"),
    ("/admin/license/{license_id}/followings", {"reason": "x"}, "billing"),
    ("/admin/license/{license_id}/activations/{activation_id}/removals", {}, "billing"),
    ("/admin/subscription/{subscription_id}/cancellations", {"when": "now", "reason": "x"}, "billing"),
    ("/admin/subscription/{subscription_id}/pauses", {"reason": "x"}, "billing"),
    ("/admin/subscription/{subscription_id}/resumptions", {}, "billing"),
    ("/admin/subscription/{subscription_id}/portal-visits", {}, "billing"),
    ("/admin/subscription/{subscription_id}/changes", {}, "billing"),
    ("/admin/payment_link/new/", LINK, "billing"),
    ("/admin/payment_link/preview", LINK, "billing"),
    ("/admin/payment_link/{payment_link_id}/deactivation", {}, "billing"),
    ("/admin/dispute/{dispute_id}/evidence", {"customer_name": "x"}, "billing"),
    ("/admin/order/{order_id}/attention", {}, "billing"),
    ("/admin/order/{order_id}/refunds", {}, "billing"),
    ("/admin/invoice/{invoice_id}/voidings", {"reason": "x"}, "billing"),
    ("/admin/customer/{customer_id}/credits", {"amount": "5", "reason": "x"}, "billing"),
    ("/admin/customer/new/", {"email": "new@example.com"}, "orders"),
    ("/admin/customer/delete/", {"id": "{customer_id}"}, "orders"),
    ("/admin/customer/action/", {"action": "delete", "rowid": "{customer_id}"}, "orders"),
    ("/admin/order/{order_id}/cancellation", {}, "orders"),
    ("/admin/order/{order_id}/shipments", {}, "orders"),
]  # fmt: skip


def test_a_forged_form_of_support_is_refused_and_the_same_is_not_for_who_may(staff, full_shop):
    ids, clients = (
        ids_of(full_shop),
        {role: staff(role) for role in ("support", "billing", "orders")},
    )
    known = {a.path for a in every() if a.method == "POST"}
    before = _facts()

    for path, data, _role in FORGED:
        assert any(path == known_path.partition("?")[0] for known_path in known), path
        sent = {name: value.format(**ids) for name, value in data.items()}
        assert clients["support"].post(path.format(**ids), data=sent).status_code == 403, path
    assert _facts() == before

    for path, data, role in FORGED:
        sent = {name: value.format(**ids) for name, value in data.items()}
        assert clients[role].post(path.format(**ids), data=sent).status_code != 403, path
    assert _facts() != before


def _facts():
    db.session.rollback()
    return [
        [(row.id, str(row.status)) for row in db.session.scalars(db.select(model))]
        for model in (License, Subscription, PaymentLink, Order)
    ] + [db.session.scalars(db.select(Customer.id)).all()]


STEPS = [
    ("/admin/license/details/?id={license_id}", "/revocations/new"),
    ("/admin/subscription/details/?id={subscription_id}", "/cancellations/new"),
    ("/admin/payment_link/details/?id={payment_link_id}", "/deactivation"),
]


@pytest.mark.parametrize(("path", "step"), STEPS)
def test_steps_that_support_may_not_take_are_shown_as_such(staff, full_shop, path, step):
    with transaction() as session:
        session.get_one(PaymentLink, full_shop.payment_link_id).move_to("active", actor="test")
    page = path.format(**ids_of(full_shop))

    support, billing = staff("support").get(page).text, staff("billing").get(page).text

    assert (step in support, "Your role does not include this." in support) == (False, True)
    assert (step in billing, "Your role does not include this." in billing) == (True, False)


def test_a_license_is_revoked_by_billing_and_not_by_support(staff, full_shop):
    path = f"/admin/license/{full_shop.license_id}/revocations"

    refused = staff("support").post(path, data={"reason": "x"}).status_code
    kept = _license().status
    staff("billing").post(path, data={"reason": "x"})

    assert (refused, kept, _license().status) == (403, LicenseStatus.ACTIVE, LicenseStatus.REVOKED)


def _license():
    db.session.rollback()
    return db.session.scalars(db.select(License)).one()


def test_support_sends_no_links_to_strangers_and_orders_do(staff, full_shop):
    support, orders = staff("support"), staff("orders")
    form = fields(orders.get("/admin/payment_link/new/"), "description") | LINK

    refused = support.post("/admin/payment_link/new/", data=form)
    sent = orders.post("/admin/payment_link/new/", data=form)

    emails = db.session.scalars(db.select(PaymentLink.sent_by).filter_by(amount=500_000)).all()
    assert (refused.status_code, sent.status_code) == (403, 303)
    assert emails == ["orders@storekeeper.example"]
    page = f"/admin/customer/details/?id={full_shop.customer_id}"
    assert "payment_link/new/" not in support.get(page).text
    assert "payment_link/new/" in orders.get(page).text


def test_support_mends_the_address_of_a_customer_and_of_an_order(staff):
    variant = add_product("mug", stock=5)
    write_down(staff("orders"), variant)
    support, order = staff("support"), the_order()

    page = f"/admin/customer/edit/?id={order.customer_id}"
    mended = fill(support, page, "notes", phone="+49 30 123456")
    path = f"/admin/order/edit/?id={order.id}"
    moved = fill(support, path, "seen", **{"shipping-line1": "Nebenstr. 2"})

    assert (mended.status_code, moved.status_code) == (302, 302)
    assert the_order().customer.phone == "+49 30 123456"
    assert the_order().shipping_address.line1 == "Nebenstr. 2"


def test_support_does_not_change_what_was_bought_and_orders_do(staff):
    variant = add_product("mug", stock=5)
    orders = staff("orders")
    write_down(orders, variant)
    support, path = staff("support"), f"/admin/order/edit/?id={the_order().id}"
    forged = {"lines-0-variant": str(variant.id), "lines-0-quantity": "1", "phone": "030 1"}

    shown = support.get(path)
    fill(support, path, "seen", **forged)
    kept = [line.quantity for line in the_order().goods]
    fill(orders, path, "seen", **forged)

    assert "does not include changing what was bought" in shown.text
    assert (kept, the_order().phone) == ([2], "030 1")
    assert [line.quantity for line in the_order().goods] == [1]


def test_an_address_in_another_country_is_priced_anew_for_support_too(staff):
    with transaction() as session:
        session.add(TaxRate(country="FR", rate=2000))
    write_down(staff("orders"), add_product("mug", stock=5))
    support, path = staff("support"), f"/admin/order/edit/?id={the_order().id}"

    moved = fill(support, path, "seen", **{"shipping-country": "FR", "shipping-city": "Paris"})

    order = the_order()
    assert (moved.status_code, order.shipping_address.country) == (302, "FR")
    assert [line.quantity for line in order.goods] == [2]
    assert (order.total_amount, order.tax_amount) == (4290, 715)

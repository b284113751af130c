"""Orders that staff write down, mend and move on."""

import pytest

from app.db import db
from app.models import Customer, Job, Letter, Order, OrderStatus, ReservationState, Stock
from tests.admin.forms import fields
from tests.buying import buy, fill_cart, order_of, place
from tests.goods import add_product

HOME = {
    "shipping-name": "Ada", "shipping-line1": "Hauptstr. 1", "shipping-postal_code": "10115",
    "shipping-city": "Berlin", "shipping-country": "de",
}  # fmt: skip


def write_down(client, variant, quantity="2", **changed):
    form = {
        "email": "Ada@Example.com ", "lines-0-variant": str(variant.id),
        "lines-0-quantity": quantity, "shipping_method": "standard", "send": "y",
        **HOME, **changed,
    }  # fmt: skip
    return client.post("/admin/order/new/", data=form)


def the_order() -> Order:
    db.session.rollback()
    return db.session.scalars(db.select(Order).order_by(Order.id.desc())).first()


def edit(client, order, **changed):
    path = f"/admin/order/edit/?id={order.id}"
    return client.post(path, data=fields(client.get(path), "seen") | changed)


def test_an_order_on_the_phone_is_priced_held_and_sent_a_way_to_pay(staff, run_jobs):
    variant = add_product("mug", stock=5)

    answer = write_down(staff("orders"), variant)
    run_jobs()

    order = the_order()
    letter = db.session.scalars(db.select(Letter)).one()
    assert answer.location.endswith(f"/admin/order/details/?id={order.id}")
    assert (order.source, order.email, order.total_amount) == ("staff", "ada@example.com", 4290)
    assert order.customer.email == "ada@example.com"
    assert db.session.get_one(Stock, variant.id).reserved == 2
    assert (letter.to, letter.message) == ("ada@example.com", "payment_request")
    assert f"/orders/{order.token}" in letter.text


def test_prices_are_never_read_from_the_form(staff):
    variant = add_product("mug")

    write_down(
        staff("orders"),
        variant,
        **{"lines-0-unit_amount": "1", "total_amount": "1", "status": "paid"},
    )

    assert (the_order().total_amount, the_order().status) == (4290, OrderStatus.PENDING)


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1000000000", "many"])
def test_an_odd_quantity_is_said_and_nothing_is_written(staff, quantity):
    refused = write_down(staff("orders"), add_product("mug"), quantity)

    assert refused.status_code == 200
    assert the_order() is None


def test_half_an_address_is_said_and_nothing_is_written(staff):
    missing = {"shipping-country": "", "shipping-city": "", "shipping-name": ""}

    answer = write_down(staff("orders"), add_product("mug"), **missing)

    assert "An address needs a name, a street, a city and a country." in answer.text
    assert the_order() is None


def test_what_is_collected_needs_no_street_until_it_is_to_be_sent(staff):
    orders, mug = staff("orders"), add_product("mug", stock=5)
    streetless = {f"shipping-{name}": "" for name in ("line1", "postal_code", "city")}
    write_down(orders, mug, **streetless)
    assert the_order() is None

    write_down(orders, mug, shipping_method="collect", **streetless)
    there = the_order().shipping_address
    edit(orders, the_order(), **{"shipping-name": "Bob"})
    refused = edit(orders, the_order(), shipping_method="standard")

    assert there.lines == ["Ada", "DE"]
    assert the_order().shipping_address.lines == ["Bob", "DE"]
    assert "where the goods should go" in refused.text
    assert the_order().shipping_method == "collect"
    sent = edit(orders, the_order(), shipping_method="standard", **HOME)
    assert sent.status_code == 302
    assert (the_order().shipping_method, the_order().shipping_address.city) == (
        "standard",
        "Berlin",
    )


def test_a_refused_order_leaves_no_customer_behind(staff):
    orders, mug = staff("orders"), add_product("mug", stock=1)

    refused = write_down(orders, mug, "2", **{"shipping-name": "Misheard"})
    assert "only 1 can be had" in refused.text
    assert db.session.query(Customer).filter_by(email="ada@example.com").count() == 0

    write_down(orders, mug, "1")
    assert the_order().customer.name == "Ada"


def test_more_than_there_are_cannot_be_promised(staff):
    refused = write_down(staff("orders"), add_product("mug", stock=1))

    assert "only 1 can be had" in refused.text
    assert 'value="Hauptstr. 1"' in refused.text
    assert the_order() is None


def test_lines_of_an_unpaid_order_may_change(staff):
    mug, pot = add_product("mug", stock=5), add_product("teapot", unit_amount=4000, stock=5)
    orders = staff("orders")
    write_down(orders, mug)

    answer = edit(orders, the_order(), **{"lines-0-variant": str(pot.id), "lines-0-quantity": "1"})

    order = the_order()
    assert answer.status_code == 302
    assert [(line.name, line.quantity) for line in order.goods] == [("Teapot", 1)]
    assert order.total_amount == 4490
    assert db.session.get_one(Stock, mug.id).reserved == 0
    assert db.session.get_one(Stock, pot.id).reserved == 1
    assert order.events[-1].kind == "lines_changed"


def test_the_open_payment_is_closed_before_lines_change(staff, stripe_client):
    orders = staff("orders")
    sheet = place(fill_cart((add_product("mug"), 1)))
    intent_id = sheet.client_secret.split("_secret_")[0]

    edit(orders, order_of(sheet), **{"lines-0-quantity": "3"})

    assert stripe_client.v1.payment_intents.retrieve(intent_id).status == "canceled"
    assert the_order().goods[0].quantity == 3
    assert [r.state for r in the_order().reservations] == [ReservationState.HELD]


def test_once_money_has_moved_lines_are_fixed_and_the_page_says_why(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    orders = staff("orders")
    path = f"/admin/order/edit/?id={order.id}"
    page = orders.get(path)
    sent = fields(page, "seen") | {"lines-0-quantity": "9", "phone": "030 1234"}

    orders.post(path, data=sent)

    assert "Money has moved" in page.text
    assert "lines-0-quantity" not in page.text
    assert the_order().goods[0].quantity == 1
    assert the_order().phone == "030 1234"


def test_an_address_is_mended_and_its_history_kept(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()

    edit(staff("support"), order, **{"shipping-line1": "Nebenstr. 2"})

    assert the_order().shipping_address.line1 == "Nebenstr. 2"
    event = the_order().events[-1]
    assert (event.kind, event.actor) == ("address_changed", "support@storekeeper.example")
    assert "Hauptstr. 1" in event.reason


def test_the_second_of_two_people_at_an_order_is_told(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    ada, bob = staff("owner"), staff("support")
    path = f"/admin/order/edit/?id={order.id}"
    opened = fields(bob.get(path), "seen")
    edit(ada, order, phone="111")

    refused = bob.post(path, data=opened | {"phone": "222"})

    assert "owner@storekeeper.example changed this order" in refused.text
    assert 'value="222"' in refused.text
    assert the_order().phone == "111"


def test_an_order_is_shipped_with_its_tracking_number(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()

    staff("orders").post(f"/admin/order/{order.id}/shipments", data={"tracking": "DHL 1"})

    assert (the_order().status, the_order().tracking) == (OrderStatus.FULFILLED, "DHL 1")


def test_what_is_not_allowed_is_said_with_its_reason(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    orders = staff("orders")

    page = orders.get(f"/admin/order/details/?id={order.id}").text
    orders.post(f"/admin/order/{order.id}/cancellation")
    answer = orders.get(f"/admin/order/details/?id={order.id}").text

    assert "It is paid: refund it instead." in page
    assert "cannot be canceled" in answer
    assert the_order().status == OrderStatus.PAID


def test_an_unpaid_order_is_canceled_and_its_goods_are_for_sale_again(staff):
    variant = add_product("mug", stock=5)
    orders = staff("orders")
    write_down(orders, variant)

    orders.post(f"/admin/order/{the_order().id}/cancellation", data={"reason": "changed mind"})

    assert the_order().status == OrderStatus.CANCELED
    assert the_order().events[-1].reason == "changed mind"
    assert db.session.get_one(Stock, variant.id).reserved == 0


def test_another_letter_can_be_sent_and_is_another_letter(staff, run_jobs):
    orders = staff("orders")
    write_down(orders, add_product("mug"))
    orders.post(f"/admin/order/{the_order().id}/pay-links")
    run_jobs()

    assert db.session.query(Letter).count() == 2
    assert db.session.query(Job).filter(Job.error != "").count() == 0

"""Coupons, tax rates and shipping methods: written through forms, refused in words, and in force."""

from datetime import UTC, datetime
from decimal import Decimal

from app import plugins
from app.db import db, transaction
from app.models import AuditEntry, Coupon, ShippingRate, TaxRate
from app.services import carts
from tests.admin.forms import fields, fill
from tests.buying import fill_cart, order_of, place
from tests.goods import add_coupon, add_product

COUPON = {"code": "tea10", "percent_off": "12,5", "amount_off": "", "minimum_amount": "30"}


def only(model):
    db.session.rollback()
    return db.session.scalars(db.select(model)).one()


def test_a_coupon_is_written_down_and_changed(staff):
    catalog, product = staff("catalog"), add_product("teapot").product_id

    values = COUPON | {"starts_at": "2026-12-01", "ends_at": "2026-12-24"}
    fill(catalog, "/admin/coupon/new/", "code", **values, product_ids=str(product), max_uses="5")
    coupon = only(Coupon)

    assert (coupon.code, coupon.percent_off, coupon.minimum_amount) == ("TEA10", 1250, 3000)
    assert (coupon.max_uses, coupon.product_ids, coupon.active) == (5, [product], True)
    assert coupon.starts_at == datetime(2026, 11, 30, 23, tzinfo=UTC)  # midnight in Berlin
    assert coupon.ends_at == datetime(2026, 12, 24, 23, tzinfo=UTC)  # with the whole last day
    path = f"/admin/coupon/edit/?id={coupon.id}"
    shown = fields(catalog.get(path), "code")
    assert shown["ends_at"] == ["2026-12-24"]
    assert shown["minimum_amount"] == ["30.00"]
    fill(catalog, path, "code", amount_off="5", percent_off="")
    assert (only(Coupon).amount_off, only(Coupon).percent_off) == (500, None)
    assert "Teapot" in catalog.get(f"/admin/coupon/details/?id={coupon.id}").text
    actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["created", "changed"]


WRONG = [
    ({"code": "a b"}, "Letters, digits and dashes"),
    ({"code": "old"}, "Another coupon has this code"),
    ({"percent_off": "", "amount_off": ""}, "Either a percentage or an amount"),
    ({"amount_off": "5"}, "Either a percentage or an amount"),
    ({"percent_off": "101"}, "at most 100 percent"),
    ({"percent_off": "1.234"}, "two digits"),
    ({"percent_off": "much"}, "A percentage such as"),
    ({"percent_off": "", "amount_off": "lots"}, "an amount such as"),
    ({"starts_at": "2026-12-02", "ends_at": "2026-12-01"}, "end before it begins"),
    ({"max_uses": "0"}, "above 0"),
    ({"percent_off": "", "amount_off": "0"}, "More than 0"),
    ({"percent_off": "0"}, "More than 0"),
    ({"percent_off": "١٢"}, "A percentage such as"),
    ({"percent_off": "1e1"}, "A percentage such as"),
    ({"percent_off": "", "amount_off": "١٢"}, "an amount such as"),
    ({"max_uses": "١٢"}, "A whole number"),
    ({"max_uses_per_customer": "1_0"}, "A whole number"),
    ({"product_ids": "999999"}, "not there"),
    ({"product_ids": "x"}, "not there"),
]


def test_a_coupon_that_makes_no_sense_is_refused_in_words(staff):
    with transaction() as session:
        session.add(Coupon(code="OLD", percent_off=100))
    billing = staff("billing")

    for typed, said in WRONG:
        answer = fill(billing, "/admin/coupon/new/", "code", **(COUPON | typed))
        assert (answer.status_code, said in answer.text) == (422, True), typed

    assert only(Coupon).code == "OLD"


def test_a_coupon_for_one_product_that_is_gone_is_not_for_the_others_alone(staff):
    owner, product = staff(), add_product("teapot").product_id
    path = "/admin/coupon/new/"

    refused = fill(owner, path, "code", **COUPON, product_ids=f"{product},999999")
    taken = fill(owner, path, "code", **COUPON, product_ids=str(product))

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert only(Coupon).product_ids == [product]


def test_a_coupon_for_everything_is_made_and_saved_again_as_a_browser_does(staff):
    owner = staff()

    made = fill(owner, "/admin/coupon/new/", "code", **COUPON)
    path = f"/admin/coupon/edit/?id={only(Coupon).id}"
    again = fill(owner, path, "code")

    assert fields(owner.get(path), "code")["product_ids"] == [""]
    assert (made.status_code, again.status_code, only(Coupon).product_ids) == (302, 302, [])
    assert "Everything" in owner.get(f"/admin/coupon/details/?id={only(Coupon).id}").text


def test_a_coupon_for_one_product_becomes_one_for_everything_only_when_that_is_taken_out(staff):
    owner, product = staff(), add_product("teapot").product_id
    fill(owner, "/admin/coupon/new/", "code", **COUPON, product_ids=str(product))
    path = f"/admin/coupon/edit/?id={only(Coupon).id}"

    kept = fill(owner, path, "code", max_uses="5")
    assert (kept.status_code, only(Coupon).product_ids) == (302, [product])
    emptied = fill(owner, path, "code", product_ids="")

    assert (emptied.status_code, only(Coupon).product_ids) == (302, [])


def test_a_refused_change_of_a_coupon_is_no_success(staff):
    with transaction() as session:
        session.add(Coupon(code="OLD", percent_off=100))

    refused = fill(staff(), f"/admin/coupon/edit/?id={only(Coupon).id}", "code", percent_off="0")

    assert (refused.status_code, only(Coupon).percent_off) == (422, 100)


def test_pieces_are_counted_in_plain_digits(staff):
    owner, variant = staff(), add_product("teapot", stock=5)
    path = f"/admin/stock/edit/?id={variant.id}"

    refused = fill(owner, path, "quantity", quantity="١٢", reason="counted")
    taken = fill(owner, path, "quantity", quantity="+12", reason="counted")

    assert (refused.status_code, taken.status_code) == (200, 302)
    assert "A whole number, please." in refused.text


def test_coupons_are_switched_off_together_and_a_used_one_is_kept(staff):
    with transaction() as session:
        session.add_all(
            [Coupon(code="A", percent_off=100, uses=3), Coupon(code="B", percent_off=5)]
        )
    ids = db.session.scalars(db.select(Coupon.id).order_by(Coupon.code)).all()
    catalog = staff("catalog")

    catalog.post(
        "/admin/coupon/action/", data={"action": "switch_off", "rowid": list(map(str, ids))}
    )
    catalog.post("/admin/coupon/delete/", data={"id": str(ids[0])})
    said = catalog.get("/admin/coupon/").text

    db.session.rollback()
    coupons = db.session.scalars(db.select(Coupon)).all()
    assert [coupon.active for coupon in coupons] == [False, False]
    assert "it was used" in said
    assert "Switched off" in said


def test_the_uses_of_a_coupon_lead_to_its_orders_and_they_name_it(staff):
    mug = add_product(unit_amount=1900)
    add_coupon("TEN", max_uses=5)
    with_code, without = fill_cart((mug, 1)), fill_cart((mug, 1))
    carts.redeem(with_code, "TEN")
    named, other = order_of(place(with_code)), order_of(place(without))
    owner = staff("owner")

    coupon = owner.get("/admin/coupon/").text
    listed = owner.get("/admin/order/?flt0_code_equals=ten").text
    record = owner.get(f"/admin/order/details/?id={named.id}").text

    assert '<a href="/admin/order/?flt0_code_equals=TEN">1 of 5</a>' in coupon
    assert f"#{named.number}" in listed
    assert f"#{other.number}" not in listed
    assert "Discount with TEN, already taken off" in record


def test_a_coupon_in_somebodys_cart_is_kept(staff):
    idle, lying = add_coupon("IDLE"), add_coupon("LYING")
    carts.redeem(fill_cart((add_product(), 1)), "LYING")
    catalog = staff("catalog")

    for coupon in (idle, lying):
        catalog.post("/admin/coupon/delete/", data={"id": str(coupon.id)})

    assert only(Coupon).code == "LYING"
    assert "it is in somebody’s cart. Switch it off instead" in catalog.get("/admin/coupon/").text


def test_a_tax_rate_counts_as_soon_as_it_is_saved(staff):
    billing = staff("billing")
    assert "In DE it is 19 % now" in billing.get("/admin/tax_rate/").text

    values = {"country": "de", "tax_category": "books", "name": "VAT", "rate": "7"}
    fill(billing, "/admin/tax_rate/new/", "rate", **values)
    again = fill(billing, "/admin/tax_rate/new/", "rate", **values)

    assert plugins.tax().rate("DE", "books") == Decimal("0.07")
    assert plugins.tax().rate("DE", "standard") == Decimal("0.19")
    assert "a line for this country and category already" in again.text
    assert only(TaxRate).rate == 700
    fill(billing, f"/admin/tax_rate/edit/?id={only(TaxRate).id}", "rate", rate="5,5")
    assert plugins.tax().rate("DE", "books") == Decimal("0.055")


def test_a_rate_that_is_none_is_refused(staff):
    billing = staff("billing")

    for rate in ("", "-1", "100", "x", "1e9"):
        fill(billing, "/admin/tax_rate/new/", "rate", rate=rate)

    db.session.rollback()
    assert db.session.scalars(db.select(TaxRate)).all() == []


def test_a_shipping_method_is_offered_as_soon_as_it_is_saved(staff):
    orders = staff("orders")
    assert (
        "Standard, Express, Collect it. These are fixed" in orders.get("/admin/shipping_rate/").text
    )

    values = {"name": "Bicycle", "code": "bicycle", "amount": "3.50", "free_from": "40"}
    fill(orders, "/admin/shipping_rate/new/", "code", **values, countries="de, at")
    twice = fill(orders, "/admin/shipping_rate/new/", "code", **values)

    asked = {"country": "AT", "currency": "eur", "weight": 1}
    assert [w.amount for w in plugins.shipping().methods(**asked, subtotal=3999)] == [350]
    assert [w.amount for w in plugins.shipping().methods(**asked, subtotal=4000)] == [0]
    assert "Another method has this code" in twice.text
    assert only(ShippingRate).countries == ["DE", "AT"]
    assert "Offered in DE now: Bicycle." in orders.get("/admin/shipping_rate/").text


def test_wrong_countries_are_said(staff):
    values = {"name": "Van", "code": "van", "amount": "1", "countries": "Germany"}

    answer = fill(staff("orders"), "/admin/shipping_rate/new/", "code", **values)

    assert "GERMANY is none" in answer.text
    assert "Van" in answer.text

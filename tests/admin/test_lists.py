"""Lists: odd addresses, searches, exports, and how many queries they cost."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from app.admin.export import neutral
from app.admin.registry import TABLE
from app.db import db, transaction
from app.models import Coupon, Customer, Order
from tests.admin.addresses import every
from tests.goods import add_product

FORMULAS = ['=HYPERLINK("http://evil")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"]
AMOUNT = re.compile(r"-?\d+\.\d\d")
ODD = ["99999999999999999999", "-7", "abc", "١٢", "1e9", "\x00", "💥"]


def add_orders(count: int) -> None:
    with transaction() as session:
        for number in range(count):
            customer = Customer(email=f"c{number}@example.com", name=f"Customer {number}")
            order = Order(
                number=str(5000 + number), email=customer.email, currency="eur",
                total_amount=1000 + number, customer=customer,
            )  # fmt: skip
            session.add(order)


def add_customers(*names: str) -> None:
    with transaction() as session:
        for number, name in enumerate(names):
            session.add(Customer(email=f"n{number}@example.com", name=name))


@pytest.mark.parametrize("value", ODD)
def test_an_odd_page_number_search_or_filter_is_no_error(staff, value):
    add_orders(1)
    owner = staff()

    for name in ("page", "page_size", "sort", "desc", "search", "flt0_state_equals"):
        assert owner.get("/admin/order/", query_string={name: value}).status_code == 200
    for name in ("flt0_total_at_least", "flt0_day_equals", "flt0_needs_attention_equals"):
        assert owner.get("/admin/order/", query_string={name: value}).status_code == 200


def test_an_odd_id_finds_nothing_anywhere(staff):
    owner = staff()
    pages = [a.path for a in every() if a.path.partition("?")[0].endswith(("details/", "edit/"))]

    for path in pages:
        for value in ODD:
            answer = owner.get(path.partition("?")[0], query_string={"id": value})
            assert answer.status_code in {302, 404}, (path, value)


@pytest.mark.parametrize("words", ["5003", "#5003", "c3@example.com", "Customer 3"])
def test_an_order_is_found_by_number_address_or_name(staff, words):
    add_orders(5)

    page = staff("orders").get("/admin/order/", query_string={"search": words}).text

    assert "#5003" in page
    assert "#5002" not in page


def test_orders_are_filtered_by_amount_and_state(staff):
    add_orders(3)
    orders = staff("orders")

    dear = orders.get("/admin/order/?flt0_total_at_least=10.02").text
    paid = orders.get("/admin/order/?flt0_state_equals=paid").text

    assert "#5002" in dear
    assert "#5001" not in dear
    assert "Nothing here with these filters" in paid


def test_a_percent_sign_is_a_letter_like_others(staff):
    add_customers("100% Wool", "Ada")
    support = staff("support")

    assert "Ada" not in support.get("/admin/customer/?search=%25").text.partition("<tbody>")[2]
    assert "100% Wool" in support.get("/admin/customer/?search=%25").text


@pytest.mark.parametrize("path", ["/admin/order/", "/admin/product/", "/admin/stock/"])
def test_a_list_asks_the_database_as_often_for_fifty_rows_as_for_five(staff, path):
    owner = staff()
    add_orders(5)
    for number in range(5):
        add_product(f"mug-{number}")
    owner.get(path)  # whatever is asked once per process is asked now
    few = count_queries(lambda: owner.get(path))
    with transaction() as session:
        session.execute(db.delete(Order))
        session.execute(db.delete(Customer))
    add_orders(50)
    for number in range(5, 50):
        add_product(f"mug-{number}")

    many = count_queries(lambda: owner.get(f"{path}?page_size=50"))

    assert few <= many <= few + 2
    assert many < 25


def test_cells_that_look_like_formulas_are_text_in_csv(staff):
    add_customers(*FORMULAS, "Ada")

    exported = staff("support").get("/admin/customer/export/csv/", buffered=True).text

    rows = list(csv.reader(io.StringIO(exported)))
    names = [row[0] for row in rows[1:]]
    assert sorted(names) == sorted(["Ada", *("'" + formula for formula in FORMULAS)])


SAME = [
    "+49 30 123456", "+49 (0)30 12-34/56", "+1-800-555-0199", "+33.1.23.45.67.89", "+4930123456",
    "-12.50", "-3", "", "Ada",
]  # fmt: skip
QUOTED = [
    *FORMULAS, "+1-1", "-1-1", "+cmd|' /C calc'!A0", "+49 30 123456+A1", "+49 30 123456 x", "-A1",
    "+(1)", "+49*30123456", "-49 30 123456", "+49 30 123456\n=1", "+٤٩ ٣٠ ١٢٣٤٥٦",
]  # fmt: skip


def test_phone_numbers_and_amounts_are_exported_as_they_are_and_formulas_are_not():
    assert [neutral(value) for value in SAME] == SAME
    assert [neutral(value) for value in QUOTED] == ["'" + value for value in QUOTED]


def test_a_customers_phone_number_is_exported_as_it_is(staff):
    with transaction() as session:
        session.add(Customer(email="a@example.com", phone="+49 30 123456"))
        session.add(Customer(email="b@example.com", phone="=1"))

    exported = staff("support").get("/admin/customer/export/csv/", buffered=True).text

    rows = {row["E-mail"]: row["Phone"] for row in csv.DictReader(io.StringIO(exported))}
    assert rows == {"a@example.com": "+49 30 123456", "b@example.com": "'=1"}


def test_cells_that_look_like_formulas_are_text_in_xlsx(staff):
    add_customers(*FORMULAS[:4], "Ada")

    exported = staff("support").get("/admin/customer/export/xlsx/", buffered=True).data

    cells = [row[0] for row in load_workbook(io.BytesIO(exported)).active.iter_rows(min_row=2)]
    assert sorted(c.value for c in cells) == sorted(["Ada", *("'" + f for f in FORMULAS[:4])])
    assert {cell.data_type for cell in cells} == {"s"}


def test_every_amount_of_an_export_says_in_which_currency(staff, full_shop):
    owner, found = staff(), {}
    for entry in TABLE:
        answer = owner.get(f"/admin/{entry.endpoint}/export/csv/", buffered=True)
        rows = list(csv.DictReader(io.StringIO(answer.text))) if answer.status_code == 200 else []
        with_money = [row for row in rows if any(AMOUNT.fullmatch(v) for v in row.values())]
        if with_money:
            found[entry.endpoint] = {row.get("Currency") for row in with_money}

    assert found == dict.fromkeys(
        ["order", "refund", "dispute", "shipping_rate", "payment_link", "payment", "unmatched",
         "invoice", "open_item", "subscription", "price"], {"eur"}
    )  # fmt: skip


def test_an_exported_coupon_says_its_percents_as_people_do(staff):
    with transaction() as session:
        session.add_all([
            Coupon(code="TEA", percent_off=1250),
            Coupon(code="USD", amount_off=500, currency="usd", minimum_amount=3000),
        ])  # fmt: skip

    exported = staff().get("/admin/coupon/export/csv/", buffered=True).text

    columns = ("Percent Off", "Off", "Currency", "Basket from")
    rows = {row["Code"]: row for row in csv.DictReader(io.StringIO(exported))}
    assert [rows["TEA"][name] for name in columns] == ["12.5", "", "", ""]
    assert [rows["USD"][name] for name in columns] == ["", "5.00", "usd", "30.00"]


def test_an_export_holds_exactly_what_is_filtered(staff):
    add_orders(3)

    path = "/admin/order/export/csv/?flt0_total_at_least=10.02"
    exported = staff("orders").get(path, buffered=True).text

    rows = list(csv.DictReader(io.StringIO(exported)))
    assert [(row["Order"], row["Total"]) for row in rows] == [("5002", "10.02")]


def test_a_related_row_is_found_while_typing(staff):
    add_product("teapot")
    catalog = staff("catalog")

    found = catalog.get("/admin/price/ajax/lookup/?name=variant&query=teap")
    nothing = catalog.get("/admin/price/ajax/lookup/?name=variant&query=%00%25")

    assert [row[1] for row in found.json] == ["Teapot · TEAPOT"]
    assert nothing.json == []


def count_queries(act) -> int:
    count = 0

    def add(*_args) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", add)
    try:
        assert act().status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", add)
    return count

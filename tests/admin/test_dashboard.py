"""The numbers on the first page: each is the sum of the list behind it."""

import csv
import io
import re
import secrets
from datetime import timedelta
from decimal import Decimal

import pytest

from app import clock
from app.db import transaction
from app.models import (
    CreditEntry,
    Dispute,
    Job,
    Letter,
    Matching,
    Order,
    Payment,
    PaymentLink,
    PaymentStatus,
    Price,
    Refund,
    Subscription,
    SubscriptionStatus,
    WebhookEvent,
)
from app.services import customers, figures
from tests.billing import add_plan, open_invoice


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com", name="Eve Example")


@pytest.fixture
def standing(app, eve):
    """Something of everything that a tile sums up, and beside it what it leaves out."""
    plan = add_plan(monthly=700, yearly=7000)
    open_invoice(eve, 1000, 3200, past_due=1)
    open_invoice(eve, 500, past_due=1, currency="usd")
    with transaction() as session:
        session.add_all(_subscriptions(eve, plan))
        session.add_all(_links())
        session.add_all(_disputes(eve))


def _subscriptions(eve, plan):
    wanted = [
        (plan["month"], 2, "active"), (plan["year"], 1, "past_due"), (plan["month"], 1, "trialing"),
        (plan["month"], 1, "canceled"),
    ]  # fmt: skip
    return [
        Subscription(
            customer_id=eve, price_id=price, quantity=quantity, currency="eur",
            _status=SubscriptionStatus(status),
        )
        for price, quantity, status in wanted
    ]  # fmt: skip


def _links():
    wanted = [("active", 4200, "eur"), ("active", 800, "eur"), ("paid", 99, "eur")]
    return [
        PaymentLink(
            email="eve@example.com", description="Work", amount=amount, currency=currency,
            sent_by="ada", _status=status,
        )
        for status, amount, currency in [*wanted, ("active", 700, "usd")]
    ]  # fmt: skip


def _disputes(eve):
    wanted = [("needs_response", 1500), ("warning_needs_response", 300), ("won", 70)]
    return [
        Dispute(
            payment=Payment(amount=amount, currency="eur", customer_id=eve),
            amount=amount, currency="eur", status=status, stripe_id=f"dp_{amount}",
        )
        for status, amount in wanted
    ]  # fmt: skip


COLUMNS = {
    "Every month": lambda row: row["Per month"],
    "Past due": lambda row: Decimal(row["Total Amount"]) - Decimal(row["Paid Amount"]),
    "Links waiting": lambda row: row["Amount"],
    "Disputes due": lambda row: row["Amount"],
}


VALUES = {
    "Every month": "€19.83",  # twice 7.00, and a twelfth of 70.00
    "Past due": "€10.00",
    "Links waiting": "€50.00",
    "Disputes due": "€18.00",
}


def test_each_number_is_the_sum_of_the_list_that_it_leads_to(staff, standing):
    owner = staff("owner")
    home = owner.get("/admin/").text

    for label, value in VALUES.items():
        tile = re.search(rf'href="([^"]+)"><h2>{label}</h2><p class="big">([^<]+)<', home)
        assert tile, label
        path = tile[1].replace("&amp;", "&").replace("/?", "/export/csv/?")
        rows = csv.DictReader(io.StringIO(owner.get(path, buffered=True).text))
        own = [Decimal(COLUMNS[label](row)) for row in rows if row["Currency"] == "eur"]
        assert (tile[2], sum(own)) == (value, Decimal(value.lstrip("€"))), label


@pytest.fixture
def traded(app, eve):
    """Money for an order, for what was owed and for a link, and beside it what does not count."""
    with transaction() as session:
        order = Order(
            number="1001", email="eve@example.com", currency="eur", paid_amount=1900,
            total_amount=1900,
        )  # fmt: skip
        session.add_all([order, Order(number="1002", email="a@b.example", currency="eur")])
        of_order = arrived(1900, order=order, refunded=400)
        of_debt = arrived(300_000, customer_id=eve, refunded=1000)
        session.add_all([of_order, of_debt, arrived(700, is_external=True)])
        session.add(arrived(9900, is_external=True, matching="dismissed", refunded=800))
        session.add(arrived(5000, currency="usd", refunded=50))
        session.add(arrived(0, status="requires_payment_method"))
        session.add(arrived(60, days_ago=40, refunded=60))
        session.add(Refund(payment=of_debt, amount=9, actor="ada", status="pending"))


def arrived(amount, *, currency="eur", days_ago=0, refunded=0, **fields):
    at = clock.now() - timedelta(days=days_ago)
    fields = {"status": PaymentStatus.SUCCEEDED} | fields
    payment = Payment(
        amount=amount, received_amount=amount, currency=currency, asked_at=at, **fields
    )
    if refunded:
        payment.refunds = [
            Refund(
                order=payment.order, amount=refunded, actor="ada", status="succeeded", asked_at=at
            )
        ]
    return payment


@pytest.mark.databases("sqlite", "postgresql")
def test_takings_are_all_money_that_arrived_and_lead_to_it(staff, traded):
    owner = staff("owner")
    home = owner.get("/admin/").text
    tiles = dict.fromkeys(["Takings", "Paid orders", "Average order", "Refunded"])
    for label in tiles:
        found = re.search(rf'href="([^"]+)">\s*<h2>{label}</h2>\s*<p class="big">([^<]+)<', home)
        tiles[label] = (found[2], exported(owner, found[1]))

    came, orders, average, back = tiles.values()
    assert came[0] == "€3,026.00"
    assert [row["Received"] for row in came[1]] == ["7.00", "3000.00", "19.00"]
    assert (orders[0], [row["Order"] for row in orders[1]]) == ("1", ["1001"])
    assert (average[0], average[1]) == ("€19.00", orders[1])
    assert back[0] == "€14.00"
    assert sorted(row["Amount"] for row in back[1]) == ["10.00", "4.00"]


def test_dismissed_money_is_in_the_lists_but_in_none_that_takings_lead_to(staff, traded):
    owner = staff("owner")

    every = exported(owner, "/admin/payment/?flt0_dismissed_equals=yes")
    back = exported(owner, "/admin/refund/?flt0_dismissed_equals=yes")
    assigned = exported(owner, "/admin/refund/?flt0_dismissed_equals=no")

    assert [row["Received"] for row in every] == ["99.00"]
    assert [row["Amount"] for row in back] == ["8.00"]
    assert "8.00" not in [row["Amount"] for row in assigned]
    assert len(assigned) == 5


def test_a_day_of_the_plot_leads_to_its_payments(staff, traded):
    owner = staff("owner")
    home = owner.get("/admin/").text

    path = re.findall(r'<td><a href="([^"]+)">[^<]+</a></td><td class="r">€3,026.00<', home)[0]

    assert len(exported(owner, path)) == 3


def exported(client, path):
    path = path.replace("&amp;", "&").replace("/?", "/export/csv/?")
    return list(csv.DictReader(io.StringIO(client.get(path, buffered=True).text)))


@pytest.fixture
def waiting(standing, eve):
    """Something of everything that waits for a person, and beside it what does not."""
    now = clock.now()
    external = {"currency": "eur", "is_external": True, "status": PaymentStatus.SUCCEEDED}
    with transaction() as session:
        stray = Payment(
            amount=700, matching=Matching.WAITING, payer_email="who@x.example", **external
        )
        none_of_ours = Payment(amount=5, matching=Matching.DISMISSED, **external)
        too_much = Payment(amount=90, received_amount=90, customer_id=eve, **external)
        session.add_all([stray, none_of_ours, too_much])
        session.add_all(_orders(eve))
        session.flush()
        credit = {"customer_id": eve, "currency": "eur", "actor": "ada"}
        session.add(CreditEntry(amount=90, payment_id=too_much.id, **credit))
        for status, at in [("pending", 30), ("pending", 1), ("failed", 30), ("succeeded", 30)]:
            asked = now - timedelta(hours=at)
            session.add(
                Refund(payment=too_much, amount=1, actor="ada", status=status, asked_at=asked)
            )
        for status in ("failed", "failed", "waiting", "sent"):
            session.add(_letter(status))
        for state in ("failed", "waiting", "done"):
            session.add(Job(name="x", arguments={}, state=state))
        for status in ("failed", "failed", "failed", "done"):
            session.add(_event(status))
        for status, age in [("rejected", 0), ("new", 1), ("new", 0)]:
            link = {"email": "a@x.example", "description": "Work", "amount": 1, "currency": "eur"}
            made = now - timedelta(hours=age)
            session.add(PaymentLink(sent_by="ada", _status=status, created_at=made, **link))


def _orders(eve):
    """One odd; one paid; one paid and odd; three disputed, one of them by now decided."""
    rows = [
        Order(
            number=str(2000 + number), email="eve@example.com", currency="eur", customer_id=eve,
            attention=attention, _status=status,
        )
        for number, (attention, status) in enumerate(
            [("odd", "canceled"), ("", "paid"), ("odd", "paid"), *[("", "fulfilled")] * 3]
        )
    ]  # fmt: skip
    for order, status in zip(rows[3:], ["needs_response", "under_review", "lost"], strict=True):
        payment = Payment(order=order, amount=7, currency="eur")
        order.disputes = [
            Dispute(
                payment=payment, amount=7, currency="eur", status=status, stripe_id=f"dp_{status}"
            )
        ]
    return rows


def _letter(status):
    return Letter(
        message="x", cause=secrets.token_hex(), to="a@x.example", subject="x", text="x", html="x",
        status=status,
    )  # fmt: skip


def _event(status):
    return WebhookEvent(
        id=secrets.token_hex(), type="charge.updated", object_name="charge", payload={},
        status=status,
    )  # fmt: skip


WAITING = {
    "/admin/dispute/?flt0_needs_an_answer_equals=yes": 3,
    "/admin/order/?flt0_needs_attention_equals=yes": 2,
    "/admin/event/?flt0_state_equals=failed": 3,
    "/admin/unmatched/?flt0_state_equals=waiting": 1,
    "/admin/payment_link/?flt0_failed_equals=yes": 2,
    "/admin/refund/?flt0_waiting_for_over_a_day_equals=yes": 1,
    "/admin/letter/?flt0_state_equals=failed": 2,
    "/admin/job/?flt0_state_equals=failed": 1,
    "/admin/invoice/?flt0_past_due_equals=yes": 2,
    "/admin/payment/?flt0_more_than_was_owed_equals=yes": 1,
    "/admin/order/?flt0_state_equals=paid": 2,
}


def test_each_number_of_what_waits_is_that_of_the_list_it_leads_to(staff, waiting):
    owner = staff("owner")
    home = owner.get("/admin/").text
    todo = re.findall(r'<li><a href="([^"]+)"><b class="badge big-badge"[^>]*>(\d+)<', home)

    assert {path.replace("&amp;", "&"): int(count) for path, count in todo} == WAITING
    assert {path: rows_of(owner, path) for path in WAITING} == WAITING


def test_each_number_of_the_menu_is_that_of_its_tile(staff, waiting):
    menu = staff("owner").get("/admin/").text.partition("<main")[0]

    for path in WAITING:
        view = path.split("/")[2]
        if not path.endswith("state_equals=paid") and view != "payment":
            found = re.search(rf'href="/admin/{view}/".*?</a>', menu, re.DOTALL)[0]
            assert re.findall(r">\s*(\d+)\s*<", found) == [str(WAITING[path])], view


def test_each_state_of_the_orders_leads_to_as_many(staff, waiting):
    owner = staff("owner")
    states = owner.get("/admin/").text.partition("Orders by state")[2].partition("</section>")[0]
    found = re.findall(r'<li><a href="([^"]+)">.*?<b class="num">(\d+)</b>', states, re.DOTALL)

    assert len(found) == 3
    assert all(rows_of(owner, path) == int(count) for path, count in found)


def rows_of(client, path):
    """How many rows a list shows."""
    return client.get(path).text.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


def test_who_may_not_see_a_list_sees_no_number_of_it(staff, standing):
    home = staff("catalog").get("/admin/").text

    assert "Every month" not in home
    assert "Disputes due" not in home
    assert "Disputes due" in staff("support").get("/admin/").text


@pytest.mark.parametrize(
    ("interval", "count", "amount", "month"),
    [("month", 1, 700, 700), ("month", 3, 700, 233), ("year", 1, 7000, 583), ("week", 1, 100, 433),
     ("day", 1, 100, 3042)],
)  # fmt: skip
def test_every_interval_has_its_part_of_a_month(interval, count, amount, month):
    price = Price(unit_amount=amount, interval=interval, interval_count=count)

    assert figures.per_month(Subscription(price=price, quantity=1, currency="eur")) == month

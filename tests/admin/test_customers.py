"""Customers in the back office: kept as long as something of theirs must be."""

import re

import pytest

from app.db import db, transaction
from app.models import (
    CreditEntry,
    Customer,
    License,
    Order,
    Payment,
    PaymentLink,
    Subscription,
)
from app.services import customers, invoices
from tests.admin.forms import said
from tests.billing import bill, open_invoice
from tests.buying import buy
from tests.goods import add_product

LIST = "/admin/customer/"
RECEIPTS = "receipts must stay readable."


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com", name="Eve Example")


def test_the_list_says_where_guests_are_found(staff, stripe_client, pump):
    guest = buy(stripe_client)
    pump()
    customers.find_or_create("adam@example.com", name="Adam")
    owner = staff()

    listed, orders = owner.get(LIST).text, owner.get(f"/admin/order/?search={guest.email}").text

    assert "Who bought as a guest is found among the orders, by their e-mail." in listed
    rows = listed.partition("<tbody>")[2]
    assert ("adam@example.com" in rows, guest.email in rows) == (True, False)
    assert f"#{guest.number}" in orders


def test_a_customers_page_and_form_have_the_same_heading(staff, eve):
    nameless = customers.find_or_create("adam@example.com")
    client = staff("support")

    for customer_id, name in ((eve, "Eve Example"), (nameless, "adam@example.com")):
        for page in ("details", "edit"):
            shown = client.get(f"{LIST}{page}/?id={customer_id}").text
            assert re.search(r"<h1>(<span[^>]*>)?([^<]+)", shown)[2] == name


def delete(client, *ids, at_once=False):
    """What the list says after the one button, or after the many ticks."""
    if at_once:
        sent = {"action": "delete", "rowid": list(map(str, ids))}
        client.post(f"{LIST}action/", data=sent)
    else:
        client.post(f"{LIST}delete/", data={"id": str(ids[0])})
    db.session.rollback()
    return said(client, LIST)


def there(customer_id):
    return db.session.get(Customer, customer_id) is not None


@pytest.mark.parametrize("at_once", [False, True])
def test_a_customer_with_nothing_goes(staff, eve, at_once):
    delete(staff("orders"), eve, at_once=at_once)

    assert not there(eve)


@pytest.mark.parametrize("at_once", [False, True])
def test_a_customer_with_an_invoice_stays_for_the_receipts(staff, eve, at_once):
    open_invoice(eve, 1000)

    says = delete(staff("orders"), eve, at_once=at_once)

    assert there(eve)
    assert f"was kept: invoices and {RECEIPTS}" in says
    assert "still empty" not in says


@pytest.mark.parametrize("at_once", [False, True])
def test_a_customer_with_a_draft_goes_once_that_is_deleted(staff, eve, at_once):
    owner, draft = staff(), invoices.draft(bill(eve, 1000), actor="ada")

    says = delete(owner, eve, at_once=at_once)
    assert there(eve)
    assert "was kept: an invoice to them is a draft. Delete that first." in says

    owner.post("/admin/invoice/delete/", data={"id": str(draft)})
    delete(owner, eve, at_once=at_once)
    assert not there(eve)


def _order(eve):
    return Order(number="1", email="eve@example.com", currency="eur", customer_id=eve)


def _link(eve):
    return PaymentLink(
        email="eve@example.com", description="Work", amount=1, currency="eur", sent_by="ada",
        customer_id=eve,
    )  # fmt: skip


OF_THEIRS = [
    (_order, "orders and receipts"),
    (lambda eve: Payment(amount=1, currency="eur", customer_id=eve), "payments and receipts"),
    (lambda eve: Subscription(customer_id=eve, currency="eur"), "subscriptions and receipts"),
    (
        lambda eve: License(customer_id=eve, product_id=add_product().product_id),
        "licenses",
    ),
    (_link, "payment links"),
    (
        lambda eve: CreditEntry(customer_id=eve, currency="eur", amount=5, actor="ada"),
        "credit and what became of it",
    ),
]


@pytest.mark.parametrize(("make", "what"), OF_THEIRS)
def test_whatever_a_customer_has_is_said_when_they_are_kept(staff, eve, make, what):
    row = make(eve)
    with transaction() as session:
        session.add(row)

    says = delete(staff("orders"), eve)

    assert there(eve)
    assert f"was kept: {what} must stay readable." in says


def test_of_many_only_those_go_who_have_nothing(staff, eve):
    adam = customers.find_or_create("adam@example.com")
    open_invoice(eve, 1000)

    says = delete(staff("orders"), eve, adam, at_once=True)

    assert (there(eve), there(adam)) == (True, False)
    assert "1 of 2 deleted." in says
    assert RECEIPTS in says

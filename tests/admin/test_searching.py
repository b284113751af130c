"""One search over all: what each kind of record is found by, and by whom."""

from types import SimpleNamespace

import pytest

from app.db import db, transaction
from app.models import (
    Invoice,
    License,
    Matching,
    Payment,
    PaymentLink,
    PaymentStatus,
    Price,
    Subscription,
)
from app.services import customers
from tests.billing import add_plan, open_invoice

KINDS = ("invoice", "subscription", "license", "payment_link", "unmatched")


@pytest.fixture
def books(app):
    """Of every kind that billing knows one, all but the last of Ada's."""
    ada = customers.find_or_create("ada@example.com", name="Ada Lovelace")
    price_id = add_plan("inkwell")["month"]
    invoice_id = open_invoice(ada, 1000)
    with transaction() as session:
        price = session.get_one(Price, price_id)
        subscription = Subscription(
            customer_id=ada, price_id=price_id, currency="eur", stripe_id="sub_ada", quantity=1,
            _status="active",
        )  # fmt: skip
        license = License(
            customer_id=ada, product_id=price.variant.product_id, subscription=subscription
        )
        link = PaymentLink(
            email="ada@example.com", name="Ada Lovelace", description="Two hours", amount=4200,
            currency="eur", sent_by="test", customer_id=ada,
        )  # fmt: skip
        stray = Payment(
            amount=700, currency="eur", is_external=True, matching=Matching.WAITING,
            payer_email="stranger@example.com", status=PaymentStatus.SUCCEEDED,
            received_amount=700, stripe_id="pi_stray",
        )  # fmt: skip
        session.add_all([license, link, stray])
        session.flush()
        return SimpleNamespace(
            invoice=session.get_one(Invoice, invoice_id).number,
            key=license.key,
            slug=link.slug,
        )


def found(client, words):
    """The kinds of record that are found by some words."""
    page = client.get("/admin/search", query_string={"q": words, "part": "1"}).text
    return [kind for kind in KINDS if f"/admin/{kind}/details/" in page]


def test_each_kind_is_found_by_its_customer(staff, books):
    support = staff("support")

    for words in ("ada@example.com", "ada@", "lovelace"):
        assert found(support, words) == ["invoice", "subscription", "license", "payment_link"]
    assert found(support, "stranger@") == ["unmatched"]
    assert found(support, "nobody@example.com") == []


def test_each_kind_is_found_by_what_is_its_own(staff, books):
    support, key = staff("support"), books.key

    assert found(support, books.invoice.lower()) == ["invoice"]
    assert found(support, "inkwell") == ["subscription"]
    assert found(support, "sub_ada") == ["subscription"]
    assert found(support, "two hours") == ["payment_link"]
    assert found(support, f"http://localhost/l/{books.slug}") == ["payment_link"]
    assert found(support, "pi_stray") == ["unmatched"]
    for part in (key, key.lower(), key.replace("-", ""), key[:5], key[-11:], key[:11].lower()):
        assert found(support, part) == ["license"], part
    assert found(support, "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE") == []
    assert found(support, key[:4]) == []


def test_a_payment_is_found_once(staff, books):
    support = staff("support")

    waiting = support.get("/admin/search?q=pi_stray").text
    with transaction() as session:
        stray = session.scalars(db.select(Payment)).one()
        stray.matching = Matching.ASSIGNED
    assigned = support.get("/admin/search?q=pi_stray").text

    assert ("/admin/unmatched/details/" in waiting, "/admin/payment/details/" in waiting) == (
        True,
        False,
    )
    assert ("/admin/unmatched/details/" in assigned, "/admin/payment/details/" in assigned) == (
        False,
        True,
    )


@pytest.mark.parametrize("role", ["owner", "billing", "orders", "support", "catalog"])
def test_nobody_finds_what_they_may_not_see(staff, books, role):
    client = staff(role)

    for words in ("ada@example.com", "stranger@example.com", "inkwell"):
        for kind in (*KINDS, "customer", "product"):
            page = client.get("/admin/search", query_string={"q": words}).text
            if f"/admin/{kind}/details/" in page:
                assert client.get(f"/admin/{kind}/").status_code == 200
    assert bool(found(client, "ada@example.com")) == (role != "catalog")
    products = client.get("/admin/search?q=inkwell&part=1").text
    assert ("/admin/product/details/" in products) == (role != "billing")

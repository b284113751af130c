import pytest

from app.db import db
from app.models import Address
from tests import people

HOME = {
    "name": "Eve",
    "line1": "Hauptstr. 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}


@pytest.mark.parametrize("path", ["/account", "/account/orders", "/account/addresses"])
def test_an_account_is_for_who_signed_in(client, customer, path):
    assert client.get(path).status_code in {302, 401}
    assert customer.get(path).status_code == 200


def test_staff_without_orders_find_the_way_to_the_back_office(staff):
    page = staff("orders").get("/account").text

    assert 'href="/admin/"' in page
    assert "No orders yet" in page


def test_an_address_is_kept_and_removed(customer):
    customer.post("/account/addresses", data=HOME)
    assert "Hauptstr. 1" in customer.get("/account/addresses").text
    (entry,) = db.session.scalars(db.select(Address)).all()

    customer.post(f"/account/addresses/{entry.id}/removal")

    assert "None yet." in customer.get("/account/addresses").text


def test_an_incomplete_address_comes_back_with_what_was_written(customer):
    answer = customer.post("/account/addresses", data=HOME | {"city": ""})

    assert answer.status_code == 422
    assert "Enter the town." in answer.text
    assert 'value="Hauptstr. 1"' in answer.text
    assert db.session.scalars(db.select(Address)).all() == []


def test_nobody_removes_anothers_address(app, customer):
    customer.post("/account/addresses", data=HOME)
    (entry,) = db.session.scalars(db.select(Address)).all()
    ada = people.sign_in(app, people.add_customer("ada@example.com"))

    assert ada.post(f"/account/addresses/{entry.id}/removal").status_code == 404
    assert "Hauptstr. 1" in customer.get("/account/addresses").text

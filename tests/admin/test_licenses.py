"""Licenses in the back office: found, and decided about with a reason."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.models import Activation, Customer, License, LicenseStatus, Subscription
from app.services import licenses
from tests.goods import add_product


def row() -> License:
    db.session.rollback()
    return db.session.scalars(db.select(License).order_by(License.id)).first()


def test_it_is_suspended_kept_active_and_follows_again(staff, license_id):
    billing, path = staff("billing"), f"/admin/license/{license_id}"

    silent = billing.post(f"{path}/suspensions")
    assert (silent.status_code, row().status) == (422, LicenseStatus.ACTIVE)
    billing.post(f"{path}/suspensions", data={"reason": "shared"})
    assert (row().status, row().kept_by_staff) == (LicenseStatus.SUSPENDED, True)

    billing.post(f"{path}/reprieves", data={"reason": "explained"})
    assert (row().status, row().expires_at, row().valid) == (LicenseStatus.ACTIVE, None, True)

    billing.post(f"{path}/followings", data={"reason": "settled"})
    assert (row().status, row().kept_by_staff) == (LicenseStatus.REVOKED, False)  # it has ended
    page = billing.get(f"/admin/license/details/?id={license_id}").text
    for words in ("shared", "explained", "settled", "Revoked"):
        assert words in page


def test_revoked_it_stays_so_until_staff_take_it_back(staff, license_id):
    billing, path = staff("billing"), f"/admin/license/{license_id}"

    billing.post(f"{path}/revocations", data={"reason": "fraud"})
    suspended = billing.post(f"{path}/suspensions", data={"reason": "x"})

    assert row().status == LicenseStatus.REVOKED
    assert suspended.status_code == 409
    assert "keep it active first" in billing.get(f"{path}/suspensions/new").text


def test_more_places_than_are_paid_for_are_shown(staff, license_id):
    billing, page = staff("billing"), f"/admin/license/details/?id={license_id}"
    for machine in ("laptop", "phone"):
        licenses.activate(row().key, machine)
    with transaction() as session:
        session.get_one(License, license_id).subscription.quantity = 2
    assert "More places than are paid for." not in billing.get(page).text

    with transaction() as session:
        session.get_one(License, license_id).subscription.quantity = 1

    assert "It is used in 2 places, and 1 seat is paid." in billing.get(page).text


def test_a_place_is_deactivated_and_seats_never_fall_below_those_in_use(staff, license_id):
    billing, path = staff("billing"), f"/admin/license/{license_id}"
    for machine in ("laptop", "phone"):
        licenses.activate(row().key, machine)

    fewer = billing.post(f"{path}/seats", data={"seats": "1", "reason": "less"})
    assert fewer.status_code == 409
    assert "2 seats are in use" in fewer.text
    for seats in ("0", "-1", "x", "5000"):
        refused = billing.post(f"{path}/seats", data={"seats": seats, "reason": "x"})
        assert refused.status_code == 422
    laptop = db.session.scalars(db.select(Activation.id).filter_by(machine="laptop")).one()
    billing.post(f"{path}/activations/{laptop}/removals")
    assert [place.machine for place in row().activations] == ["phone"]
    billing.post(f"{path}/seats", data={"seats": "1", "reason": "less"})
    assert row().seats == 1
    assert billing.post(f"{path}/activations/999/removals").status_code == 303
    assert len(row().activations) == 1


def test_the_list_is_filtered_and_searched(staff, license_id):
    support, name = staff("support"), row().product.name

    def found(**query):
        page = support.get("/admin/license/", query_string=query).text
        return f">{name}</a>" in page.partition("<tbody>")[2]

    assert found()
    assert found(flt0_state_equals="active")
    assert not found(flt0_state_equals="revoked")
    assert found(flt0_product_equals=str(row().product_id))
    assert not found(flt0_product_equals="999")
    assert found(flt0_customer_equals="eve@example.com")
    assert not found(flt0_decided_by_staff_equals="yes")
    assert not found(flt0_expired_equals="yes")
    assert found(search=row().key.lower())
    assert not found(search="AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")
    assert row().key not in support.get("/admin/license/export/csv/", buffered=True).text


def test_only_billing_decides_about_a_license(staff, license_id):
    support, path = staff("support"), f"/admin/license/{license_id}"

    assert staff("orders").post(f"{path}/revocations").status_code == 403
    assert support.get("/admin/license/details/?id=99").status_code == 404


@pytest.fixture
def license_id(app):
    """Eve's license for three places, of a subscription that has ended."""
    product_id = add_product("inkwell", stock=None, kind="license").product_id
    with transaction() as session:
        eve = Customer(email="eve@example.com")
        ended = Subscription(customer=eve, currency="eur", _status="canceled")
        license = License(
            customer=eve, product_id=product_id, subscription=ended, seats=3,
            expires_at=clock.now() + timedelta(days=3),
        )  # fmt: skip
        session.add(license)
        session.flush()
        return license.id

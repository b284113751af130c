"""Every page opens and every door is shut: the list comes from the address map itself."""

import pytest

from app.admin import roles
from tests.admin.addresses import STAFF, every, ids_of

WALKABLE = [a for a in every() if a.method == "GET"]


def test_an_owner_can_open_every_page(staff, full_shop):
    owner = staff("owner")
    answers = {
        a.path: owner.get(a.path.format(**ids_of(full_shop)), buffered=True).status_code
        for a in WALKABLE
    }

    assert {path: status for path, status in answers.items() if status != 200} == {}
    assert len(answers) > 50


@pytest.mark.parametrize("role", STAFF)
def test_each_role_gets_what_the_role_map_says_and_nothing_else(staff, full_shop, role):
    client = staff(role)
    wrong = []
    for address in every():
        path = address.path.format(**ids_of(full_shop))
        status = client.open(path, method=address.method, buffered=True).status_code
        if status >= 500 or (status != 403) != (role in address.roles):
            wrong.append((address.method, address.path, status))

    assert wrong == []


def test_strangers_are_asked_to_sign_in_and_customers_are_refused(client, customer, full_shop):
    for address in every():
        path = address.path.format(**ids_of(full_shop))
        stranger = client.open(path, method=address.method)
        eve = customer.open(path, method=address.method)

        assert stranger.status_code == 302, path
        assert stranger.location.startswith("/account/sign-in?next="), path
        assert eve.status_code == 403, path


def test_what_a_view_does_not_offer_is_not_there(staff, full_shop):
    owner = staff("owner")

    assert owner.get("/admin/refund/new/").status_code == 404
    assert owner.post(f"/admin/audit/edit/?id={full_shop.audit_id}").status_code == 404
    assert owner.post("/admin/movement/delete/", data={"id": "1"}).status_code == 404
    assert owner.post("/admin/product/ajax/update/", data={"list_form_pk": "1"}).status_code == 404


def test_a_view_without_a_line_in_the_role_map_is_closed_to_owners_too(staff, monkeypatch):
    owner = staff("owner")
    assert owner.get("/admin/coupon/").status_code == 200

    monkeypatch.delitem(roles.ROLES, "coupon")

    assert owner.get("/admin/coupon/").status_code == 404

"""The inbox of payments of which nobody knows whose they are holds only money that came."""

import re

import pytest

from app.db import db
from app.models import Payment
from app.services import customers
from tests.links import foreign_link, open_link, pay_session


def test_what_was_canceled_before_it_came_waits_no_longer(staff, held, stripe_client, pump):
    customers.find_or_create("eve@example.com")
    stranger, known = held("who@example.com"), held("eve@example.com")
    other = held("somebody@example.com")
    client = staff("billing")
    before = rows(client)
    assert all(name in before for name in ("who@", "eve@", "somebody@"))

    for payment_id in (stranger, known):
        stripe_client.v1.payment_intents.cancel(stripe_id(payment_id))
    pump()

    after = rows(client)
    assert "eve@" not in after  # it is nobody's question any more: among the payments it stays
    assert "Nothing came." in row_of(after, "who@")
    assert "Nothing came." not in row_of(after, "somebody@")
    assert "somebody@" in rows(client, "?flt0_state_equals=waiting")
    assert "who@" not in rows(client, "?flt0_state_equals=waiting")
    page = client.get(f"/admin/unmatched/details/?id={stranger}").text
    assert page.count("Nothing came: it was canceled at Stripe") >= 2  # history, and each step
    assert client.get(f"/admin/unmatched/{stranger}/assignment").status_code == 200
    form = {"customer": str(customers.find_or_create("eve@example.com"))}
    assert client.post(f"/admin/unmatched/{stranger}/assignment", data=form).status_code == 409
    assert client.post(f"/admin/unmatched/{other}/assignment", data=form).status_code == 303


def rows(client, query=""):
    return client.get(f"/admin/unmatched/{query}").text


def row_of(page, name):
    return next(row for row in re.findall(r"<tr.*?</tr>", page, re.S) if name in row)


def stripe_id(payment_id):
    db.session.rollback()
    found = db.session.get_one(Payment, payment_id).stripe_id
    db.session.rollback()
    return found


@pytest.fixture
def held(stripe_client, sandbox, pump):
    """Somebody's bank holds 42.00 for a link that was made in Stripe's dashboard; its payment."""

    def pay(email):
        db.session.rollback()
        how = {"payment_intent_data": {"capture_method": "manual"}}
        link = foreign_link(stripe_client, 4200, **how)
        pay_session(sandbox, open_link(sandbox, link.url), email=email)
        pump()
        return db.session.scalars(db.select(Payment.id).order_by(Payment.id.desc())).first()

    return pay

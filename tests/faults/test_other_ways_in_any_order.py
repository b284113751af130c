"""B6, B7: what a link has paid ends what else is open, in whatever order the shop hears of it."""

import random

import pytest

from app.db import db
from app.inbox.registry import handlers
from app.models import Order, Payment, PaymentLink
from app.services import customers, debts, payment_links
from app.services.payment_links import NewLink
from tests import books
from tests.billing import open_invoice, pay_debt
from tests.buying import fill_cart, order_of, pay, place
from tests.dump import dump
from tests.faults import stories
from tests.faults.snapshot import Snapshot
from tests.goods import add_product
from tests.links import pay_foreign_link, pay_link

SHUFFLED = 6
ASKED_BY_THE_BANK = "pm_card_authenticationRequired"


def test_another_order_or_coming_twice_ends_in_the_same_books(paid_elsewhere, send_event, run_jobs):
    told, before = paid_elsewhere
    dice, expected = random.Random(7), None
    for events in [
        told,
        told[::-1],
        told * 2,
        *(dice.sample(told, len(told)) for _ in range(SHUFFLED)),
    ]:
        before.restore()
        for event in events:
            assert send_event(event).status_code == 200
            run_jobs()
        books.check()
        found = dump(without={"jobs"})
        expected = expected or found
        assert found == expected, [event["type"] for event in events]
    states = db.session.scalars(db.select(Payment.status).where(Payment.received_amount == 0))
    assert sorted(states) == ["canceled"] * 3
    assert set(db.session.scalars(db.select(Order.attention))) == {""}


@pytest.fixture
def paid_elsewhere(app, sandbox, stripe_client, run_jobs):
    """An invoice and an order whose forms are open were paid with links, and part of another
    invoice at Stripe; the shop has not heard of it."""
    eve = customers.find_or_create("eve@example.com")
    invoice_id = open_invoice(eve, 4200)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve), ASKED_BY_THE_BANK)
    sheet = place(fill_cart((add_product(), 2)))
    pay(stripe_client, sheet, ASKED_BY_THE_BANK)
    order = order_of(sheet)
    total, order_id = order.total_amount, order.id
    links = [sent(eve, 4200, invoice_id=invoice_id), sent(eve, total, order_id=order_id)]
    other = customers.find_or_create("zoe@example.com")
    open_invoice(other, 1000, 3000)
    debts.get_or_create_payment_intent(other, hosted=True)
    run_jobs()
    before = Snapshot()

    for link_id in links:
        pay_link(sandbox, db.session.get_one(PaymentLink, link_id))
        db.session.rollback()
    pay_foreign_link(stripe_client, sandbox, 2500, email="zoe@example.com")
    told = [event for event in stories.told(sandbox) if event["type"] in handlers]
    return told, before


def sent(customer_id, amount, **what):
    db.session.rollback()
    wanted = NewLink(
        email="eve@example.com",
        description="Work",
        amount=amount,
        currency="eur",
        customer_id=customer_id,
        **what,
    )
    return payment_links.send(wanted, form_token=f"form-{what}", actor="ada")

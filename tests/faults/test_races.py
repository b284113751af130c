"""B6, B9, C1: many at once, over a real server, in threads and in processes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.models import Job, JobState, Letter, Order, OrderEvent, Stock, WebhookEvent
from tests.events import sign
from tests.faults.buyer import Buyer, path_of
from tests.goods import add_product

BUYERS, UNITS = 50, 10
RACES = 10
PATIENCE = 180  # seconds until every event has arrived and every job is done
PROCESSES = {"sqlite": 1, "postgresql": 3}


def test_fifty_buyers_share_the_last_ten_units(start_shop, database):
    shop = start_shop(processes=processes(database))
    with shop.opened():
        lamp = add_product("lamp", stock=UNITS).id
    buyers = [Buyer(shop, number) for number in range(BUYERS)]
    for buyer in buyers:
        buyer.fill_cart(lamp, "lamp")
    forms = at_once(lambda buyer: buyer.read_checkout(), buyers)

    paid = at_once(
        lambda buyer, form: bool(form) and buyer.place(form).ok and buyer.pay().ok, buyers, forms
    )

    wait_until_quiet(shop)
    statuses = Counter(status for buyer in buyers for status in buyer.statuses)
    with shop.opened():
        orders = Counter(db.session.scalars(select(Order.status)))
        stock = db.session.get_one(Stock, lamp)
        assert (stock.on_hand, stock.reserved) == (0, 0)
    assert sum(paid) == UNITS
    assert orders == {"paid": UNITS}
    assert not [status for status in statuses if status >= 500], statuses
    assert statuses[409] == BUYERS - UNITS
    shop.assert_books()


def test_a_form_sent_eight_times_at_once_is_one_order_and_one_charge(start_shop, database):
    shop = start_shop(processes=processes(database))
    with shop.opened():
        mug = add_product("cup", stock=100).id
    buyer = Buyer(shop)
    buyer.fill_cart(mug, "cup")
    form = buyer.read_checkout()
    windows = [twin(buyer) for _ in range(8)]

    answers = at_once(lambda window: window.place(form), windows)

    secrets = {answer.json().get("client_secret") for answer in answers if answer.ok}
    assert len(secrets) == 1
    assert not [answer.status_code for answer in answers if answer.status_code >= 500]
    assert at_once(lambda window: window.pay(), [w for w in windows if w.client_secret])
    wait_until_quiet(shop)
    with shop.opened():
        assert db.session.scalar(select(func.count()).select_from(Order)) == 1
    charges = shop.stripe.v1.charges.list().data
    assert [charge.status for charge in charges] == ["succeeded"]
    shop.assert_books()


def test_the_return_page_and_the_webhook_race_and_pay_once(start_shop, database):
    """The sandbox delivers its events by itself while eight windows come back."""
    race(start_shop(processes=processes(database)), times=RACES)


@pytest.mark.drill
def test_a_thousand_races_between_return_page_and_webhook_pay_once_each(start_shop, database):
    race(start_shop(processes=processes(database)), times=1_000)


def test_an_event_that_comes_ten_times_eight_at_once_has_one_effect(start_shop, database):
    shop = start_shop(processes=processes(database))
    order_page = bought(shop, "jug")
    wait_until_quiet(shop)
    told = shop.stripe.v1.events.list({"limit": 50}).data
    events = [event.to_dict(for_json=True) for event in told]
    before = effects(shop)

    statuses = at_once(lambda event: knock(shop, event), events * 10, most=8)

    wait_until_quiet(shop)
    assert set(statuses) == {200}
    assert effects(shop) == before
    assert "Paid" in requests.get(shop.url + order_page, timeout=30).text
    shop.assert_books()


def race(shop, *, times):
    with shop.opened():
        variant = add_product("pot", stock=10_000).id
    for number in range(times):
        buyer = Buyer(shop, number)
        buyer.fill_cart(variant, "pot")
        answer = buyer.place(buyer.read_checkout()).json()
        page = path_of(answer["return_url"])
        assert buyer.pay().ok
        windows = [twin(buyer) for _ in range(8)]
        at_once(lambda window, page=page: window.get(page), windows)
        assert {s for w in windows for s in w.statuses} <= {200, 303}
    wait_until_quiet(shop)
    with shop.opened():
        moves = select(func.count()).where(OrderEvent.to_status == "paid")
        assert db.session.scalar(moves) == times
        assert db.session.scalar(select(func.count()).select_from(Letter)) == times
        assert db.session.scalars(select(Order.status)).all() == ["paid"] * times
    shop.assert_books()


def bought(shop, slug):
    """The page of a paid order."""
    with shop.opened():
        variant = add_product(slug, stock=10).id
    buyer = Buyer(shop)
    buyer.fill_cart(variant, slug)
    page = path_of(buyer.place(buyer.read_checkout()).json()["return_url"])
    assert buyer.pay().ok
    return page.removesuffix("/return")


def knock(shop, event):
    import json

    body = json.dumps(event).encode()
    headers = {"Stripe-Signature": sign(body)}
    return requests.post(
        f"{shop.url}/webhooks/stripe", body, headers=headers, timeout=30
    ).status_code


def effects(shop):
    with shop.opened():
        return (
            db.session.scalar(select(func.count()).select_from(OrderEvent)),
            db.session.scalar(select(func.count()).select_from(Letter)),
            db.session.scalar(select(func.count()).select_from(WebhookEvent)),
            db.session.execute(
                select(Stock.on_hand, Stock.reserved).order_by(Stock.variant_id)
            ).all(),
        )


def twin(buyer):
    """Another window of the same person."""
    other = Buyer(buyer.shop)
    other.email, other.client_secret = buyer.email, buyer.client_secret
    other.http.cookies.update(buyer.http.cookies)
    return other


def at_once(work, of, *more, most=None):
    with ThreadPoolExecutor(most or len(of)) as pool:
        return list(pool.map(work, of, *more))


def wait_until_quiet(shop):
    """Until Stripe has delivered everything and the shop has no work that is due."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(0.3)
        if not undelivered(shop) and not undone(shop):
            return
    pytest.fail(f"{undelivered(shop)} deliveries and {undone(shop)} jobs are still open")


def undelivered(shop):
    return sum(
        event.pending_webhooks > 0 for event in shop.stripe.v1.events.list({"limit": 100}).data
    )


def undone(shop):
    open_states = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    with shop.opened():
        due = select(func.count()).where(open_states, Job.run_after <= clock.now())
        return db.session.scalar(due)


def processes(database):
    return PROCESSES["sqlite" if database.startswith("sqlite") else "postgresql"]

"""C3: a code that may be used once, by many at once, over a real server."""

from collections import Counter

import pytest
from sqlalchemy import select

from app.db import db
from app.models import Coupon, Order
from tests.faults.buyer import Buyer, field
from tests.faults.test_races import at_once, processes, wait_until_quiet
from tests.goods import add_coupon, add_product


def test_a_code_with_one_use_is_had_by_one_of_many(start_shop, database):
    race(start_shop(processes=processes(database)), buyers=12)


@pytest.mark.drill
def test_a_code_with_one_use_is_had_by_one_of_a_hundred(start_shop, database):
    race(start_shop(processes=processes(database)), buyers=100)


def test_a_code_for_once_each_is_had_once_by_somebody_with_many_windows(start_shop, database):
    """Not the same cart in two windows, but eight carts of one address."""
    race(
        start_shop(processes=processes(database)),
        buyers=8,
        email="eve@example.com",
        max_uses=None,
        max_uses_per_customer=1,
    )


def race(shop, *, buyers, email="", **limit):
    with shop.opened():
        poster = add_product("poster", stock=None, kind="digital", unit_amount=2000).id
        add_coupon("ONCE", **({"max_uses": 1} | limit))
    everybody = [Buyer(shop, number) for number in range(buyers)]

    def read_form(buyer):
        buyer.email = email or buyer.email
        buyer.fill_cart(poster, "poster")
        token = field(buyer.get("/cart").text, "csrf_token")
        assert buyer.post("/cart/coupon", {"csrf_token": token, "code": "once"}).ok
        return buyer.read_checkout()

    forms = at_once(read_form, everybody)
    answers = at_once(lambda buyer, form: buyer.place(form), everybody, forms)
    statuses = Counter(answer.status_code for answer in answers)

    wait_until_quiet(shop)
    assert statuses == {200: 1, 409: buyers - 1}
    with shop.opened():
        assert db.session.scalars(select(Coupon.uses)).all() == [1]
        assert db.session.scalars(select(Order.discount_amount)).all() == [200]
    shop.assert_books()

"""A subscription whose price staff replaced at Stripe: every page says what it costs now."""

import pytest

from app.services import customers, subscriptions
from tests.billing import add_plan, pay_first, subscription_of

OURS, THEIRS = "€7.00", "€12.34"
HTMX = {"HX-Request": "true"}


def test_their_own_pages_no_longer_say_what_it_cost(customer, now, swap):
    path = f"/account/subscriptions/{now().token}"
    assert OURS in customer.get("/account/subscriptions").text
    assert "Inkwell" in customer.get(path).text

    swap()

    for page in ("/account/subscriptions", path):
        text = customer.get(page).text
        assert "By hand" in text
        assert "As agreed with us" in text
        assert "every month" not in text
    assert OURS not in customer.get("/account/subscriptions").text
    assert f"{THEIRS} on " in customer.get(f"{path}/next-payment", headers=HTMX).text
    for page in ("/account", "/account/licenses", f"{path}/card"):
        assert customer.get(page).status_code == 200, page
    change = customer.get(f"{path}/change?seats=3").text
    assert "agreed with the shop" in change
    assert "Seats</label>" not in change
    sent = customer.post(f"{path}/changes", data={"price": now().price_id or 0, "seats": "3"})
    assert sent.status_code in {409, 422}


def test_the_back_office_says_what_it_costs_now(staff, now, swap):
    billing = staff("billing")
    pages = ("/admin/subscription/", f"/admin/subscription/details/?id={now().id}")
    for page in pages:
        assert OURS in main(billing.get(page)), page

    swap(quantity=2)

    listed, record = (main(billing.get(page)) for page in pages)
    assert "By hand" in listed
    assert "€24.68" in listed
    assert "€24.68 every month" in record
    assert "By hand, every month (made at Stripe)" in record
    assert f"2 × {THEIRS}" in record
    assert "change it there" in billing.get(pages[1]).text
    others = (
        f"/admin/customer/details/?id={now().customer_id}",
        f"/admin/license/details/?id={now().licenses[0].id}",
        f"/admin/subscription/{now().id}/changes/new",
        "/admin/subscription/?search=By+hand",
        "/admin/",
        "/admin/search?q=eve@example.com&part=1",
    )
    for page in others:
        answer = billing.get(page)
        assert answer.text, page
        assert answer.status_code == 200, page
    assert "€24.68" in main(billing.get(others[0]))
    assert "By hand" in main(billing.get(others[0]))
    assert "€24.68" in billing.get("/admin/").text  # what comes in a month
    assert "By hand, every month" in billing.get(others[-1]).text
    assert "€14.00" not in listed + record


def test_what_only_stripe_can_reckon_is_not_nothing(staff, now, swap):
    swap(transform_quantity={"divide_by": 10, "round": "up"})
    billing = staff("billing")

    listed = main(billing.get("/admin/subscription/"))
    record = main(billing.get(f"/admin/subscription/details/?id={now().id}"))

    assert "By hand" in listed
    assert "€0.00" not in listed
    assert "By hand, every month (made at Stripe)" in record
    assert "Each time" not in record


def main(response):
    """The page without its invoices, which cost what they did."""
    assert response.status_code == 200
    return response.text.split("<h2>Invoices</h2>")[0]


@pytest.fixture
def now(app, stripe_client, pump):
    """Eve's monthly subscription with one seat, as it stands in the books now."""
    eve = customers.find_or_create("eve@example.com")
    sheet = subscriptions.start(eve, add_plan()["month"], start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    return lambda: subscription_of(sheet.token)


@pytest.fixture
def swap(now, stripe_client, pump):
    """Put a price in its place that the shop does not know, as staff do in Stripe's dashboard."""

    def swap(*, quantity=1, **more):
        product = stripe_client.v1.products.create({"name": "By hand"})
        monthly = {"product": product.id, "unit_amount": 1234, "currency": "eur"} | more
        price = stripe_client.v1.prices.create({**monthly, "recurring": {"interval": "month"}})
        item = {"id": now().stripe_item_id, "price": price.id, "quantity": quantity}
        wanted = {"items": [item], "proration_behavior": "none"}
        stripe_client.v1.subscriptions.update(now().stripe_id, wanted)
        pump()

    return swap

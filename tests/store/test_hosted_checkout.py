"""Paying on Stripe's own page: chosen below the card form, or by the shop's setting."""

import re

import pytest

from app.db import db
from app.models import Customer, Order, OrderStatus, Question
from tests.billing import add_plan, open_invoice
from tests.goods import add_product
from tests.links import pay_session
from tests.store.asking import SCRIPT, checkout_form, hidden_field


def test_the_link_below_the_form_leads_to_stripes_page(client, stripe_client, sandbox, pump):
    fill(client)
    assert "Trouble with this form?" in client.get("/checkout").text

    answer = client.post("/checkout", data=checkout_form(client, pay_on="stripe"), headers=SCRIPT)
    (page,) = stripe_client.v1.checkout.sessions.list().data
    assert answer.json == {"url": page.url}
    pay_session(sandbox, page.id)

    back = client.get(path_of(page.success_url))
    assert "Thank you. The money is here." in client.get(back.location).text
    assert client.get("/cart").text.count("mug") == 0


def test_without_script_a_page_leads_on_to_stripe(client):
    """A form may not be redirected to another site: our own policy forbids it."""
    fill(client)

    answer = client.post("/checkout", data=checkout_form(client, pay_on="stripe"))

    assert answer.status_code == 200
    url = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)[1]
    assert f'href="{url}"' in answer.text
    assert "/c/pay/" in url


def test_by_setting_no_card_is_typed_in_the_shop(app, client, hosted):
    fill(client)

    page = client.get("/checkout").text
    answer = client.post("/checkout", data=checkout_form(client), headers=SCRIPT)

    assert "You pay on Stripe’s own page" in page
    assert 'id="payment-element"' not in page
    assert "/endive/stripe.js" not in page
    assert "/c/pay/" in answer.json["url"]


def test_who_gives_up_on_stripes_page_pays_from_the_orders_page(client, stripe_client):
    fill(client)
    client.post("/checkout", data=checkout_form(client, pay_on="stripe"), headers=SCRIPT)
    (page,) = stripe_client.v1.checkout.sessions.list().data

    order_page = path_of(page.cancel_url)
    text = client.get(order_page).text
    assert "Your order waits for its payment" in text
    again = client.post(f"{order_page}/payments", data={"pay_on": "stripe"}, headers=SCRIPT)
    assert again.json == {"url": page.url}

    form = client.post(f"{order_page}/payments", headers=SCRIPT)
    assert form.json["client_secret"]
    assert stripe_client.v1.checkout.sessions.retrieve(page.id).status == "expired"


def test_answers_to_a_products_questions_stay_with_the_order(app, client, hosted, sandbox, pump):
    variant = add_product("letter", stock=None, kind="digital")
    with db.session.begin_nested():
        variant.product.questions = [Question(label="Year of birth", type="text", required=True)]
    db.session.commit()
    question = variant.product.questions[0].id
    client.post(
        "/cart/items",
        data={"variant": variant.id, "product": "letter", f"question-{question}": "1984"},
    )

    answer = client.post("/checkout", data=checkout_form(client), headers=SCRIPT)
    session_id = re.search(r"cs_test_\w+", answer.json["url"])[0]
    pay_session(sandbox, session_id)
    pump()

    order = db.session.scalars(db.select(Order)).one()
    assert order.status == OrderStatus.FULFILLED
    assert order.goods[0].answers == {"Year of birth": "1984"}
    assert "1984" not in answer.json["url"]


def test_a_debt_is_paid_on_stripes_page_without_script(customer, stripe_client, sandbox, pump):
    eve = db.session.scalars(db.select(Customer.id)).one()
    open_invoice(eve, 1000, past_due=1)

    answer = customer.post("/account/payments", data={"agreed": "1000", "pay_on": "stripe"})
    (page,) = stripe_client.v1.checkout.sessions.list().data
    assert page.url in answer.text
    pay_session(sandbox, page.id)

    back = customer.get(customer.get(path_of(page.success_url)).location).text
    assert "This invoice is paid" in back


def test_a_subscription_begins_on_stripes_page(customer, hosted, stripe_client, pump):
    plan = add_plan()["month"]
    page = customer.get(f"/products/inkwell/subscription?price={plan}").text
    assert 'id="payment-element"' not in page
    assert "Pay €7.00 on Stripe’s page" in page
    hidden = {name: hidden_field(page, name) for name in ("start_key", "fingerprint")}

    form = {"price": plan, "seats": "1", **hidden}
    answer = customer.post("/products/inkwell/subscription", data=form, headers=SCRIPT)
    (invoice,) = stripe_client.v1.invoices.list().data
    assert answer.json == {"url": invoice.hosted_invoice_url}
    stripe_client.v1.invoices.pay(invoice.id, {"payment_method": card(customer, stripe_client)})
    pump()

    page = customer.get("/account/licenses").text
    assert "Inkwell" in page
    assert len(stripe_client.v1.subscriptions.list().data) == 1


def card(customer, stripe_client):
    """One that the customer leaves on Stripe's page."""
    (known,) = stripe_client.v1.customers.list().data
    return stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": known.id}).id


def fill(client):
    variant = add_product()
    client.post("/cart/items", data={"variant": variant.id, "product": "mug"})


def path_of(address):
    return "/" + address.split("/", 3)[3]


@pytest.fixture
def hosted(app):
    app.extensions["settings"].checkout_mode = "hosted"

"""Make a payment, as a customer and as a stranger."""

import re
from datetime import timedelta

import pytest

from app.db import db
from app.models import Customer, Payment, User
from app.services import debts_ledger, invoices, refunds, stripe_invoices, subscriptions
from tests import people
from tests.billing import (
    add_plan,
    bill,
    give_card,
    invoice_of,
    items_of,
    open_invoice,
    pay_debt,
    pay_first,
    subscription_of,
)
from tests.store.asking import HTMX, SCRIPT

PAGE = "/account/payments"


def test_what_is_open_is_shown_and_what_is_past_due_is_marked(customer, eve):
    open_invoice(eve, 6500, 4000, past_due=1)

    page = customer.get(PAGE).text

    assert re.findall(r"badge-\w+\">([\w ]+)<", page) == ["Past due", "Open"]
    assert "Pay €65.00" in page  # what is past due comes first
    assert "€105.00" in page
    assert 'id="payment-element"' in page


def test_what_is_past_due_is_paid_alone_and_the_open_page_hears_of_it(
    customer, eve, stripe_client, pump
):
    invoice_id = open_invoice(eve, 6500, 4000, past_due=1)
    open_page = customer.get(PAGE).text

    answer = pay(customer, stripe_client, scope="past_due", agreed="6500")
    pump()
    back = customer.get(customer.get(path_of(answer.json["return_url"])).location).text
    news = customer.get(watched(open_page), headers=HTMX)

    assert [item.due_amount for item in items_of(invoice_id)] == [0, 4000]
    assert "Thank you. €65.00 is here." in back
    assert news.status_code == 200
    assert "Visa •••• 4242" in news.text
    assert customer.get(watched(news.text), headers=HTMX).status_code == 204  # nothing new


def test_only_what_is_ticked_is_paid(customer, eve, stripe_client, pump):
    invoice_id = open_invoice(eve, 1000, 2000, past_due=1)
    second = items_of(invoice_id)[1].id

    pay(customer, stripe_client, scope="chosen", item=[str(second)], agreed="2000")
    pump()

    assert [item.due_amount for item in items_of(invoice_id)] == [1000, 0]


def test_two_tabs_get_the_same_payment(customer, eve):
    open_invoice(eve, 1000, past_due=1)

    first, second = (post(customer, agreed="1000").json["client_secret"] for _ in range(2))

    assert first == second
    assert db.session.query(Payment).count() == 1


def test_another_amount_than_the_page_showed_is_said_and_not_charged(customer, eve):
    open_invoice(eve, 1000, past_due=1)
    open_invoice(eve, 500, past_due=1)

    answer = post(customer, agreed="1000")

    assert answer.status_code == 409
    assert "What you owe has changed." in answer.text
    assert "Pay €15.00" in answer.text
    assert db.session.query(Payment).count() == 0


def test_anothers_items_do_not_exist(app, customer, eve):
    theirs = open_invoice(stranger(), 1000, past_due=1)
    open_invoice(eve, 1000, past_due=1)
    foreign = str(items_of(theirs)[0].id)

    for item in (foreign, "999999", "x"):
        answer = post(customer, scope="chosen", item=[item], agreed="1000")
        assert answer.status_code == 404, item
    assert db.session.query(Payment).count() == 0
    assert post(customer, agreed="1000").status_code == 200


def test_nothing_ticked_is_said(customer, eve):
    open_invoice(eve, 1000, 2000, past_due=1)

    answer = post(customer, scope="chosen", agreed="0")

    assert answer.status_code == 409
    assert "Nothing is ticked. Tick what you want to pay." in answer.text
    assert 'id="pay"' not in customer.get(f"{PAGE}?scope=chosen").text


def test_too_little_for_a_card_is_said(customer, eve):
    open_invoice(eve, 20, past_due=1)

    assert "The smallest amount that can be paid by card is €0.50." in customer.get(PAGE).text
    assert post(customer, agreed="20").status_code == 422


def test_two_currencies_are_paid_one_after_the_other(customer, eve):
    open_invoice(eve, 1000, past_due=1)
    open_invoice(eve, 900, past_due=1, currency="usd")

    assert "Pay €10.00" in customer.get(PAGE).text
    dollars = customer.get(f"{PAGE}?currency=usd").text

    assert "You owe in 2 currencies." in dollars
    assert "Pay US$9.00" in dollars or "Pay $9.00" in dollars
    assert post(customer, currency="usd", agreed="900").json["client_secret"]


def test_nothing_past_due_is_not_asked_for_unless_the_shop_offers_it(app, customer, eve):
    open_invoice(eve, 1000)

    assert "Nothing is past due." in customer.get(PAGE).text
    assert post(customer, agreed="1000").status_code == 409

    app.extensions["settings"].offer_open_payments = True
    assert "Pay €10.00" in customer.get(PAGE).text
    assert post(customer, agreed="1000").status_code == 200


def test_who_owes_nothing_reads_so(customer):
    assert "You owe nothing" in customer.get(PAGE).text
    assert post(customer, agreed="0").status_code == 409


def test_what_is_open_in_another_currency_has_a_way_there(customer, eve):
    open_invoice(eve, 1000)
    open_invoice(eve, 900, currency="jpy")

    assert f'href="{PAGE}?currency=jpy"' in customer.get(PAGE).text
    assert "¥900" in customer.get(f"{PAGE}?currency=jpy").text


def test_what_stripe_collects_is_owed_with_its_own_way_to_pay(customer, eve, pump):
    draft = invoices.draft(bill(eve, 9999), actor="ada")
    stripe_invoices.give(draft, actor="ada")
    pump()

    page = customer.get(PAGE).text

    assert "You owe nothing" not in page
    assert "€99.99" in page
    assert f'href="{invoice_of(draft).hosted_url}"' in page
    assert "payment-element" not in page  # one collector at a time
    assert post(customer, agreed="9999").status_code == 409

    open_invoice(eve, 500, past_due=1)
    both = customer.get(PAGE).text
    assert "Pay €5.00" in both
    assert "€99.99" in both
    assert post(customer, agreed="500").status_code == 200


def test_a_renewal_that_failed_is_past_due_until_it_is_paid(
    app, customer, eve, stripe_client, pump, move_clock
):
    sheet = subscriptions.start(
        eve, add_plan()["month"], quantity=1, start_key="f1", actor="customer"
    )
    assert "You owe nothing" in customer.get(PAGE).text  # it has not begun
    pay_first(stripe_client, sheet)
    pump()
    assert "You owe nothing" in customer.get(PAGE).text
    give_card(stripe_client, subscription_of(sheet.token), "pm_card_chargeCustomerFail")
    move_clock(timedelta(days=32))
    pump()
    customer = people.sign_in(app, db.session.scalars(db.select(User)).one())

    page, home = customer.get(PAGE).text, customer.get("/account").text

    assert "You owe nothing" not in page
    assert "Past due" in page
    assert f'href="/account/subscriptions/{sheet.token}"' in page
    assert "€7.00 is past due" in home
    assert debts_ledger.past_due_of(eve) == [(700, "eur")]

    give_card(stripe_client, subscription_of(sheet.token), "pm_card_visa")
    (owed,) = (i for i in subscription_of(sheet.token).invoices if i.is_open)
    stripe_client.v1.invoices.pay(str(owed.stripe_id))
    pump()
    assert "You owe nothing" in customer.get(PAGE).text
    assert "past due" not in customer.get("/account").text


def test_a_refund_is_shown_with_its_payment(customer, eve, stripe_client, pump):
    open_invoice(eve, 1000, past_due=1)
    pay(customer, stripe_client, agreed="1000")
    pump()
    payment = db.session.scalars(db.select(Payment)).one()

    refunds.issue_for_payment(payment.id, 400, form_token="f1", actor="ada")
    pump()

    page = customer.get(PAGE).text
    assert "Partly refunded" in page
    assert "€4.00 refunded." in page
    assert "Pay €4.00" in page  # owed again


def test_a_declined_card_is_explained_on_return(customer, eve, stripe_client):
    open_invoice(eve, 1000, past_due=1)

    answer = pay(customer, stripe_client, "pm_card_chargeDeclined", agreed="1000")
    page = customer.get(customer.get(path_of(answer.json["return_url"])).location).text

    assert "Your card was declined. Nothing was charged." in page
    assert "Pay €10.00" in page


def test_nobody_comes_back_from_anothers_payment(app, customer, eve):
    open_invoice(eve, 1000, past_due=1)
    path = path_of(post(customer, agreed="1000").json["return_url"])
    other = people.sign_in(app, people.add_customer("adam@example.com"))

    assert other.get(path).status_code == 404
    assert customer.get(path).status_code == 303


def post(client, **form):
    return client.post(PAGE, data={"currency": "", **form}, headers=SCRIPT)


def pay(client, stripe_client, card="pm_card_visa", **form):
    """What the page's script and Stripe's do together."""
    answer = post(client, **form)
    pay_debt(stripe_client, Secret(answer.json["client_secret"]), card)
    return answer


class Secret:
    def __init__(self, client_secret):
        self.client_secret = client_secret


def watched(page):
    """Where an open page looks for news."""
    found = re.search(r'hx-get="(/account/payments\?seen=[^"]*)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def path_of(address):
    return "/" + address.split("/", 3)[3]


def stranger():
    people.add_customer("adam@example.com")
    return db.session.scalars(db.select(Customer.id).filter_by(email="adam@example.com")).one()


@pytest.fixture
def eve(customer):
    return db.session.scalars(db.select(Customer.id).filter_by(email="eve@example.com")).one()

"""The tax of subscriptions: at Stripe what it is here, and nothing more is charged than was shown."""

import pytest

from app import settings
from app.db import transaction
from app.models import Product, TaxRate
from app.services import customers, subscription_changes, subscription_terms, subscriptions
from app.store.subscriptions_words import next_payment
from tests.billing import add_plan, pay_first, subscription_of

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


@pytest.fixture
def plan(app):
    return add_plan(monthly=701)


def begin(eve, plan, stripe_client, pump, quantity=3):
    sheet = subscriptions.start(
        eve, plan["month"], quantity=quantity, start_key="k" * 20, actor="customer"
    )
    pay_first(stripe_client, sheet)
    pump()
    return subscription_of(sheet.token)


@pytest.mark.parametrize(("included", "total", "tax"), [(True, 2103, 336), (False, 2503, 400)])
def test_what_the_terms_say_is_what_is_charged_with_its_tax(
    eve, plan, stripe_client, pump, monkeypatch, assert_books, included, total, tax
):
    monkeypatch.setattr(settings.current(), "prices_include_tax", included)
    terms = subscription_terms.find(eve, plan["month"], 3)

    subscription = begin(eve, plan, stripe_client, pump)

    (invoice,) = subscription.invoices
    assert terms.today_amount == terms.amount == total
    assert (invoice.total_amount, invoice.tax_amount) == (total, tax)
    assert next_payment(subscription)[0] == total
    assert subscription_changes.next_amount(subscription.id) == total
    (line,) = stripe_client.v1.invoices.retrieve(str(invoice.stripe_id)).total_taxes
    assert (line.amount, line.tax_behavior) == (tax, "inclusive" if included else "exclusive")
    assert_books()


def test_the_rate_is_that_of_the_product_and_stands_at_stripe_once(eve, stripe_client, pump):
    with transaction() as session:
        session.add(TaxRate(country="DE", tax_category="books", rate=700))
    plans = [add_plan(slug, monthly=1070) for slug in ("reader", "library")]
    with transaction() as session:
        for product in session.query(Product):
            product.tax_category = "books"

    for number, plan in enumerate(plans):
        sheet = subscriptions.start(eve, plan["month"], start_key=f"{number}" * 20, actor="x")
        pay_first(stripe_client, sheet)
        pump()
        (invoice,) = subscription_of(sheet.token).invoices
        assert (invoice.total_amount, invoice.tax_amount) == (1070, 70)

    (rate,) = stripe_client.v1.tax_rates.list().data
    assert (rate.percentage, rate.inclusive) == (7.0, True)


def test_where_there_is_no_tax_terms_and_charge_are_the_price(eve, plan, stripe_client, pump):
    with transaction() as session:
        session.add(TaxRate(country="DE", rate=0))

    (invoice,) = begin(eve, plan, stripe_client, pump).invoices

    assert (invoice.total_amount, invoice.tax_amount) == (2103, 0)
    assert stripe_client.v1.tax_rates.list().data == []

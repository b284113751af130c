"""Quotes: offers that become invoices, subscriptions and schedules."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

DAY = 24 * 3600


@pytest.fixture
def customer(api: Any) -> Any:
    """Somebody with a card."""
    made = api.customers.create({"name": "Ada", "email": "ada@example.com"})
    card = api.payment_methods.attach("pm_card_visa", {"customer": made.id})
    return api.customers.update(made.id, {"invoice_settings": {"default_payment_method": card.id}})


@pytest.fixture
def price(api: Any) -> Callable[..., Any]:
    """`price(4000)` is bought once, `price(1000, "month")` every month."""

    def made(amount: int, interval: str | None = None) -> str:
        recurring = {"recurring": {"interval": interval}} if interval else {}
        given = {"currency": "eur", "unit_amount": amount, "product_data": {"name": "Tea"}}
        return str(api.prices.create(given | recurring).id)

    return made


@pytest.fixture
def quote(api: Any, customer: Any) -> Callable[..., Any]:
    """`quote(price, …)`, a draft."""

    def made(*prices: str, **more: Any) -> Any:
        lines = [{"price": name} for name in prices]
        return api.quotes.create({"customer": customer.id, "line_items": lines, **more})

    return made


@pytest.fixture
def accepted(api: Any) -> Callable[[Any], Any]:
    """What becomes of a draft that everybody agrees to."""
    return lambda draft: api.quotes.accept(api.quotes.finalize_quote(draft.id).id)


def test_a_draft_adds_up_what_is_paid_now_and_later(
    quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    made = quote(price(4000), price(1000, "month"))

    assert (made.status, made.amount_subtotal, made.amount_total) == ("draft", 5000, 5000)
    assert made.computed.upfront.amount_total == 5000
    monthly = made.computed.recurring
    assert (monthly.amount_total, monthly.interval, monthly.interval_count) == (1000, "month", 1)


def test_discounts_and_taxes_are_in_the_sums(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    once = api.coupons.create({"percent_off": 50, "duration": "once"})
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})

    made = quote(price(1000, "month"), discounts=[{"coupon": once.id}], default_tax_rates=[rate.id])

    assert made.total_details.amount_discount == 500
    assert (made.total_details.amount_tax, made.amount_total) == (100, 600)
    assert made.computed.recurring.amount_total == 1200
    whole = api.quotes.retrieve(made.id, {"expand": ["total_details.breakdown"]})
    assert whole.total_details.breakdown.taxes[0].amount == 100


def test_a_discount_may_be_on_one_line(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    coupon = api.coupons.create({"percent_off": 50, "duration": "forever"})
    lines = [
        {"price": price(1000, "month"), "discounts": [{"coupon": coupon.id}]},
        {"price": price(1000, "month")},
    ]

    made = quote(line_items=lines)

    assert made.computed.recurring.amount_total == 1500
    assert [row.amount_discount for row in api.quotes.line_items.list(made.id).data] == [500, 0]


def test_with_a_trial_only_what_is_bought_once_is_due(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    made = quote(price(4000), price(1000, "month"), subscription_data={"trial_period_days": 14})

    assert made.computed.upfront.amount_total == 4000
    upfront = api.quotes.computed_upfront_line_items.list(made.id)
    assert [row.amount_total for row in upfront.data] == [4000]
    assert len(api.quotes.line_items.list(made.id).data) == 2


def test_a_finalized_quote_is_open_and_numbered(
    api: Any,
    customer: Any,
    quote: Callable[..., Any],
    price: Callable[..., str],
    types: Callable[[], list[str]],
) -> None:
    first, second = quote(price(4000)), quote(price(2000))
    types()

    numbers = [api.quotes.finalize_quote(made.id).number for made in (first, second)]

    prefix = customer.invoice_prefix
    assert numbers == [f"QT-{prefix}-0001-1", f"QT-{prefix}-0002-1"]
    assert types() == ["quote.finalized", "quote.finalized"]


def test_an_accepted_quote_of_things_bought_once_becomes_a_draft_invoice(
    api: Any,
    quote: Callable[..., Any],
    price: Callable[..., str],
    accepted: Callable[[Any], Any],
) -> None:
    done = accepted(quote(price(4000)))

    invoice = api.invoices.retrieve(done.invoice)
    assert (done.status, invoice.status, invoice.total) == ("accepted", "draft", 4000)
    assert (invoice.auto_advance, invoice.parent.quote_details.quote) == (False, done.id)


def test_an_accepted_quote_of_something_recurring_becomes_a_subscription(
    api: Any,
    quote: Callable[..., Any],
    price: Callable[..., str],
    accepted: Callable[[Any], Any],
    types: Callable[[], list[str]],
) -> None:
    made = quote(price(4000), price(1000, "month"))
    types()

    done = accepted(made)

    subscription = api.subscriptions.retrieve(done.subscription)
    assert subscription.status == "active"
    assert api.invoices.retrieve(done.invoice).total == made.computed.upfront.amount_total
    told = types()
    assert told[-1] == "quote.accepted"
    assert "customer.subscription.created" in told


def test_what_was_quoted_is_what_is_billed(
    api: Any,
    quote: Callable[..., Any],
    price: Callable[..., str],
    accepted: Callable[[Any], Any],
) -> None:
    coupon = api.coupons.create({"percent_off": 33, "duration": "forever"})
    rate = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": True})
    made = quote(
        price(1099, "month"),
        price(777),
        discounts=[{"coupon": coupon.id}],
        default_tax_rates=[rate.id],
    )

    done = accepted(made)

    assert api.invoices.retrieve(done.invoice).total == made.computed.upfront.amount_total


def test_a_subscription_that_starts_later_waits_in_a_schedule(
    api: Any,
    sandbox: Any,
    quote: Callable[..., Any],
    price: Callable[..., str],
    accepted: Callable[[Any], Any],
) -> None:
    later = sandbox.account.now + 10 * DAY
    made = quote(price(1000, "month"), subscription_data={"effective_date": later})
    assert made.computed.upfront.amount_total == 0

    done = accepted(made)

    schedule = api.subscription_schedules.retrieve(done.subscription_schedule)
    assert (schedule.status, done.subscription) == ("not_started", None)
    sandbox.advance(10 * DAY)
    assert api.subscription_schedules.retrieve(schedule.id).status == "active"


def test_only_a_draft_can_be_changed(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    made = quote(price(4000))
    changed = api.quotes.update(made.id, {"line_items": [{"price": price(3000), "quantity": 2}]})
    assert changed.amount_total == 6000
    api.quotes.finalize_quote(made.id)

    with pytest.raises(stripe.InvalidRequestError, match="Only draft quotes"):
        api.quotes.update(made.id, {"description": "Too late"})

    noted = api.quotes.update(made.id, {"metadata": {"seen": "yes"}})
    assert noted.metadata.to_dict() == {"seen": "yes"}


def test_a_quote_needs_a_customer_and_something_to_offer(
    api: Any, customer: Any, price: Callable[..., str]
) -> None:
    made = api.quotes.create({})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.quotes.finalize_quote(made.id)
    assert refused.value.param == "customer"

    api.quotes.update(made.id, {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.quotes.finalize_quote(made.id)
    assert refused.value.param == "line_items"

    api.quotes.update(made.id, {"line_items": [{"price": price(4000)}]})
    assert api.quotes.finalize_quote(made.id).status == "open"


def test_only_an_open_quote_can_be_accepted(
    api: Any, quote: Callable[..., Any], price: Callable[..., str], accepted: Callable[[Any], Any]
) -> None:
    made = quote(price(4000))
    with pytest.raises(stripe.InvalidRequestError, match="Only open quotes"):
        api.quotes.accept(made.id)

    done = accepted(made)

    with pytest.raises(stripe.InvalidRequestError, match="Only open quotes"):
        api.quotes.accept(done.id)


def test_a_canceled_quote_stays_canceled(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    made = api.quotes.cancel(quote(price(4000)).id)

    assert made.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="can be canceled"):
        api.quotes.cancel(made.id)


def test_after_a_month_a_quote_is_no_longer_open(
    api: Any, sandbox: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    made = api.quotes.finalize_quote(quote(price(4000)).id)
    assert made.expires_at == made.created + 30 * DAY

    sandbox.advance(30 * DAY)

    assert api.quotes.retrieve(made.id).status == "canceled"


def test_a_later_moment_of_expiry_counts(
    api: Any, sandbox: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    later = sandbox.account.now + 60 * DAY
    made = api.quotes.finalize_quote(quote(price(4000)).id, {"expires_at": later})

    sandbox.advance(59 * DAY)

    assert api.quotes.retrieve(made.id).status == "open"


def test_a_revision_takes_the_place_of_the_open_quote(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    first = api.quotes.finalize_quote(quote(price(4000)).id)

    revised = api.quotes.create({"from_quote": {"quote": first.id, "is_revision": True}})
    revised = api.quotes.finalize_quote(revised.id)

    assert revised.number == first.number[:-1] + "2"
    assert revised.amount_total == 4000
    assert api.quotes.retrieve(first.id).status == "canceled"


def test_a_draft_cannot_be_revised_but_copied(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    draft = quote(price(4000))
    with pytest.raises(stripe.InvalidRequestError, match="can be revised"):
        api.quotes.create({"from_quote": {"quote": draft.id, "is_revision": True}})

    assert api.quotes.create({"from_quote": {"quote": draft.id}}).amount_total == 4000


def test_days_until_due_go_with_sending(
    api: Any, quote: Callable[..., Any], price: Callable[..., str], accepted: Callable[[Any], Any]
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="days_until_due"):
        quote(price(4000), invoice_settings={"days_until_due": 7})

    sent = quote(
        price(4000), collection_method="send_invoice", invoice_settings={"days_until_due": 7}
    )

    invoice = api.invoices.retrieve(accepted(sent).invoice)
    assert (invoice.collection_method, invoice.due_date) == (
        "send_invoice",
        invoice.created + 7 * DAY,
    )


def test_a_quote_can_be_printed(
    client: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    paper = client.v1.quotes.pdf(quote(price(4000), header="Dear Ada").id)

    assert paper.io.read().startswith(b"%PDF")


def test_quotes_are_listed_by_status(
    api: Any, quote: Callable[..., Any], price: Callable[..., str]
) -> None:
    quote(price(1000))
    opened = api.quotes.finalize_quote(quote(price(2000)).id)

    assert [row.id for row in api.quotes.list({"status": "open"}).data] == [opened.id]

"""Subscriptions begin: what is charged, what waits, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from sandbox import Sandbox
from tests.sandbox.subscribed import BROKEN, DAY, Subscribed

Types = Callable[[], list[str]]


@pytest.fixture
def made(api: Any) -> Subscribed:
    return Subscribed(api)


def test_a_subscription_is_charged_and_active_at_once(made: Subscribed) -> None:
    subscription = made.begun()

    assert subscription.status == "active"
    assert made.invoice(subscription).amount_paid == 2000
    assert made.invoice(subscription).billing_reason == "subscription_create"
    assert made.invoice(subscription).lines.data[0].description == "1 × Gold (at €20.00 / month)"


def test_its_events_come_in_a_believable_order(made: Subscribed, types: Types) -> None:
    customer = made.customer()
    made.price()
    types()

    made.begun(customer=customer.id)

    seen = types()
    assert seen[:3] == ["customer.subscription.created", "invoice.created", "invoice.finalized"]
    assert seen.index("charge.succeeded") < seen.index("invoice.paid")
    assert seen.index("invoice.paid") < seen.index("customer.subscription.updated")


def test_the_periods_are_those_of_the_items(made: Subscribed) -> None:
    item = made.item(made.begun())

    assert item.price.id == item.plan.id == made.price()
    assert 28 * DAY <= item.current_period_end - item.current_period_start <= 31 * DAY


def test_without_a_payment_method_it_is_refused(made: Subscribed, api: Any) -> None:
    customer = made.customer(None)

    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source") as refused:
        made.begun(customer=customer.id)

    assert refused.value.code == "resource_missing"
    assert api.subscriptions.list({"customer": customer.id}).data == []


def test_a_refused_card_leaves_it_incomplete_until_it_is_paid(made: Subscribed, api: Any) -> None:
    subscription = made.begun(BROKEN)
    assert subscription.status == "incomplete"

    good = made.use(subscription, "pm_card_visa")
    api.invoices.pay(subscription.latest_invoice, {"payment_method": good})

    assert made.now(subscription).status == "active"


def test_with_error_if_incomplete_a_refused_card_leaves_nothing(made: Subscribed, api: Any) -> None:
    customer = made.customer(BROKEN).id

    with pytest.raises(stripe.CardError):
        made.begun(customer=customer, payment_behavior="error_if_incomplete")

    assert api.subscriptions.list({"customer": customer, "status": "all"}).data == []
    assert made.begun(payment_behavior="error_if_incomplete").status == "active"


def test_default_incomplete_waits_for_the_browser(made: Subscribed, api: Any) -> None:
    subscription = made.begun(
        None, payment_behavior="default_incomplete", expand=["latest_invoice.confirmation_secret"]
    )
    secret = subscription.latest_invoice.confirmation_secret.client_secret
    assert subscription.status == "incomplete"

    intent = secret.partition("_secret_")[0]
    api.payment_intents.confirm(
        intent, {"payment_method": "pm_card_visa", "return_url": "https://made.example"}
    )

    assert made.now(subscription).status == "active"


def test_the_paying_card_is_kept_when_asked(made: Subscribed, api: Any) -> None:
    kept = made.begun(payment_settings={"save_default_payment_method": "on_subscription"})

    assert kept.default_payment_method.startswith("pm_")
    assert made.begun().default_payment_method is None


def test_an_incomplete_one_expires_after_23_hours(made: Subscribed, sandbox: Sandbox) -> None:
    subscription = made.begun(BROKEN)
    sandbox.advance(22 * 3600)
    assert made.now(subscription).status == "incomplete"

    sandbox.advance(3600)

    assert made.now(subscription).status == "incomplete_expired"
    assert made.invoice(subscription).status == "void"


def test_a_send_invoice_one_is_active_and_sent_after_an_hour(
    made: Subscribed, sandbox: Sandbox
) -> None:
    subscription = made.begun(None, collection_method="send_invoice", days_until_due=30)
    assert (subscription.status, made.invoice(subscription).status) == ("active", "draft")

    sandbox.advance(3700)
    assert made.invoice(subscription).status == "open"
    sandbox.advance(31 * DAY)

    assert made.now(subscription).status == "past_due"


def test_a_trial_asks_for_a_card_through_its_setup_intent(made: Subscribed, api: Any) -> None:
    subscription = made.begun(None, trial_period_days=30)
    assert (subscription.status, made.invoice(subscription).total) == ("trialing", 0)

    api.setup_intents.confirm(
        subscription.pending_setup_intent,
        {"payment_method": "pm_card_visa", "return_url": "https://made.example"},
    )

    after = made.now(subscription)
    assert after.pending_setup_intent is None
    assert after.default_payment_method.startswith("pm_")


def test_once_means_once(made: Subscribed, api: Any, sandbox: Sandbox) -> None:
    coupon = api.coupons.create({"percent_off": 50, "duration": "once"}).id

    subscription = made.begun(discounts=[{"coupon": coupon}])
    sandbox.advance(32 * DAY)

    assert [one.total for one in made.invoices(subscription)] == [1000, 2000]


def test_what_is_billed_once_comes_with_the_first_invoice(made: Subscribed, api: Any) -> None:
    fee = api.prices.create({"product": made.product, "unit_amount": 500, "currency": "eur"}).id

    subscription = made.begun(add_invoice_items=[{"price": fee}])

    assert made.invoice(subscription).total == 2500


def test_older_versions_name_a_plan_and_a_source(made: Subscribed, raw: Any) -> None:
    customer = made.customer(None).id

    status, answer, _ = raw(
        "POST", "/v1/subscriptions",
        f"customer={customer}&plan={made.price()}&quantity=2&source=tok_visa",
    )  # fmt: skip

    assert (status, answer["status"]) == (200, "active")
    assert answer["items"]["data"][0]["quantity"] == 2


REFUSED = [
    ({"items": []}, "items"),
    ({"trial_end": 1}, "future"),
    ({"trial_period_days": 731}, "730"),
    ({"trial_end": 1, "trial_period_days": 3}, "only specify one"),
    ({"billing_cycle_anchor": 1}, "future"),
    ({"billing_cycle_anchor": 4_000_000_000}, "next natural billing date"),
    ({"collection_method": "send_invoice"}, "days_until_due"),
    ({"days_until_due": 3}, "days_until_due"),
    ({"cancel_at": 1}, "future"),
    ({"cancel_at": 4_000_000_000, "cancel_at_period_end": True}, "cancel_at"),
    ({"default_payment_method": "pm_none"}, "must be attached to the customer"),
    ({"payment_behavior": "pending_if_incomplete"}, "pending_if_incomplete"),
    ({"currency": "usd"}, "only supports `eur`"),
]


@pytest.mark.parametrize(("params", "words"), REFUSED)
def test_what_makes_no_sense_is_refused(
    made: Subscribed, params: dict[str, Any], words: str
) -> None:
    customer = made.customer().id
    items = [{"price": made.price()}]

    with pytest.raises(stripe.InvalidRequestError, match=words):
        made.api.subscriptions.create({"customer": customer, "items": items, **params})

    assert made.begun(customer=customer).status == "active"


def test_only_what_recurs_and_is_active_can_be_subscribed_to(made: Subscribed, api: Any) -> None:
    once = api.prices.create({"product": made.product, "unit_amount": 500, "currency": "eur"}).id
    gone = made.price(3000)
    api.prices.update(gone, {"active": False})

    for price, words in ((once, "type=one_time"), (gone, "inactive")):
        with pytest.raises(stripe.InvalidRequestError, match=words):
            made.begun(items=[{"price": price}])


def test_one_customer_has_one_currency_at_a_time(made: Subscribed, api: Any) -> None:
    subscription = made.begun()
    dollars = [{"price": made.price(currency="usd")}]
    with pytest.raises(stripe.InvalidRequestError, match="cannot combine currencies"):
        made.begun(customer=subscription.customer, items=dollars)

    api.subscriptions.cancel(subscription.id)

    assert made.begun(customer=subscription.customer, items=dollars).currency == "usd"


def test_no_price_is_subscribed_to_twice(made: Subscribed) -> None:
    twice = [{"price": made.price()}, {"price": made.price()}]

    with pytest.raises(stripe.InvalidRequestError, match="same plan"):
        made.begun(items=twice)

    assert len(made.begun(items=[twice[0], {"price": made.price(900)}])["items"].data) == 2


def test_classic_billing_has_one_interval_flexible_billing_may_mix(made: Subscribed) -> None:
    mixed = [{"price": made.price()}, {"price": made.price(9000, "year")}]

    with pytest.raises(stripe.InvalidRequestError, match="mismatch in interval"):
        made.begun(items=mixed, billing_mode={"type": "classic"})

    assert made.invoice(made.begun(items=mixed)).total == 11000


def test_subscriptions_are_found_by_customer_price_and_status(made: Subscribed, api: Any) -> None:
    first, second = made.begun(), made.begun(amount=900)
    api.subscriptions.cancel(second.id)

    found = api.subscriptions.list
    assert [row.id for row in found().data] == [first.id]
    assert [row.id for row in found({"status": "canceled"}).data] == [second.id]
    assert [row.id for row in found({"status": "all", "price": made.price(900)}).data] == [
        second.id
    ]
    query = {"query": "status:'canceled'"}
    assert [row.id for row in api.subscriptions.search(query).data] == [second.id]


@pytest.mark.parametrize(("iban", "ends"), [("DE89370400440532013000", "active"),
                                            ("DE62370400440532013001", "past_due")])  # fmt: skip
def test_a_first_payment_by_debit_begins_it_at_once(
    api: Any, made: Subscribed, sandbox: Sandbox, iban: str, ends: str
) -> None:
    """Stripe's API reference on `payment_behavior=default_incomplete`: "Subscriptions transition to
    status=active when successfully confirming the payment intent on the first invoice", such as
    when "collecting a mandate for a bank debit payment method"; only one that is not confirmed
    within 23 hours expires. As in Checkout, a debit that fails then leaves it past due."""
    begun = made.begun(
        None,
        payment_behavior="default_incomplete",
        expand=["latest_invoice.confirmation_secret"],
    )
    intent = begun.latest_invoice.confirmation_secret.client_secret.split("_secret_")[0]
    account = {"type": "sepa_debit", "sepa_debit": {"iban": iban},
               "billing_details": {"name": "Eve", "email": "eve@example.com"}}  # fmt: skip
    mandate = {"customer_acceptance": {"type": "offline"}}

    api.payment_intents.confirm(intent, {"payment_method_data": account, "mandate_data": mandate})
    assert (made.now(begun).status, made.invoice(begun).status) == ("active", "open")

    sandbox.advance(10 * DAY)
    assert made.now(begun).status == ends
    assert made.invoice(begun).status == ("paid" if ends == "active" else "open")

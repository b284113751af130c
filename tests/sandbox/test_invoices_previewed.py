"""Previews: what an invoice would be, without making it."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.sandbox.billed import DAY, Billed
from tests.sandbox.conftest import Raw


@pytest.fixture
def monthly(api: Any) -> Callable[[int], Any]:
    """`monthly(1000)` is a price of 10.00 EUR a month."""
    product = api.products.create({"name": "Plan"})

    def made(amount: int) -> Any:
        recurring = {"interval": "month"}
        return api.prices.create(
            {
                "product": product.id,
                "currency": "eur",
                "unit_amount": amount,
                "recurring": recurring,
            }
        )

    return made


def test_pending_items_are_previewed_and_stay_pending(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    customer = billed.customer()
    item = api.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "eur"})
    types()

    preview = api.invoices.create_preview({"customer": customer.id})

    assert (preview.total, preview.status, preview.billing_reason) == (700, "draft", "upcoming")
    assert preview.id.startswith("upcoming_in_")
    assert api.invoice_items.retrieve(item.id).invoice is None
    assert (api.invoices.list().data, types()) == ([], [])


def test_items_can_be_added_to_a_preview(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    half = api.coupons.create({"percent_off": 50, "duration": "once"})
    added = {"amount": 900, "currency": "eur", "description": "Maybe"}

    preview = api.invoices.create_preview(
        {
            "customer": customer.id,
            "invoice_items": [added],
            "discounts": [{"coupon": half.id}],
            "expand": ["discounts"],
        }
    )

    assert (preview.subtotal, preview.total) == (900, 450)
    assert preview.discounts[0].source.coupon == half.id
    assert api.coupons.retrieve(half.id).times_redeemed == 0


def test_with_nothing_pending_there_is_no_upcoming_invoice(api: Any, billed: Billed) -> None:
    customer = billed.customer()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.invoices.create_preview({"customer": customer.id})

    assert (refused.value.code, refused.value.http_status) == ("invoice_upcoming_none", 404)


def test_the_next_renewal_is_previewed(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    period_end = subscription["items"].data[0].current_period_end

    preview = api.invoices.create_preview({"subscription": subscription.id})

    assert (preview.total, preview.lines.data[0].period.start) == (1000, period_end)
    assert preview.parent.subscription_details.subscription == subscription.id
    assert len(api.invoices.list().data) == 1


def test_a_preview_is_what_will_be_charged(
    api: Any, billed: Billed, monthly: Callable[[int], Any], sandbox: Any
) -> None:
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    sandbox.advance(10 * DAY)
    change = {
        "items": [{"id": subscription["items"].data[0].id, "price": monthly(3000).id}],
        "proration_behavior": "always_invoice",
        "proration_date": sandbox.account.now,
    }

    preview = api.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": change}
    )
    changed = api.subscriptions.update(subscription.id, {**change, "expand": ["latest_invoice"]})

    assert preview.status == "draft"
    assert preview.total == changed.latest_invoice.total > 0
    assert [line.amount for line in preview.lines.data] == [
        line.amount for line in changed.latest_invoice.lines.data
    ]


def test_a_preview_says_as_of_when_it_is_prorated(
    api: Any, billed: Billed, monthly: Callable[[int], Any], sandbox: Any
) -> None:
    """`Invoice.Parent.SubscriptionDetails.subscription_proration_date` in Stripe's library: "only
    set for upcoming invoices that preview prorations"."""
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    sandbox.advance(10 * DAY)
    item = {"id": subscription["items"].data[0].id, "price": monthly(3000).id}
    change = {"items": [item], "proration_behavior": "always_invoice"}

    def told(**details: Any) -> Any:
        ask = {"subscription": subscription.id, "subscription_details": details}
        return api.invoices.create_preview(ask).parent.subscription_details

    asked_at = sandbox.account.now
    assert told(**change).subscription_proration_date in range(asked_at, asked_at + 60)
    assert (
        told(**change, proration_date=asked_at - DAY).subscription_proration_date == asked_at - DAY
    )
    assert told().subscription_proration_date is None


def test_prorations_come_with_the_next_invoice(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    item = {"id": subscription["items"].data[0].id, "price": monthly(3000).id}
    ask = {"subscription": subscription.id, "subscription_details": {"items": [item]}}

    whole = api.invoices.create_preview(ask)
    recurring = api.invoices.create_preview({**ask, "preview_mode": "recurring"})

    assert (len(whole.lines.data), len(recurring.lines.data)) == (3, 1)
    assert (whole.total, recurring.total) == (5000, 3000)


def test_a_subscription_that_is_not_there_yet_is_previewed(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    items = [{"price": monthly(1000).id, "quantity": 2}]

    preview = api.invoices.create_preview(
        {"customer": billed.customer().id, "subscription_details": {"items": items}}
    )

    assert (preview.total, preview.lines.data[0].quantity) == (2000, 2)
    assert api.subscriptions.list().data == []


def test_a_schedule_that_is_not_there_yet_is_previewed(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    phase = {"items": [{"price": monthly(1000).id}], "duration": {"interval": "month"}}

    preview = api.invoices.create_preview(
        {"customer": billed.customer().id, "schedule_details": {"phases": [phase]}}
    )

    assert preview.total == 1000
    assert api.subscription_schedules.list().data == []


def test_a_declined_card_is_no_matter_in_a_preview(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    customer = billed.customer()
    wish = {"customer": customer.id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    bad = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    settings = {"invoice_settings": {"default_payment_method": bad.id}}
    api.customers.update(customer.id, settings)
    item = {"id": subscription["items"].data[0].id, "price": monthly(3000).id}
    change = {"items": [item], "proration_behavior": "always_invoice"}

    preview = api.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": change}
    )

    assert preview.total == 2000
    assert api.subscriptions.retrieve(subscription.id)["items"].data[0].price.unit_amount == 1000


def test_an_immediate_end_is_previewed(
    api: Any, billed: Billed, monthly: Callable[[int], Any]
) -> None:
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)

    preview = api.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": {"cancel_now": True}}
    )

    assert preview.total == -1000
    assert api.subscriptions.retrieve(subscription.id).status == "active"


def test_somebody_unknown_can_be_asked_about(api: Any) -> None:
    vat = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    item = {"amount": 1000, "currency": "eur", "tax_rates": [vat.id]}

    taxed, exempt = (
        api.invoices.create_preview(
            {"customer_details": {"tax_exempt": status}, "invoice_items": [item]}
        )
        for status in ("none", "exempt")
    )

    assert (taxed.total, exempt.total) == (1190, 1000)
    assert api.customers.list().data == []


def test_older_versions_ask_for_the_upcoming_invoice(
    api: Any, billed: Billed, monthly: Callable[[int], Any], raw: Raw
) -> None:
    wish = {"customer": billed.customer().id, "items": [{"price": monthly(1000).id}]}
    subscription = api.subscriptions.create(wish)
    item, price = subscription["items"].data[0].id, monthly(3000).id
    query = (
        f"subscription={subscription.id}&subscription_items[0][id]={item}"
        f"&subscription_items[0][price]={price}&subscription_proration_behavior=none"
    )

    old, preview, _ = raw("GET", f"/v1/invoices/upcoming?{query}")
    new, refusal, _ = raw("GET", "/v1/invoices/upcoming", Stripe_Version="2026-10-28.endive")

    assert (old, preview["total"]) == (200, 3000)
    assert (new, refusal["error"]["code"]) == (404, "resource_missing")

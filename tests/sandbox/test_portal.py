"""The billing portal's configurations and sessions."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

CANCEL = {"enabled": True, "mode": "immediately", "proration_behavior": "always_invoice"}
HISTORY = {"invoice_history": {"enabled": True}}
RETURN_URL = "https://shop.example/account"


@pytest.fixture
def portal(api: Any) -> Any:
    return api.billing_portal


@pytest.fixture
def customer(api: Any) -> Any:
    """Somebody with a card."""
    made = api.customers.create({"name": "Ada", "email": "ada@example.com"})
    card = api.payment_methods.attach("pm_card_visa", {"customer": made.id})
    return api.customers.update(made.id, {"invoice_settings": {"default_payment_method": card.id}})


@pytest.fixture
def prices(api: Any) -> dict[str, Any]:
    """A small and a large plan of one product."""
    product = api.products.create({"name": "Tea"})
    usual = {"currency": "eur", "recurring": {"interval": "month"}, "product": product.id}
    return {
        "product": product.id,
        "small": api.prices.create({**usual, "unit_amount": 1000}).id,
        "large": api.prices.create({**usual, "unit_amount": 3000}).id,
        "once": api.prices.create(
            {"currency": "eur", "unit_amount": 500, "product": product.id}
        ).id,
    }


@pytest.fixture
def update(prices: dict[str, Any]) -> dict[str, Any]:
    """The feature of changing between the plans."""
    plans = [prices["small"], prices["large"]]
    return {
        "enabled": True,
        "default_allowed_updates": ["price"],
        "products": [{"product": prices["product"], "prices": plans}],
    }


@pytest.fixture
def subscription(api: Any, customer: Any, prices: dict[str, Any]) -> Any:
    items = [{"price": prices["small"]}]
    return api.subscriptions.create({"customer": customer.id, "items": items})


def test_a_configuration_allows_only_what_it_names(
    portal: Any, types: Callable[[], list[str]]
) -> None:
    made = portal.configurations.create({"features": HISTORY, "name": "Small"})

    features = made.features.to_dict()
    assert {name for name, one in features.items() if one["enabled"]} == {"invoice_history"}
    assert (made.active, made.is_default, made.name) == (True, False, "Small")
    assert types() == ["billing_portal.configuration.created"]


def test_a_change_leaves_the_other_features_alone(portal: Any) -> None:
    made = portal.configurations.create(
        {"features": HISTORY, "business_profile": {"headline": "Hello"}}
    )

    changed = portal.configurations.update(
        made.id, {"features": {"subscription_cancel": CANCEL}, "metadata": {"for": "them"}}
    )

    assert changed.features.invoice_history.enabled
    assert changed.features.subscription_cancel.proration_behavior == "always_invoice"
    assert changed.business_profile.headline == "Hello"


def test_there_is_always_a_default_configuration(portal: Any, customer: Any) -> None:
    (default,) = portal.configurations.list({"is_default": True}).data

    session = portal.sessions.create({"customer": customer.id})

    assert session.configuration == default.id
    with pytest.raises(stripe.InvalidRequestError, match="default configuration"):
        portal.configurations.update(default.id, {"active": False})


@pytest.mark.parametrize(
    ("features", "param"),
    [
        ({"customer_update": {"enabled": True}}, "[customer_update][allowed_updates]"),
        ({"subscription_update": {"enabled": True}}, "[subscription_update]"),
        (
            {"subscription_cancel": {**CANCEL, "mode": "at_period_end"}},
            "[subscription_cancel][proration_behavior]",
        ),
    ],
)
def test_an_enabled_feature_must_be_complete(
    portal: Any, features: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        portal.configurations.create({"features": features})

    assert str(refused.value.param).startswith(f"features{param}")


def test_only_recurring_prices_of_the_product_are_on_offer(
    portal: Any, prices: dict[str, Any], update: dict[str, Any]
) -> None:
    made = portal.configurations.create({"features": {"subscription_update": update}})
    assert made.features.subscription_update.products[0].adjustable_quantity.enabled is False

    update["products"][0]["prices"] = [prices["once"]]

    with pytest.raises(stripe.InvalidRequestError, match="not recurring"):
        portal.configurations.create({"features": {"subscription_update": update}})


def test_a_headline_is_short(portal: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        portal.configurations.create(
            {"features": HISTORY, "business_profile": {"headline": "H" * 61}}
        )

    assert refused.value.param == "business_profile[headline]"


def test_a_session_has_an_address_and_knows_the_way_back(
    portal: Any, customer: Any, types: Callable[[], list[str]]
) -> None:
    types()
    made = portal.configurations.create(
        {"features": HISTORY, "default_return_url": "https://shop.example/home"}
    )

    first = portal.sessions.create({"customer": customer.id, "return_url": RETURN_URL})
    second = portal.sessions.create({"customer": customer.id, "configuration": made.id})

    assert first.url != second.url
    assert "/p/session/test_" in first.url
    assert (first.return_url, second.return_url) == (RETURN_URL, "https://shop.example/home")
    assert types()[-1] == "billing_portal.session.created"


def test_the_way_back_must_be_an_address(portal: Any, customer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        portal.sessions.create({"customer": customer.id, "return_url": "javascript:alert(1)"})

    assert (refused.value.code, refused.value.param) == ("url_invalid", "return_url")


def test_a_session_needs_a_customer_and_an_active_configuration(portal: Any, customer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        portal.sessions.create({})
    assert refused.value.param == "customer"

    made = portal.configurations.create({"features": HISTORY})
    portal.configurations.update(made.id, {"active": False})
    with pytest.raises(stripe.InvalidRequestError, match="not active") as refused:
        portal.sessions.create({"customer": customer.id, "configuration": made.id})
    assert refused.value.param == "configuration"


def flow(portal: Any, features: dict[str, Any], **given: Any) -> Any:
    """A session that leads to one thing to do, under a configuration with these features."""
    customer = given.pop("customer")
    made = portal.configurations.create({"features": features})
    return portal.sessions.create(
        {"customer": customer.id, "configuration": made.id, "flow_data": given}
    ).flow


def test_a_flow_leads_to_canceling(portal: Any, customer: Any, subscription: Any) -> None:
    made = flow(
        portal,
        {"subscription_cancel": CANCEL},
        customer=customer,
        type="subscription_cancel",
        subscription_cancel={"subscription": subscription.id},
        after_completion={"type": "redirect", "redirect": {"return_url": RETURN_URL}},
    )

    assert made.subscription_cancel.subscription == subscription.id
    assert made.after_completion.redirect.return_url == RETURN_URL


def test_a_flow_leads_to_a_certain_plan(
    portal: Any,
    customer: Any,
    subscription: Any,
    prices: dict[str, Any],
    update: dict[str, Any],
) -> None:
    item = subscription["items"].data[0].id
    wanted = {"subscription": subscription.id, "items": [{"id": item, "price": prices["large"]}]}

    made = flow(
        portal,
        {"subscription_update": update},
        customer=customer,
        type="subscription_update_confirm",
        subscription_update_confirm=wanted,
    )

    assert made.subscription_update_confirm.items[0].price == prices["large"]
    wanted["items"][0]["price"] = prices["once"]
    with pytest.raises(stripe.InvalidRequestError, match="not among the products"):
        flow(
            portal,
            {"subscription_update": update},
            customer=customer,
            type="subscription_update_confirm",
            subscription_update_confirm=wanted,
        )


def test_a_flow_needs_its_feature(portal: Any, customer: Any, subscription: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        flow(
            portal,
            HISTORY,
            customer=customer,
            type="subscription_update",
            subscription_update={"subscription": subscription.id},
        )

    assert str(refused.value).endswith(
        "This subscription cannot be updated because the subscription update feature in the portal "
        "configuration is disabled."
    )


def test_a_flow_is_about_a_running_subscription_of_the_customer(
    api: Any, portal: Any, customer: Any, subscription: Any
) -> None:
    other = api.customers.create({"name": "Grace"})
    canceling = {"type": "subscription_cancel",
                 "subscription_cancel": {"subscription": subscription.id}}  # fmt: skip
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        flow(portal, {"subscription_cancel": CANCEL}, customer=other, **canceling)

    api.subscriptions.cancel(subscription.id)

    with pytest.raises(stripe.InvalidRequestError, match="because it is canceled"):
        flow(portal, {"subscription_cancel": CANCEL}, customer=customer, **canceling)


def path_of(url: str) -> str:
    """The part of an address that a test client wants."""
    return url[url.index("/p/") :]


def test_the_way_in_is_open_for_five_minutes(sandbox: Any, portal: Any, customer: Any) -> None:
    page = path_of(portal.sessions.create({"customer": customer.id}).url)
    late = path_of(portal.sessions.create({"customer": customer.id}).url)
    assert sandbox.test_client().get(page).status_code == 200

    sandbox.advance(200)

    assert sandbox.test_client().get(page).status_code == 200
    sandbox.advance(200)
    assert sandbox.test_client().get(late).status_code == 410


def test_it_stays_open_as_long_as_somebody_looks(sandbox: Any, portal: Any, customer: Any) -> None:
    page = path_of(portal.sessions.create({"customer": customer.id}).url)
    browser = sandbox.test_client()
    browser.get(page)
    for _ in range(3):
        sandbox.advance(3500)
        assert browser.get(page).status_code == 200

    sandbox.advance(3600)

    assert browser.get(page).status_code == 410


def test_nobody_guesses_an_address(sandbox: Any, portal: Any, customer: Any) -> None:
    page = path_of(portal.sessions.create({"customer": customer.id}).url)

    assert len(page.rpartition("_")[2]) >= 60
    assert sandbox.test_client().get(page[:-1]).status_code == 404


def test_what_is_over_is_a_page_and_pressing_twice_does_no_harm(
    api: Any, sandbox: Any, portal: Any, customer: Any, subscription: Any
) -> None:
    cancels = {"subscription_cancel": {"enabled": True, "mode": "at_period_end"}}
    only = portal.configurations.create({"features": cancels}).id
    made = portal.sessions.create({"customer": customer.id, "configuration": only})
    page = f"{path_of(made.url)}/subscriptions/{subscription.id}/cancel"
    browser = sandbox.test_client()

    pressed = [browser.post(page).status_code for _ in range(2)]

    assert (pressed, browser.get(page).status_code) == ([303, 303], 404)
    assert "This page does not exist" in browser.get(page).text
    assert api.subscriptions.retrieve(subscription.id).cancel_at_period_end


def test_customers_of_a_deleted_account_are_not_let_in(
    api: Any, sandbox: Any, portal: Any, customer: Any
) -> None:
    page = path_of(portal.sessions.create({"customer": customer.id}).url)

    api.customers.delete(customer.id)

    assert sandbox.test_client().get(page).status_code == 410


def test_the_portal_shows_the_time_of_the_customers_clock(
    api: Any, sandbox: Any, portal: Any, prices: dict[str, Any]
) -> None:
    clock = api.test_helpers.test_clocks.create({"frozen_time": 1_700_000_000})
    made = api.customers.create({"test_clock": clock.id, "payment_method": "pm_card_visa"})
    card = api.payment_methods.list({"customer": made.id}).data[0].id
    api.subscriptions.create(
        {
            "customer": made.id,
            "items": [{"price": prices["small"]}],
            "default_payment_method": card,
        }
    )
    page = path_of(portal.sessions.create({"customer": made.id}).url)

    assert b"Renews on 14 December 2023" in sandbox.test_client().get(page).data


def test_a_login_page_lets_in_by_e_mail(sandbox: Any, portal: Any, customer: Any) -> None:
    made = portal.configurations.create({"features": HISTORY, "login_page": {"enabled": True}})
    page, browser = path_of(made.login_page.url), sandbox.test_client()
    assert browser.get(page).status_code == 200

    found = browser.post(page, data={"email": customer.email})

    assert "/p/session/test_" in found.location
    assert browser.post(page, data={"email": "nobody@example.com"}).status_code == 404
    portal.configurations.update(made.id, {"login_page": {"enabled": False}})
    assert browser.get(page).status_code == 404

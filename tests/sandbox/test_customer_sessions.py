"""Customer sessions: what a page may see and do of one customer."""

from typing import Any

import pytest
import stripe


@pytest.fixture
def customer(api: Any) -> Any:
    return api.customers.create({"name": "Ada"})


def test_a_session_lasts_half_an_hour_and_has_a_secret(api: Any, customer: Any) -> None:
    made = api.customer_sessions.create(
        {"customer": customer.id, "components": {"pricing_table": {"enabled": True}}}
    )

    assert made.expires_at == made.created + 1800
    assert made.client_secret
    assert made.customer == customer.id


def test_only_the_named_components_are_enabled(api: Any, customer: Any) -> None:
    made = api.customer_sessions.create(
        {"customer": customer.id, "components": {"buy_button": {"enabled": True}}}
    )

    enabled = {name for name, part in made.components.to_dict().items() if part["enabled"]}
    assert enabled == {"buy_button"}
    assert made.components.payment_element.features is None


def test_features_that_are_not_named_are_as_careful_as_stripes(api: Any, customer: Any) -> None:
    form = {"enabled": True, "features": {"payment_method_redisplay": "enabled"}}

    made = api.customer_sessions.create(
        {"customer": customer.id, "components": {"payment_element": form}}
    )

    features = made.components.payment_element.features
    assert features.payment_method_allow_redisplay_filters == ["always"]
    assert (features.payment_method_redisplay, features.payment_method_redisplay_limit) == (
        "enabled",
        3,
    )
    assert (features.payment_method_remove, features.payment_method_save) == (
        "disabled",
        "disabled",
    )


@pytest.mark.parametrize(
    ("component", "told"),
    [
        ("customer_sheet", "payment_method_remove"),
        ("mobile_payment_element", "payment_method_save"),
    ],
)
def test_apps_have_components_of_their_own(
    api: Any, customer: Any, component: str, told: str
) -> None:
    given = {component: {"enabled": True, "features": {told: "disabled"}}}

    made = api.customer_sessions.create({"customer": customer.id, "components": given})

    assert getattr(getattr(made.components, component).features, told) == "disabled"


def test_at_least_one_component_is_enabled(api: Any, customer: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customer_sessions.create(
            {"customer": customer.id, "components": {"buy_button": {"enabled": False}}}
        )

    assert refused.value.param == "components"


def test_a_session_is_somebodys(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customer_sessions.create({"components": {"buy_button": {"enabled": True}}})

    assert refused.value.param == "customer"


def test_no_more_than_ten_methods_are_shown(api: Any, customer: Any) -> None:
    features = {"payment_method_redisplay": "enabled", "payment_method_redisplay_limit": 11}
    wanted = {"payment_element": {"enabled": True, "features": features}}
    with pytest.raises(stripe.InvalidRequestError, match="between 1 and 10"):
        api.customer_sessions.create({"customer": customer.id, "components": wanted})

    features["payment_method_redisplay_limit"] = 10
    made = api.customer_sessions.create({"customer": customer.id, "components": wanted})
    assert made.components.payment_element.features.payment_method_redisplay_limit == 10

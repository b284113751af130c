"""Checkout Sessions of the API: what they say, what they refuse, how they are changed and listed."""

import time

import pytest
import stripe

from tests.sandbox.checkout import BOOK, SUCCESS, club

HOUR = 3600


def refusal(call, *given):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        call(*given)
    return refused.value


def test_a_session_is_open_for_a_day_at_an_address(opens):
    session = opens(client_reference_id="cart-7", metadata={"order": "7"})

    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.expires_at - session.created == 24 * HOUR
    assert session.url.endswith(f"/c/pay/{session.id}")
    assert (session.amount_subtotal, session.amount_total) == (4000, 4000)
    assert (session.client_reference_id, session.metadata["order"]) == ("cart-7", "7")
    assert (session.payment_intent, session.client_secret) == (None, None)


def test_the_items_are_in_the_answer_only_when_asked_for(api, opens):
    session = opens()

    assert session.line_items is None
    (item,) = api.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]}).line_items.data
    assert (item.description, item.quantity, item.amount_total) == ("Book", 2, 4000)
    assert item.price.unit_amount == 2000


def test_items_are_listed_in_their_order_and_by_pages(api, opens):
    names = ["Atlas", "Bible", "Comic"]
    items = [
        {"price_data": {**BOOK, "product_data": {"name": name}}, "quantity": 1} for name in names
    ]
    session = opens(line_items=items)

    first = api.checkout.sessions.line_items.list(session.id, {"limit": 2})
    rest = api.checkout.sessions.line_items.list(session.id, {"starting_after": first.data[1].id})

    assert [item.description for item in first.data] == names[:2]
    assert (first.has_more, rest.has_more) == (True, False)
    assert [item.description for item in rest.data] == names[2:]


def test_discounts_taxes_and_shipping_make_the_total(api, opens):
    vat = api.tax_rates.create({"display_name": "VAT", "percentage": 10, "inclusive": False})
    coupon = api.coupons.create({"percent_off": 25, "duration": "once"})
    post = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}}

    session = opens(
        line_items=[{"price_data": BOOK, "quantity": 2, "tax_rates": [vat.id]}],
        discounts=[{"coupon": coupon.id}],
        shipping_options=[{"shipping_rate_data": post}],
        expand=["total_details.breakdown", "line_items.data.taxes", "line_items.data.discounts"],
    )

    details = session.total_details
    assert (details.amount_discount, details.amount_tax, details.amount_shipping) == (
        1000,
        300,
        500,
    )
    assert session.amount_total == 4000 - 1000 + 300 + 500
    assert details.breakdown.taxes[0].rate.id == vat.id
    assert details.breakdown.discounts[0].discount.source.coupon == coupon.id
    (item,) = session.line_items.data
    assert (item.taxes[0].amount, item.discounts[0].amount) == (300, 1000)


def test_a_session_lives_half_an_hour_at_least_and_a_day_at_most(opens):
    now = int(time.time())

    short = refusal(lambda: opens(expires_at=now + 29 * 60))
    long = refusal(lambda: opens(expires_at=now + 25 * HOUR))

    assert "at least 30 minutes from Checkout Session creation" in short.user_message
    assert "less than 24 hours from Checkout Session creation" in long.user_message
    assert opens(expires_at=now + 31 * 60).status == "open"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"customer_email": "a@example.com", "customer": "CUSTOMER"}, "customer"),
        ({"allow_promotion_codes": True, "discounts": [{"coupon": "x"}]}, "allow_promotion_codes"),
        ({"subscription_data": {"trial_period_days": 3}}, "subscription_data"),
        ({"ui_mode": "elements", "return_url": "https://x.example"}, "success_url"),
        ({"customer_update": {"name": "auto"}}, "customer_update"),
        ({"custom_fields": [{"key": "a", "type": "dropdown", "label": {"type": "custom",
          "custom": "A"}}]}, "custom_fields[0][dropdown]"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(api, opens, wrong, param):
    if wrong.get("customer"):
        wrong = wrong | {"customer": api.customers.create({}).id}

    assert refusal(lambda: opens(**wrong)).param == param


def test_a_payment_takes_no_recurring_price_and_a_subscription_needs_one(api, opens):
    monthly = [{"price": club(api).id, "quantity": 1}]

    once = refusal(lambda: opens(line_items=monthly))
    never = refusal(lambda: opens(mode="subscription"))

    assert once.user_message.startswith("You specified `payment` mode but passed a recurring price")
    assert never.user_message.startswith("You must provide at least one recurring price")
    assert opens(mode="subscription", line_items=monthly).amount_total == 900


def test_what_is_too_little_to_be_charged_is_refused_and_nothing_is_not(opens):
    def costs(amount):
        return opens(line_items=[{"price_data": {**BOOK, "unit_amount": amount}, "quantity": 1}])

    assert refusal(lambda: costs(49)).code == "amount_too_small"
    assert (costs(50).amount_total, costs(0).amount_total) == (50, 0)


def test_payment_method_types_are_refused_by_the_pinned_version_and_taken_without_one(opens, raw):
    body = "mode=setup&success_url=https://x.example&payment_method_types[]=card&customer_creation=always"

    refused = refusal(lambda: opens(payment_method_types=["card"]))
    status, session, _ = raw("POST", "/v1/checkout/sessions", body)

    assert refused.code == "payment_method_types_no_longer_supported"
    assert (status, session["payment_method_types"]) == (200, ["card"])


def test_methods_can_be_allowed_or_excluded(opens):
    assert opens().payment_method_types == ["card", "sepa_debit"]
    assert opens(excluded_payment_method_types=["sepa_debit"]).payment_method_types == ["card"]
    assert opens(allowed_payment_method_types=["sepa_debit"]).payment_method_types == ["sepa_debit"]


def test_older_versions_know_the_modes_of_the_page_by_other_names(raw):
    items = "line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=900"
    items += "&line_items[0][price_data][product_data][name]=Book&line_items[0][quantity]=1"
    body = f"mode=payment&{items}&ui_mode=custom&return_url=https://x.example"

    status, session, _ = raw("POST", "/v1/checkout/sessions", body)

    assert (status, session["ui_mode"], session["url"]) == (200, "elements", None)
    assert session["client_secret"].startswith(f"{session['id']}_secret_")


def test_an_expired_session_cannot_be_paid_or_expired_again(api, opens, shopper, types):
    session = opens()
    types()

    expired = api.checkout.sessions.expire(session.id)

    assert (expired.status, expired.url) == ("expired", None)
    assert types() == ["checkout.session.expired"]
    assert shopper.pays(session)["code"] == "checkout_session_expired"
    again = refusal(lambda: api.checkout.sessions.expire(session.id))
    assert 'with a status in ["open"] can be expired' in again.user_message


def test_the_clock_expires_a_session(api, sandbox, opens, types):
    session = opens()
    sandbox.advance(24 * HOUR)

    assert api.checkout.sessions.retrieve(session.id).status == "expired"
    assert types()[-1] == "checkout.session.expired"


def test_expiring_a_session_cancels_its_intent(api, opens, shopper):
    session = opens()
    shopper.pays(session, "pm_card_chargeDeclined")
    intent = api.checkout.sessions.retrieve(session.id).payment_intent

    api.checkout.sessions.expire(session.id)

    canceled = api.payment_intents.retrieve(intent)
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "expired")


def test_an_expired_session_can_be_taken_up_again(api, sandbox, opens):
    coupon = api.coupons.create({"percent_off": 10, "duration": "once"})
    code = {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "COMEBACK"}
    api.promotion_codes.create(code)
    recovery = {"enabled": True, "allow_promotion_codes": True}
    session = opens(after_expiration={"recovery": recovery})
    sandbox.advance(25 * HOUR)

    offered = api.checkout.sessions.retrieve(session.id).after_expiration.recovery
    answer = sandbox.test_client().get(offered.url)
    fresh = api.checkout.sessions.retrieve(answer.location.rpartition("/")[2])

    assert (fresh.status, fresh.recovered_from, fresh.amount_total) == ("open", session.id, 4000)
    assert fresh.allow_promotion_codes


def test_a_session_is_changed_only_while_it_is_open(api, opens):
    session = opens()
    post = {"display_name": "Post", "fixed_amount": {"amount": 300, "currency": "eur"}}

    changed = api.checkout.sessions.update(
        session.id, {"metadata": {"a": "1"}, "shipping_options": [{"shipping_rate_data": post}]}
    )
    api.checkout.sessions.expire(session.id)

    assert (changed.metadata["a"], changed.amount_total) == ("1", 4300)
    late = refusal(lambda: api.checkout.sessions.update(session.id, {"shipping_options": ""}))
    assert late.code == "checkout_session_expired"
    assert api.checkout.sessions.update(session.id, {"metadata": {"a": "2"}}).metadata["a"] == "2"


def test_the_items_of_a_session_in_a_page_of_ones_own_can_be_rearranged(api):
    session = api.checkout.sessions.create(
        {"mode": "payment", "ui_mode": "elements", "return_url": "https://x.example",
         "line_items": [{"price_data": BOOK, "quantity": 2}, {"price_data": BOOK, "quantity": 1}],
         "expand": ["line_items"]}
    )  # fmt: skip
    kept = session.line_items.data[1].id
    wanted = [
        {"price_data": {**BOOK, "unit_amount": 500}, "quantity": 1},
        {"id": kept, "quantity": 3},
    ]

    changed = api.checkout.sessions.update(
        session.id, {"line_items": wanted, "expand": ["line_items"]}
    )

    assert [item.amount_total for item in changed.line_items.data] == [500, 6000]
    assert changed.amount_total == 6500


def test_a_hosted_sessions_items_stay_as_they_are(api, opens):
    session = opens()

    wanted = {"line_items": [{"price_data": BOOK, "quantity": 1}]}
    assert refusal(lambda: api.checkout.sessions.update(session.id, wanted)).param == "line_items"


def test_sessions_are_found_by_what_they_belong_to(api, opens, shopper):
    customer = api.customers.create({"email": "ada@example.com"}).id
    theirs, paid = opens(customer=customer), opens()
    shopper.pays(paid, email="bob@example.com")
    intent = api.checkout.sessions.retrieve(paid.id).payment_intent

    def found(**filters):
        return [row.id for row in api.checkout.sessions.list(filters).data]

    assert found(customer=customer) == [theirs.id]
    assert found(payment_intent=intent) == found(status="complete") == [paid.id]
    assert found(customer_details={"email": "bob@example.com"}) == [paid.id]
    assert found(status="open") == [theirs.id]


def test_the_intent_of_a_session_is_ended_through_the_session(api, opens, shopper):
    session = opens()
    shopper.pays(session, "pm_card_chargeDeclined")
    intent = api.checkout.sessions.retrieve(session.id).payment_intent

    refused = refusal(lambda: api.payment_intents.cancel(intent))
    confirmed = refusal(
        lambda: api.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    )

    words = "You cannot perform this action on PaymentIntents created by Checkout."
    assert refused.user_message == confirmed.user_message == words


def test_what_a_session_only_holds_can_be_canceled(api, opens, shopper):
    session = opens(payment_intent_data={"capture_method": "manual"})
    shopper.pays(session)
    done = api.checkout.sessions.retrieve(session.id)

    assert (done.status, done.payment_status) == ("complete", "unpaid")
    assert api.payment_intents.cancel(done.payment_intent).status == "canceled"


def test_success_is_told_with_the_sessions_id_in_the_address(opens):
    assert opens().success_url == SUCCESS

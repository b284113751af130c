"""What a customer does at the page of a session, and what follows from it."""

import pytest

from tests.sandbox.checkout import BOOK, club

DAY = 24 * 3600
HOME = {
    "shipping_address__name": "Ada Lovelace",
    "shipping_address__address__line1": "Ring 1",
    "shipping_address__address__city": "Berlin",
    "shipping_address__address__postal_code": "10115",
    "shipping_address__address__country": "DE",
}
IBANS = {"pays": "DE89370400440532013000", "fails": "DE62370400440532013001"}


def debit(api, ending="pays"):
    """A bank account that will pay, or not."""
    who = {"name": "Ada", "email": "ada@example.com"}
    account = {"type": "sepa_debit", "sepa_debit": {"iban": IBANS[ending]}, "billing_details": who}
    return api.payment_methods.create(account).id


def now(api, session, *expand):
    """The session as it is at this moment."""
    return api.checkout.sessions.retrieve(session.id, {"expand": list(expand)})


def test_a_card_completes_the_session(api, opens, shopper, types):
    session = opens(payment_intent_data={"metadata": {"order": "7"}, "description": "Books"})
    types()

    answer = shopper.pays(session, expected_amount=4000)

    assert (answer["status"], answer["payment_status"]) == ("complete", "paid")
    done = now(api, session, "payment_intent")
    assert (done.url, done.customer_details.email) == (None, "ada@example.com")
    intent = done.payment_intent
    assert (intent.status, intent.amount, intent.description) == ("succeeded", 4000, "Books")
    assert intent.metadata["order"] == "7"
    assert types() == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded",
        "checkout.session.completed", "charge.updated",
    ]  # fmt: skip


def test_a_declined_card_leaves_it_open_for_another(api, opens, shopper):
    session = opens()

    refused = shopper.pays(session, "pm_card_chargeDeclinedInsufficientFunds")
    after = now(api, session).status
    shopper.pays(session)

    assert (refused["decline_code"], after) == ("insufficient_funds", "open")
    assert now(api, session).payment_status == "paid"
    assert len(api.payment_intents.list().data) == 1


def test_what_a_browser_is_told_of_a_refusal_holds_nothing_of_the_seller(opens, shopper):
    session = opens(payment_intent_data={"metadata": {"secret": "margin 40 %"}})

    refused = shopper.pays(session, "pm_card_chargeDeclined")

    assert "metadata" not in refused["payment_intent"]
    assert refused["payment_intent"]["client_secret"]


def test_the_page_is_told_nothing_of_the_seller(opens, shopper):
    session = opens(metadata={"secret": "margin 40 %"})

    shown = shopper(session, "init")

    assert "margin" not in str(shown)
    assert {"metadata", "client_secret", "client_reference_id"} & shown.keys() == set()


def test_a_client_secret_that_comes_along_must_be_right(api, shopper):
    session = api.checkout.sessions.create(
        {"mode": "payment", "ui_mode": "elements", "return_url": "https://x.example",
         "line_items": [{"price_data": BOOK, "quantity": 1}]}
    )  # fmt: skip

    assert shopper(session, "init", client_secret="cs_test_other")["param"] == "client_secret"
    assert shopper(session, "init", client_secret=session.client_secret)["id"] == session.id


def test_the_bank_may_ask_first(api, sandbox, opens, shopper):
    session = opens()

    asked = shopper.pays(session, "pm_card_threeDSecure2Required")
    between = now(api, session).status
    sandbox.finish_authentication(asked["payment_intent"]["id"], "complete")

    assert asked["payment_intent"]["next_action"]["type"] == "use_stripe_sdk"
    assert (between, now(api, session).payment_status) == ("open", "paid")


def test_who_fails_the_banks_question_may_try_again(api, sandbox, opens, shopper):
    session = opens()
    asked = shopper.pays(session, "pm_card_threeDSecure2Required")

    sandbox.finish_authentication(asked["payment_intent"]["id"], "fail")
    failed = now(api, session).status
    shopper.pays(session)

    assert (failed, now(api, session).status) == ("open", "complete")


@pytest.mark.parametrize(("ending", "status"), [("pays", "paid"), ("fails", "unpaid")])
def test_a_bank_debit_completes_now_and_is_paid_later(api, sandbox, opens, shopper, types, ending,
                                                      status):  # fmt: skip
    session = opens()
    shopper(session, payment_method=debit(api, ending))
    completed = now(api, session)
    types()

    sandbox.advance(6 * DAY)

    assert (completed.status, completed.payment_status) == ("complete", "unpaid")
    assert now(api, session).payment_status == status
    outcome = "succeeded" if ending == "pays" else "failed"
    assert f"checkout.session.async_payment_{outcome}" in types()


def test_the_amount_the_customer_saw_must_still_be_true(opens, shopper):
    session = opens()

    assert shopper.pays(session, expected_amount=3999)["code"] == "checkout_amount_mismatch"
    assert shopper.pays(session, expected_amount=4000)["status"] == "complete"


def test_everything_the_seller_asks_for_must_be_answered(api, opens, shopper):
    size = {"key": "size", "type": "text", "label": {"type": "custom", "custom": "Size"},
            "text": {"maximum_length": 3}}  # fmt: skip
    session = opens(
        shipping_address_collection={"allowed_countries": ["DE"]},
        phone_number_collection={"enabled": True},
        custom_fields=[size],
        consent_collection={"terms_of_service": "required"},
    )
    told = {"email": "ada@example.com"}
    more = [HOME, {"phone": "+49 30 123456"}, {"custom_fields__size": "XXL"},
            {"consent__terms_of_service": "accepted"}]  # fmt: skip
    lacking = [shopper(session, payment_method="pm_card_visa")["param"]]

    for answers in more:
        lacking.append(shopper.pays(session, **told)["param"])
        told |= answers
    done = shopper.pays(session, **told)

    assert lacking == ["email", "shipping_address", "phone", "custom_fields[size]",
                       "consent[terms_of_service]"]  # fmt: skip
    assert done["status"] == "complete"
    sent = now(api, session, "payment_intent")
    assert sent.collected_information.shipping_details.address.city == "Berlin"
    assert sent.payment_intent.shipping.name == "Ada Lovelace"
    assert sent.custom_fields[0].text.value == "XXL"
    assert sent.consent.terms_of_service == "accepted"


@pytest.mark.parametrize(
    ("told", "param"),
    [
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"custom_fields__size": "XXXXL"}, "custom_fields[size]"),
        ({"custom_fields__colour": "red"}, "custom_fields"),
        (
            {**HOME, "shipping_address__address__country": "FR"},
            "shipping_address[address][country]",
        ),
        ({"shipping_rate": "shr_other"}, "shipping_rate"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(opens, shopper, told, param):
    size = {"key": "size", "type": "text", "label": {"type": "custom", "custom": "Size"},
            "text": {"maximum_length": 3}}  # fmt: skip
    session = opens(shipping_address_collection={"allowed_countries": ["DE"]}, custom_fields=[size])

    assert shopper(session, "", **told)["param"] == param
    assert (
        shopper(session, "", email="ada@example.com", custom_fields__size="XL")["status"] == "open"
    )


def test_shipping_is_chosen_and_paid(api, opens, shopper):
    rates = [{"shipping_rate_data": {"display_name": name,
              "fixed_amount": {"amount": amount, "currency": "eur"}}}
             for name, amount in (("Post", 490), ("Express", 1290))]  # fmt: skip
    session = opens(shipping_options=rates)
    express = session.shipping_options[1].shipping_rate

    shown = shopper(session, "", shipping_rate=express)
    shopper.pays(session)

    assert (session.amount_total, shown["amount_total"]) == (4490, 5290)
    done = now(api, session, "payment_intent")
    assert (done.shipping_cost.shipping_rate, done.payment_intent.amount) == (express, 5290)


def test_quantities_change_within_their_bounds(api, opens, shopper):
    bounds = {"enabled": True, "minimum": 1, "maximum": 5}
    item = {"price_data": BOOK, "quantity": 2, "adjustable_quantity": bounds}
    session = opens(line_items=[item])
    (row,) = shopper(session, "init")["line_items"]

    def wants(quantity):
        return shopper(session, "", line_items__0__id=row["id"], line_items__0__quantity=quantity)

    assert wants(6)["param"] == "line_items[0][quantity]"
    assert wants(5)["amount_total"] == 10000


def test_a_quantity_that_is_fixed_stays(opens, shopper):
    session = opens()
    (row,) = shopper(session, "init")["line_items"]

    refused = shopper(session, "", line_items__0__id=row["id"], line_items__0__quantity=1)

    assert refused["message"] == "The quantity of this line item cannot be changed."


def test_optional_items_are_taken_and_left_again(api, opens, shopper):
    product = {"name": "Wrapping"}
    extra = api.prices.create({"currency": "eur", "unit_amount": 300, "product_data": product}).id
    session = opens(optional_items=[{"price": extra, "quantity": 1}])

    taken = shopper(session, "", optional_items__0__price=extra)
    row = next(row for row in taken["line_items"] if row["optional"])
    left = shopper(session, "", line_items__0__id=row["id"], line_items__0__quantity=0)

    assert (taken["amount_total"], taken["optional_items"]) == (4300, [])
    assert (left["amount_total"], len(left["optional_items"])) == (4000, 1)


def test_a_promotion_code_is_typed_in_and_counts_when_the_session_completes(api, opens, shopper):
    coupon = api.coupons.create({"percent_off": 25, "duration": "once"})
    code = api.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"}
    )
    session = opens(allow_promotion_codes=True)

    wrong = shopper(session, "", promotion_code="WINTER")
    shown = shopper(session, "", promotion_code="spring")
    before = api.promotion_codes.retrieve(code.id).times_redeemed
    shopper.pays(session)

    assert (wrong["param"], shown["amount_total"]) == ("promotion_code", 3000)
    assert (before, api.promotion_codes.retrieve(code.id).times_redeemed) == (0, 1)
    assert now(api, session).discounts[0].promotion_code == code.id


def test_a_code_is_taken_off_again(api, opens, shopper):
    coupon = api.coupons.create({"percent_off": 25, "duration": "once"})
    api.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "SPRING"}
    )
    session = opens(allow_promotion_codes=True)
    shopper(session, "", promotion_code="SPRING")

    assert shopper(session, "", promotion_code="")["amount_total"] == 4000
    assert shopper(opens(), "", promotion_code="SPRING")["param"] == "promotion_code"


def test_nothing_to_pay_needs_no_card(api, opens, shopper, types):
    session = opens(line_items=[{"price_data": {**BOOK, "unit_amount": 0}, "quantity": 1}])
    types()

    shopper(session, email="ada@example.com")

    done = now(api, session)
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert (done.payment_intent, types()) == (None, ["checkout.session.completed"])


@pytest.mark.parametrize(
    ("wishes", "made"),
    [({}, False), ({"customer_creation": "always"}, True),
     ({"payment_intent_data": {"setup_future_usage": "off_session"}}, True)],
)  # fmt: skip
def test_a_customer_is_made_where_one_is_wanted(api, opens, shopper, types, wishes, made):
    session = opens(**wishes)
    types()
    shopper.pays(session)

    assert bool(now(api, session).customer) is made
    assert ("customer.created" in types()) is made


def test_a_known_customer_keeps_what_he_agreed_to(api, opens, shopper):
    customer = api.customers.create({"email": "ada@example.com"}).id
    session = opens(
        customer=customer,
        customer_update={"shipping": "auto"},
        shipping_address_collection={"allowed_countries": ["DE"]},
    )

    shopper(session, payment_method="pm_card_visa", **HOME)

    known = api.customers.retrieve(customer)
    assert (known.shipping.address.city, known.address) == ("Berlin", None)


def test_a_customers_cards_are_offered_where_he_allowed_it(api, opens, shopper):
    customer = api.customers.create({"email": "ada@example.com"}).id
    shown = api.payment_methods.attach("pm_card_visa", {"customer": customer}).id
    api.payment_methods.attach("pm_card_mastercard", {"customer": customer})
    api.payment_methods.update(shown, {"allow_redisplay": "always"})
    session = opens(customer=customer)

    offered = shopper(session, "init")["saved_payment_methods"]
    shopper(session, payment_method=shown)

    assert [(row["id"], row["card"]["last4"]) for row in offered] == [(shown, "4242")]
    assert now(api, session, "payment_intent").payment_intent.payment_method == shown


def test_another_customers_card_is_refused(api, opens, shopper):
    other = api.customers.create({}).id
    theirs = api.payment_methods.attach("pm_card_visa", {"customer": other}).id
    mine = api.customers.create({"email": "ada@example.com"}).id
    session = opens(customer=mine)

    assert shopper(session, payment_method=theirs)["param"] == "payment_method"
    assert shopper(session, payment_method="pm_card_visa")["status"] == "complete"


def test_an_invoice_follows_and_is_paid(api, opens, shopper):
    coupon = api.coupons.create({"percent_off": 50, "duration": "once"})
    post = {"display_name": "Post", "fixed_amount": {"amount": 500, "currency": "eur"}}
    session = opens(
        invoice_creation={"enabled": True, "invoice_data": {"footer": "Thank you"}},
        discounts=[{"coupon": coupon.id}],
        shipping_options=[{"shipping_rate_data": post}],
    )

    shopper.pays(session)

    invoice = now(api, session, "invoice").invoice
    assert (invoice.status, invoice.total, invoice.footer) == ("paid", 2500, "Thank you")
    assert invoice.amount_paid == now(api, session).amount_total


def test_credit_is_kept_when_an_invoice_follows_a_payment(api, opens, shopper):
    customer = api.customers.create({"email": "ada@example.com", "balance": -500}).id
    session = opens(invoice_creation={"enabled": True}, customer=customer)

    shopper(session, payment_method="pm_card_visa")

    invoice = now(api, session, "invoice").invoice
    assert (invoice.status, invoice.amount_due, invoice.amount_paid) == ("paid", 4000, 4000)
    assert api.customers.retrieve(customer).balance == invoice.ending_balance == -500


def test_a_shop_may_write_bold_and_link_in_its_own_words(sandbox, opens):
    message = "**Soon**, see [terms](https://shop.example/?a=1&b=2) <b>[x](javascript:x)"
    session = opens(custom_text={"submit": {"message": message}})

    page = sandbox.test_client().get(session.url.partition("://")[2].partition("/")[2])

    link = 'href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener">terms</a>'
    assert f"<b>Soon</b>, see <a {link} &lt;b&gt;[x](javascript:x)" in page.text


def test_a_setup_saves_a_card_for_later(api, opens, shopper, types):
    customer = api.customers.create({"email": "ada@example.com"}).id
    session = opens(mode="setup", currency="eur", customer=customer)
    types()

    shopper(session, payment_method="pm_card_visa")

    done = now(api, session, "setup_intent")
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    saved = api.payment_methods.retrieve(done.setup_intent.payment_method)
    assert saved.customer == customer
    assert types()[-1] == "checkout.session.completed"


def test_a_subscription_is_begun_by_its_first_payment(api, opens, shopper, types):
    fee = {"price_data": BOOK, "quantity": 1}
    session = opens(
        mode="subscription",
        line_items=[{"price": club(api).id, "quantity": 2}, fee],
        subscription_data={"metadata": {"tier": "gold"}},
    )
    types()

    shopper.pays(session)

    done = now(api, session, "subscription", "invoice")
    subscription, invoice = done.subscription, done.invoice
    assert (done.payment_status, done.payment_intent) == ("paid", None)
    assert (subscription.status, subscription.metadata["tier"]) == ("active", "gold")
    assert subscription.default_payment_method
    assert (invoice.status, invoice.amount_paid) == ("paid", 1800 + 2000)
    told = types()
    order = ["customer.created", "payment_intent.succeeded", "customer.subscription.created",
             "invoice.paid", "checkout.session.completed"]  # fmt: skip
    assert [kind for kind in told if kind in order] == order


def test_a_trial_needs_a_card_but_no_money(api, opens, shopper):
    session = opens(
        mode="subscription",
        line_items=[{"price": club(api).id, "quantity": 1}],
        subscription_data={"trial_period_days": 14},
    )

    shopper.pays(session)

    done = now(api, session, "subscription")
    assert (session.amount_total, done.payment_status) == (0, "no_payment_required")
    assert done.subscription.status == "trialing"
    assert done.subscription.default_payment_method


def test_a_trial_may_do_without_a_card(api, opens, shopper):
    def trial(**more):
        return opens(
            mode="subscription",
            line_items=[{"price": club(api).id, "quantity": 1}],
            subscription_data={"trial_period_days": 14},
            **more,
        )

    needed, optional = trial(), trial(payment_method_collection="if_required")

    assert shopper(needed, email="ada@example.com")["param"] == "payment_method"
    assert shopper(optional, email="ada@example.com")["status"] == "complete"


def test_a_code_for_first_purchases_counts_for_the_subscription_it_begins(api, opens, shopper):
    coupon = api.coupons.create({"percent_off": 50, "duration": "once"})
    first = {"first_time_transaction": True}
    api.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "FIRST",
         "restrictions": first}
    )  # fmt: skip
    session = opens(
        mode="subscription",
        line_items=[{"price": club(api).id, "quantity": 1}],
        allow_promotion_codes=True,
    )

    shopper(session, "", promotion_code="FIRST")
    shopper.pays(session)

    done = now(api, session, "invoice", "subscription")
    assert (done.invoice.amount_paid, done.subscription.discounts) == (450, [])


def test_a_subscription_runs_while_its_debit_is_under_way(api, sandbox, opens, shopper):
    session = opens(mode="subscription", line_items=[{"price": club(api).id, "quantity": 1}])

    shopper(session, payment_method=debit(api))
    begun = now(api, session, "subscription", "invoice")
    sandbox.advance(6 * DAY)
    paid = now(api, session, "subscription", "invoice")

    assert (begun.subscription.status, begun.invoice.status) == ("active", "open")
    assert (paid.subscription.status, paid.invoice.status) == ("active", "paid")
    assert (begun.payment_status, paid.payment_status) == ("unpaid", "paid")


def test_a_customer_pays_what_he_wants_within_bounds(api, opens, shopper):
    product = {"name": "Donation"}
    price = api.prices.create(
        {"currency": "eur", "product_data": product,
         "custom_unit_amount": {"enabled": True, "minimum": 500, "preset": 2000}}
    ).id  # fmt: skip
    session = opens(line_items=[{"price": price, "quantity": 1}])
    (row,) = shopper(session, "init")["line_items"]

    def gives(amount):
        return shopper(session, "", line_items__0__id=row["id"], line_items__0__unit_amount=amount)

    assert session.amount_total == 2000
    assert gives(499)["code"] == "amount_too_small"
    assert gives(3500)["amount_total"] == 3500


def test_the_time_of_a_session_is_its_customers(api, opens, types):
    clock = api.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    customer = api.customers.create({"email": "a@example.com", "test_clock": clock.id}).id
    session = opens(customer=customer)
    types()

    api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": 1_800_000_000 + 2 * DAY})

    assert session.created == 1_800_000_000
    assert now(api, session).status == "expired"

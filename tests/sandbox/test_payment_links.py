"""Payment Links: made, changed, visited, used up."""

import pytest
import stripe

from tests.sandbox.checkout import BOOK, club

ITEM = {"price_data": BOOK, "quantity": 1}


@pytest.fixture
def links(api):
    """`links()` is a link to one book of 20 euros; any parameter can be changed."""
    return lambda **more: api.payment_links.create({"line_items": [ITEM], **more})


@pytest.fixture
def visit(api, sandbox):
    """`visit(link, prefilled_email="…")` is the session a visitor is led to."""

    def led(link, **asked):
        answer = sandbox.test_client().get(link.url, query_string=asked)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return api.checkout.sessions.retrieve(answer.location.rpartition("/")[2])

    return led


def test_a_link_is_open_to_everybody_at_once(api, links, types):
    link = links(metadata={"campaign": "spring"})

    assert (link.active, link.currency, link.after_completion.type) == (
        True, "eur", "hosted_confirmation",
    )  # fmt: skip
    assert types()[-1] == "payment_link.created"
    (item,) = api.payment_links.line_items.list(link.id).data
    assert (item.description, item.amount_total) == ("Book", 2000)
    assert [row.id for row in api.payment_links.list({"active": True}).data] == [link.id]


def test_each_visit_makes_a_session_of_its_own(api, links, visit):
    link = links(metadata={"campaign": "spring"})

    one, other = visit(link), visit(link)

    assert one.id != other.id
    assert (one.payment_link, one.metadata["campaign"], one.amount_total) == (
        link.id, "spring", 2000,
    )  # fmt: skip
    assert len(api.checkout.sessions.list({"payment_link": link.id}).data) == 2


def test_looking_whether_a_link_is_there_makes_no_session(api, sandbox, links):
    link = links()

    assert sandbox.test_client().head(link.url).status_code == 200
    assert api.checkout.sessions.list().data == []


def test_the_address_can_say_who_comes(api, links, visit, shopper):
    coupon = api.coupons.create({"percent_off": 50, "duration": "once"})
    code = {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"}
    api.promotion_codes.create(code)
    link = links(allow_promotion_codes=True)

    session = visit(
        link,
        client_reference_id="cart_7",
        prefilled_email="ada@example.com",
        prefilled_promo_code="half",
    )

    assert (session.client_reference_id, session.amount_total) == ("cart_7", 1000)
    assert session.customer_email is None
    assert shopper(session, "init")["prefill"]["email"] == "ada@example.com"


def test_nonsense_in_the_address_is_passed_over(links, visit):
    session = visit(
        links(allow_promotion_codes=True), client_reference_id="a b", prefilled_promo_code="NONE"
    )

    assert (session.client_reference_id, session.amount_total) == (None, 2000)


def test_a_link_to_what_recurs_makes_subscriptions(api, links, visit, shopper):
    link = links(
        line_items=[{"price": club(api).id, "quantity": 1}],
        subscription_data={"trial_period_days": 7, "metadata": {"tier": "gold"}},
    )

    session = visit(link)
    shopper.pays(session)

    done = api.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert done.mode == "subscription"
    assert (done.subscription.status, done.subscription.metadata["tier"]) == ("trialing", "gold")


def test_what_a_link_asks_for_its_sessions_ask_for(links, visit):
    field = {"key": "size", "type": "text", "label": {"type": "custom", "custom": "Size"}}
    link = links(
        custom_fields=[field],
        phone_number_collection={"enabled": True},
        shipping_address_collection={"allowed_countries": ["DE"]},
        invoice_creation={"enabled": True},
        payment_intent_data={"capture_method": "manual", "metadata": {"a": "1"}},
        submit_type="donate",
    )

    session = visit(link)

    assert session.custom_fields[0].key == "size"
    assert session.phone_number_collection.enabled
    assert session.shipping_address_collection.allowed_countries == ["DE"]
    assert session.invoice_creation.enabled
    assert (session.submit_type, link.payment_intent_data.capture_method) == ("donate", "manual")


def test_a_link_switched_off_says_so_and_what_is_open_stays_payable(
    api, sandbox, links, visit, shopper
):
    link = links(inactive_message="Sold out, sorry.")
    session = visit(link)

    api.payment_links.update(link.id, {"active": False})

    assert "Sold out, sorry." in sandbox.test_client().get(link.url).get_data(as_text=True)
    assert shopper.pays(session)["status"] == "complete"


def test_a_link_is_good_for_so_many_sessions(api, sandbox, links, visit, shopper, types):
    link = links(restrictions={"completed_sessions": {"limit": 1}})
    first = visit(link)
    types()

    shopper.pays(first)

    used = api.payment_links.retrieve(link.id)
    assert (used.active, used.restrictions.completed_sessions.count) == (False, 1)
    assert "payment_link.updated" in types()
    assert sandbox.test_client().get(link.url).status_code == 200


def test_a_link_leads_on_after_payment(links, visit):
    redirect = {"type": "redirect", "redirect": {"url": "https://shop.example/thanks"}}

    assert visit(links(after_completion=redirect)).success_url == "https://shop.example/thanks"
    assert visit(links()).success_url == "https://stripe.com"


def test_quantities_of_a_link_can_be_changed_but_not_what_it_sells(api, links, visit):
    link = links()
    (item,) = api.payment_links.line_items.list(link.id).data

    api.payment_links.update(link.id, {"line_items": [{"id": item.id, "quantity": 3}]})

    assert visit(link).amount_total == 6000
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_links.update(link.id, {"line_items": [{"id": "li_other", "quantity": 3}]})


def test_a_link_keeps_to_its_mode(links):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        links(subscription_data={"trial_period_days": 7})

    assert refused.value.param == "subscription_data"
    assert links(payment_intent_data={"description": "Book"}).id


def test_an_address_nobody_knows_leads_nowhere(sandbox, links):
    unknown = sandbox.test_client().get("/b/test_unknown")

    assert (unknown.status_code, unknown.mimetype) == (404, "text/html")
    assert sandbox.test_client().get(links().url).status_code == 303

"""The account's subscriptions: the true state in words, exact previews, nobody else's."""

import re
from datetime import timedelta

import pytest

from app.db import transaction
from app.models import Price, Subscription
from app.services import customers, licenses, stripe_customers, subscriptions
from tests import people
from tests.billing import add_plan, give_card, pay_first, subscription_of
from tests.store.asking import HTMX, SCRIPT, hidden_field


def test_the_list_and_the_page_say_what_is_paid_when(customer, running):
    listed = customer.get("/account/subscriptions").text
    page = customer.get(own(running)).text

    assert f'href="{own(running)}"' in listed
    assert "Active" in listed
    assert "€14.00" in listed
    for part in ("Every month, 2 seats", "Visa •••• 4242", running.licenses[0].key, "0 of 2 seats"):
        assert part in page
    assert running.invoices[0].number in page
    assert f'href="{running.invoices[0].pdf_url}"' in page


def test_the_next_payment_is_what_stripe_will_charge(customer, running, stripe_client):
    stripe_client.v1.customers.balance_transactions.create(
        running.customer.stripe_customer_id, {"amount": -500, "currency": "eur"}
    )

    fragment = customer.get(f"{own(running)}/next-payment", headers=HTMX).text

    assert fragment.startswith('<span id="subscriptions-next">€9.00 on ')


def test_nobody_elses_subscription_or_license_exists(app, customer, running):
    other = people.sign_in(app, people.add_customer("adam@example.com"))
    paths = ["", "/next-payment", "/change", "/card", "/return", "/card/return"]
    posts = ["/payments", "/changes", "/cancellation", "/resumption", "/card", "/cards"]
    license = f"/account/licenses/{running.licenses[0].token}"

    for path in [own(running) + path for path in paths] + [license]:
        assert other.get(path).status_code == 404, path
        assert customer.get(path).status_code < 400, path
    for path in posts:
        assert other.post(own(running) + path).status_code == 404, path
    assert other.post(f"{license}/activations/1/removal").status_code == 404
    assert own(running) not in other.get("/account/subscriptions").text
    assert running.licenses[0].key not in other.get("/account/licenses").text
    assert subscription_of(running.token).status == "active"


def test_a_change_costs_exactly_what_its_preview_showed(customer, running, plan, pump):
    preview = customer.get(f"{own(running)}/change?price={plan['year']}&seats=3").text
    shown = re.search(r"Change it and pay €([\d.,]+)", preview)[1]

    answer = customer.post(f"{own(running)}/changes", data=sent(preview))
    pump()

    row = subscription_of(running.token)
    assert answer.location == own(running)
    assert (row.price_id, row.quantity) == (plan["year"], 3)
    assert f"{row.invoices[-1].total_amount / 100:.2f}" == shown
    assert row.licenses[0].seats == 3


def test_an_old_or_wrong_preview_charges_nothing_and_shows_a_new_one(customer, running, plan):
    preview = customer.get(f"{own(running)}/change?price={plan['year']}&seats=2").text
    form = sent(preview)
    old = {"proration_date": str(int(form["proration_date"]) - 3600)}

    for change in (old, {"due_amount": "1"}, {"due_amount": "x"}, {"proration_date": ""}):
        answer = customer.post(f"{own(running)}/changes", data=form | change)
        assert answer.status_code == 409
        assert "new" in answer.text
        assert sent(answer.text)["due_amount"] == form["due_amount"]
    assert subscription_of(running.token).price_id == plan["month"]


def test_an_upgrade_that_cannot_be_paid_leaves_the_old_plan(
    customer, running, plan, stripe_client, pump
):
    give_card(stripe_client, running, "pm_card_chargeCustomerFail")
    preview = customer.get(f"{own(running)}/change?price={plan['year']}&seats=2").text

    answer = customer.post(f"{own(running)}/changes", data=sent(preview))

    assert answer.status_code == 402
    assert "nothing was changed" in answer.text
    assert f"{own(running)}/card" in answer.text
    assert subscription_of(running.token).price_id == plan["month"]


def test_what_cannot_be_changed_to_is_said_in_the_form(customer, running, plan):
    other = add_plan("tidepool")
    path = f"{own(running)}/change"
    for machine in ("a", "b"):
        licenses.activate(running.licenses[0].key, machine)
    with transaction() as session:
        session.get_one(Price, plan["year"]).active = False

    refused = {
        f"price={other['month']}&seats=2": (409, "cannot become that one"),
        f"price={plan['year']}&seats=2": (409, "not for sale any more"),
        f"price={plan['month']}&seats=1": (409, "2 seats are in use"),
        f"price={plan['month']}&seats=0": (422, "Between 1 and 1000 seats"),
        f"price={plan['month']}&seats=1e3": (422, "Between 1 and 1000 seats"),
        "price=x&seats=2": (409, "cannot become that one"),
    }
    for query, (status, sentence) in refused.items():
        answer = customer.get(f"{path}?{query}")
        assert (answer.status_code, sentence in answer.text) == (status, True), query
    assert "Change it and pay" in customer.get(f"{path}?price={plan['month']}&seats=3").text


def test_on_a_trial_a_change_costs_nothing_now(app, customer, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    row = begin(eve(), trial["month"], stripe_client, pump)

    preview = customer.get(f"{own(row)}/change?price={trial['month']}&seats=5").text
    customer.post(f"{own(row)}/changes", data=sent(preview))
    pump()

    assert "Nothing to pay now" in preview
    assert subscription_of(row.token).quantity == 5
    assert [i.total_amount for i in subscription_of(row.token).invoices] == [0]


def test_it_ends_as_asked_with_the_reason_and_goes_on_again(customer, running):
    form = {"when": "later", "reason": "unused", "comment": "too quiet\x00"}
    page = customer.post(f"{own(running)}/cancellation", data=form, headers=HTMX).text

    row = subscription_of(running.token)
    assert "It stays yours until" in page
    assert "Let it go on" in page
    assert row.cancel_reason == "I do not use it: too quiet"
    page = customer.post(f"{own(running)}/resumption", headers=HTMX).text
    assert "Thank you. It is paid" in page
    assert subscription_of(running.token).cancel_at is None


def test_what_will_end_says_how_to_change_it(customer, running, plan):
    customer.post(f"{own(running)}/cancellation", data={"when": "later"})

    page = customer.get(f"{own(running)}/change?price={plan['year']}&seats=2")
    assert (page.status_code, page.text.count("let it go on first")) == (409, 1)
    assert f'action="{own(running)}/resumption"' in page.text
    assert "Change it and pay" not in page.text

    customer.post(f"{own(running)}/resumption")
    again = customer.post(f"{own(running)}/resumption")
    assert (again.status_code, "goes on already" in again.text) == (409, True)
    page = customer.get(f"{own(running)}/change?price={plan['year']}&seats=2")
    assert "Change it and pay" in page.text


def test_it_can_end_now_and_then_nothing_is_left_to_change(customer, running, plan):
    customer.post(f"{own(running)}/cancellation", data={"when": "now"})

    page = customer.get(own(running)).text
    assert "It ended on" in page
    assert "Cancel it" not in page
    assert subscription_of(running.token).licenses[0].status == "revoked"
    assert customer.post(f"{own(running)}/cancellation").status_code == 409
    assert customer.post(f"{own(running)}/payments", headers=SCRIPT).status_code == 409
    assert customer.get(f"{own(running)}/change?price={plan['year']}&seats=2").status_code == 409


def test_what_was_never_paid_can_be_put_away(customer, plan):
    sheet = subscriptions.start(eve(), plan["month"], start_key="f", actor="customer")
    page = customer.get(f"/account/subscriptions/{sheet.token}").text
    assert "One step is left: the first payment" in page

    customer.post(f"/account/subscriptions/{sheet.token}/cancellation", data={"when": "now"})

    assert subscription_of(sheet.token).ended


def test_a_saved_card_is_used_and_a_strangers_is_not(customer, running, stripe_client, pump):
    mine = stripe_client.v1.payment_methods.attach(
        "pm_card_mastercard", {"customer": running.customer.stripe_customer_id}
    )
    path = f"{own(running)}/card"
    assert "Mastercard •••• 4444" in customer.get(path).text

    refused = customer.post(path, data={"card": "pm_of_somebody_else"})
    used = customer.post(path, data={"card": mine.id})

    assert (refused.status_code, "not on file" in refused.text) == (402, True)
    assert used.location == own(running)
    assert "Mastercard •••• 4444" in customer.get(own(running)).text


def test_a_first_payment_by_debit_is_on_its_way_for_days(
    customer, plan, stripe_client, pump, sandbox
):
    sheet = subscriptions.start(eve(), plan["month"], start_key="d", actor="customer")
    path = f"/account/subscriptions/{sheet.token}"
    account = {"type": "sepa_debit", "sepa_debit": {"iban": "DE62370400440532013001"}}
    account["billing_details"] = {"name": "Eve", "email": "eve@example.com"}
    mandate = {"customer_acceptance": {"type": "offline"}}
    stripe_client.v1.payment_intents.confirm(
        sheet.client_secret.split("_secret_")[0],
        {
            "payment_method_data": account,
            "mandate_data": mandate,
            "return_url": "http://localhost/",
        },
    )
    pump()

    page = customer.get(path).text
    assert "A bank debit takes a few working days" in page
    assert "Waiting for its first payment" in page
    for no in ("Pay €", "Nothing was charged", "Put it away", "Thank you. It is paid"):
        assert no not in page, no
    assert "Waiting for its first payment" in customer.get("/account/subscriptions").text

    sandbox.advance(5 * 24 * 3600)
    pump()
    page = customer.get(path).text
    for said in ("The payment did not go through", "Payment overdue", "Put it away"):
        assert said in page, said
    customer.post(f"{path}/cancellation", data={"when": "now"})
    assert subscription_of(sheet.token).ended
    assert [i.status for i in subscription_of(sheet.token).invoices] == ["void"]


def test_thanks_are_for_who_comes_from_paying(customer, running):
    back = customer.get(f"{own(running)}/return").location

    assert "Thank you. It is paid" in customer.get(back).text
    page = customer.get(own(running)).text
    assert "Thank you" not in page
    assert "It is paid, and yours to use. It renews on" in page


def test_what_the_bank_refused_is_not_being_confirmed(customer, plan, stripe_client, sandbox, pump):
    trial = add_plan("tidepool", trial_days=7)
    for price, key in ((plan["month"], "a"), (trial["month"], "b")):
        sheet = subscriptions.start(eve(), price, start_key=key, actor="customer")
        path = f"/account/subscriptions/{sheet.token}"
        pay_first(stripe_client, sheet, "pm_card_authenticationRequired")
        asked = customer.get(f"{path}/return").location
        assert "confirming" in asked

        sandbox.finish_authentication(sheet.client_secret.split("_secret_")[0], "fail")
        back = customer.get(f"{path}/return?redirect_status=failed")

        assert back.location == path
        page = customer.get(path).text
        assert "We are confirming" not in page
        for said in ("data-payment", "nothing was charged"):
            assert said in page.replace("Nothing was", "nothing was"), said


def test_a_plan_that_only_stripe_knows_is_not_made_up(customer, stripe_client, pump):
    buyer = customers.find_or_create("eve@example.com")
    stripe_customer = stripe_customers.ensure(buyer)
    method = stripe_client.v1.payment_methods.attach("pm_card_visa", {"customer": stripe_customer})
    product = stripe_client.v1.products.create({"name": "By hand"})
    monthly = {"product": product.id, "unit_amount": 900, "currency": "eur"}
    price = stripe_client.v1.prices.create(monthly | {"recurring": {"interval": "month"}})
    stripe_client.v1.subscriptions.create(
        {
            "customer": stripe_customer,
            "items": [{"price": price.id}],
            "default_payment_method": method.id,
        }
    )
    pump()
    (row,) = subscriptions.of_customer(buyer)

    page = customer.get(own(row)).text
    assert "As agreed with us, 1 seat" in page
    assert "next payment on" in customer.get("/account/subscriptions").text
    assert "€9.00 on " in customer.get(f"{own(row)}/next-payment", headers=HTMX).text
    change = customer.get(f"{own(row)}/change").text
    assert "agreed with the shop" in change
    assert "Seats</label>" not in change


def test_while_it_is_suspended_nobody_is_told_that_it_works(
    customer, running, stripe_client, pump, sandbox
):
    give_card(stripe_client, running, "pm_card_chargeCustomerFail")
    sandbox.advance(32 * 24 * 3600)
    pump()
    assert "Your license works until" in customer.get(own(running)).text

    with transaction() as session:
        session.get_one(Subscription, running.id).past_due_since -= timedelta(days=8)
    licenses.sweep()
    page = customer.get(own(running)).text
    assert "works until" not in page
    assert "suspended until it is paid" in page


def test_of_cards_that_look_alike_the_one_that_is_charged_is_said_and_chosen(
    customer, running, stripe_client
):
    twin = {"customer": running.customer.stripe_customer_id}
    newest = stripe_client.v1.payment_methods.attach("pm_card_visa", twin)
    path = f"{own(running)}/card"

    page = customer.get(path).text
    chosen = re.findall(r'value="(pm_\w+)" checked', page)

    assert page.count("Visa •••• 4242") == 2
    assert page.count("Charged now") == 1
    assert len(chosen) == 1
    assert chosen != [newest.id]
    customer.post(path, data={"card": newest.id})
    assert f'value="{newest.id}" checked' in customer.get(path).text


def test_a_saved_card_begins_a_trial_that_waited_for_one(customer, stripe_client, pump):
    trial = add_plan("tidepool", trial_days=7)
    sheet = subscriptions.start(eve(), trial["month"], start_key="t", actor="customer")
    path = f"/account/subscriptions/{sheet.token}"
    mine = stripe_client.v1.payment_methods.attach(
        "pm_card_visa", {"customer": subscription_of(sheet.token).customer.stripe_customer_id}
    )
    assert "Waiting for a card" in customer.get(path).text

    customer.post(f"{path}/card", data={"card": mine.id})
    pump()

    assert subscription_of(sheet.token).licenses[0].status == "active"
    assert "Your free trial runs until" in customer.get(path).text


def test_a_new_card_is_kept_and_pays_what_is_open(customer, running, stripe_client, pump, sandbox):
    give_card(stripe_client, running, "pm_card_chargeCustomerFail")
    sandbox.advance(32 * 24 * 3600)
    pump()
    assert "€14.00 is open" in customer.get(own(running)).text
    assert "It is charged to the card you choose here" in customer.get(f"{own(running)}/card").text

    answer = customer.post(f"{own(running)}/cards", headers=SCRIPT)
    intent = answer.json["client_secret"].split("_secret_")[0]
    stripe_client.v1.setup_intents.confirm(
        intent, {"payment_method": "pm_card_visa", "return_url": "http://localhost/"}
    )
    back = customer.get(answer.json["return_url"].removeprefix("http://localhost"))

    row = subscription_of(running.token)
    assert back.location == own(running)
    assert (row.status, row.method) == ("active", "Visa •••• 4242")
    assert [i.status for i in row.invoices] == ["paid", "paid"]


def test_an_open_renewal_is_paid_on_its_page(customer, running, stripe_client, pump, sandbox):
    give_card(stripe_client, running, "pm_card_chargeCustomerFail")
    sandbox.advance(32 * 24 * 3600)
    pump()
    page = customer.get(own(running)).text
    assert 'data-mode="subscription"' in page
    assert 'data-amount="1400"' in page
    assert customer.get(f"{own(running)}/change?price=1&seats=3").status_code == 409

    answer = customer.post(f"{own(running)}/payments", headers=SCRIPT)
    stripe_client.v1.payment_intents.confirm(
        answer.json["client_secret"].split("_secret_")[0],
        {"payment_method": "pm_card_visa", "return_url": "http://localhost/"},
    )
    customer.get(answer.json["return_url"].removeprefix("http://localhost"))

    assert subscription_of(running.token).status == "active"


def test_the_portal_is_stripes_own_page(customer, running):
    answer = customer.get("/account/portal")

    assert answer.status_code == 303
    assert "billing_portal" in answer.location or "/p/session" in answer.location


def test_who_was_deleted_at_stripe_finds_the_portal_all_the_same(customer, running, stripe_client):
    stripe_client.v1.customers.delete(running.customer.stripe_customer_id)

    answer = customer.get("/account/portal")

    assert answer.status_code == 303
    assert "billing_portal" in answer.location or "/p/session" in answer.location


def test_while_stripe_is_away_the_way_to_its_page_is_not_lost(customer, running, sandbox):
    sandbox.account.chaos.add(fault="500", path="^/v1/")

    answer = customer.get("/account/portal")

    assert answer.location.endswith("/account/subscriptions")
    assert "does not answer" in customer.get(answer.location).text


def test_a_stale_sign_in_is_asked_again_before_anything_is_changed(app, customer, running):
    with customer.session_transaction() as cookie:
        cookie["fs_paa"] = 0

    for path in ("/changes", "/cancellation", "/resumption", "/card", "/cards"):
        assert "/account/verify" in customer.post(own(running) + path).location, path
    assert "/account/verify" in customer.get(f"{own(running)}/card").location
    assert customer.get(own(running)).status_code == 200


def test_while_stripe_is_away_the_page_still_shows_what_we_know(customer, running, sandbox):
    sandbox.account.chaos.add(fault="500", path="^/v1/")

    assert customer.get(own(running)).status_code == 200
    assert "€14.00 on" in customer.get(f"{own(running)}/next-payment").text
    away = customer.post(f"{own(running)}/cancellation", data={"when": "now"})
    assert (away.status_code, "does not answer" in away.text) == (503, True)
    assert customer.get(f"{own(running)}/card").status_code == 503


def sent(page):
    """What the preview's form holds."""
    names = ("price", "seats", "proration_date", "due_amount", "seal")
    form = page[page.index('/changes"') :]
    return {name: hidden_field(form, name) for name in names}


def own(subscription):
    return f"/account/subscriptions/{subscription.token}"


def eve():
    return customers.find_or_create("eve@example.com")


def begin(customer_id, price_id, stripe_client, pump, *, quantity=1) -> Subscription:
    sheet = subscriptions.start(
        customer_id, price_id, quantity=quantity, start_key=f"f{price_id}", actor="customer"
    )
    pay_first(stripe_client, sheet)
    pump()
    return subscription_of(sheet.token)


@pytest.fixture
def plan(app):
    return add_plan()


@pytest.fixture
def running(customer, plan, stripe_client, pump):
    """Eve's monthly subscription with two seats, paid by Visa."""
    return begin(eve(), plan["month"], stripe_client, pump, quantity=2)

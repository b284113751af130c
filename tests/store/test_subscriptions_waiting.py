"""A change that waits for the customer's bank, on the pages: confirmed, kept as it was, refused."""

import re

import pytest

from app.services import customers, subscriptions
from tests import people
from tests.billing import add_plan, give_card, pay_first, subscription_of
from tests.store.asking import HTMX, SCRIPT, hidden_field

ASKS_BANK = "pm_card_authenticationRequired"


def test_the_script_gets_what_the_bank_is_asked_with(customer, ask, own, now, agree):
    answer = ask(3)

    assert answer.json["client_secret"]
    assert answer.json["return_url"] == f"http://localhost{own}/changes/return"
    agree(answer.json["client_secret"])
    assert customer.get(f"{own}/changes/return").location == own
    assert "It is changed." in customer.get(own).text
    assert now().quantity == 3


def test_without_a_script_the_page_says_how_to_go_on(customer, preview, own, now):
    answer = customer.post(f"{own}/changes", data=preview(3))
    page = customer.get(own).text

    assert answer.location == own
    assert "Your change waits for your bank" in page
    assert "Every month, 3 seats, for €7.00 now." in re.sub(r"€\d+\.\d\d", "€7.00", page)
    assert f'<a href="{now().invoices[-1].hosted_url}">Stripe\'s own page</a>' in page
    assert "Plan and seats" in page
    assert "is open" not in page
    assert now().quantity == 1


def test_what_waits_is_confirmed_from_the_page(customer, ask, own, now, agree):
    secret = ask(3).json["client_secret"]

    answer = customer.post(f"{own}/changes/confirmation", headers=SCRIPT)

    assert answer.json["client_secret"] == secret
    agree(secret)
    late = customer.post(f"{own}/changes/confirmation", headers=SCRIPT)
    assert late.json == {"url": own}
    assert "It is changed." in customer.get(own).text
    again = customer.post(f"{own}/changes/confirmation", headers=SCRIPT)
    assert (again.status_code, "No change waits any more" in again.text) == (409, True)


def test_the_plan_is_kept_when_the_change_is_given_up(customer, ask, own, now):
    ask(3)

    answer = customer.post(f"{own}/changes/withdrawal")

    page = customer.get(own).text
    assert answer.location == own
    assert "Nothing was changed, and nothing was charged." in page
    assert "Confirm with your bank" not in page
    assert (now().quantity, now().invoices[-1].status) == (1, "void")


def test_a_refusal_is_said_and_changes_nothing(customer, ask, own, now, sandbox):
    secret = ask(3).json["client_secret"]
    sandbox.finish_authentication(secret.split("_secret_")[0], "fail")

    customer.get(f"{own}/changes/return")

    page = customer.get(own).text
    assert "The difference could not be charged, so nothing was changed." in page
    assert (now().quantity, now().invoices[-1].status) == (1, "void")


def test_who_comes_back_without_an_answer_finds_it_waiting(customer, ask, own):
    ask(3)

    customer.get(f"{own}/changes/return")

    page = customer.get(own).text
    assert "It is not changed yet" in page
    assert "Confirm with your bank" in page
    assert "Keep the plan I have" in page
    assert "A new one takes its place" in customer.get(f"{own}/change").text


def test_while_stripe_is_away_it_goes_on_waiting(customer, ask, own, now, sandbox):
    ask(3)
    sandbox.account.chaos.add(fault="500", path="^/v1/")

    confirmed = customer.post(f"{own}/changes/confirmation", headers=SCRIPT | HTMX)
    kept = customer.post(f"{own}/changes/withdrawal")
    customer.get(f"{own}/changes/return")

    for answer in (confirmed, kept):
        assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    assert "does not answer" in customer.get(own).text
    assert now().change_waits


def test_only_its_owner_confirms_or_gives_up_what_waits(app, customer, ask, own, now):
    ask(3)
    other = people.sign_in(app, people.add_customer("adam@example.com"))

    for path in ("/changes/confirmation", "/changes/withdrawal"):
        assert other.post(own + path).status_code == 404
    assert other.get(f"{own}/changes/return").status_code == 404
    with customer.session_transaction() as cookie:
        cookie["fs_paa"] = 0
    for path in ("/changes/confirmation", "/changes/withdrawal"):
        assert "/account/verify" in customer.post(own + path).location
    assert now().change_waits


@pytest.fixture
def now(customer, stripe_client, pump):
    """Eve's monthly subscription with one seat, as it stands in the books now."""
    plan = add_plan()["month"]
    eve = customers.find_or_create("eve@example.com")
    sheet = subscriptions.start(eve, plan, start_key="form", actor="customer")
    pay_first(stripe_client, sheet)
    pump()
    give_card(stripe_client, subscription_of(sheet.token), ASKS_BANK)
    return lambda: subscription_of(sheet.token)


@pytest.fixture
def own(now):
    return f"/account/subscriptions/{now().token}"


@pytest.fixture
def preview(customer, own, now):
    """What the preview's form holds."""

    def preview(seats):
        page = customer.get(f"{own}/change?price={now().price_id}&seats={seats}").text
        form = page[page.index('/changes"') :]
        names = ("price", "seats", "proration_date", "due_amount", "seal")
        return {name: hidden_field(form, name) for name in names}

    return preview


@pytest.fixture
def ask(customer, own, preview):
    """Send the preview's form as our script does."""
    return lambda seats: customer.post(f"{own}/changes", data=preview(seats), headers=SCRIPT)


@pytest.fixture
def agree(sandbox):
    return lambda secret: sandbox.finish_authentication(secret.split("_secret_")[0], "complete")

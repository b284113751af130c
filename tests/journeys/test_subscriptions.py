"""Subscribing and living with it, in a browser; time passes on Stripe's test clocks."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import people
from tests.journeys import axe
from tests.journeys.ledger import Ledger
from tests.journeys.pages import ASKS_BANK, DECLINED, GOOD, sign_in
from tests.journeys.subscribers import Subscriber


def test_somebody_signs_in_on_the_way_and_subscribes_with_three_d_secure(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.open("/products/fieldbook")
    subscriber.page.get_by_label("Seats").fill("2")
    subscriber.button("Subscribe").click()
    subscriber.page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(subscriber, subscriber.email, people.PASSWORD)

    subscriber.pay(DECLINED)
    subscriber.reads_problem("Your card was declined.")
    assert subscriber.seen().license == ""
    subscriber.pay(ASKS_BANK)
    subscriber.bank.get_by_role("button", name="Complete").click()

    subscriber.sees("It is paid, and yours to use")
    seen = subscriber.seen()
    assert (seen.status, seen.amounts, seen.seats) == ("active", (1400,), 2)
    expect(subscriber.page.get_by_text(seen.license)).to_be_visible()
    ledger.check()
    (letter,) = ledger.letters_to(subscriber.email, "license_issued")
    assert seen.license in letter


def test_another_subscription_is_paid_with_the_card_of_the_first(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.begin()
    subscriber.sign_in()
    subscriber.open("/products/fieldbook/subscription")
    expect(subscriber.form.get_by_label("Visa •••• 4242")).to_be_checked()
    subscriber.pay_button.click()
    subscriber.sees("It is paid, and yours to use")
    assert subscriber.methods() == [("active", "Visa •••• 4242")] * 2

    subscriber.keep_card("pm_card_authenticationRequired")
    subscriber.open("/products/fieldbook/subscription")
    expect(subscriber.form.get_by_label("Visa •••• 3184")).to_be_checked()
    subscriber.pay_button.click()
    subscriber.bank.get_by_role("button", name="Complete").click()
    subscriber.sees("It is paid, and yours to use")
    assert subscriber.methods()[-1] == ("active", "Visa •••• 3184")
    ledger.check()


def test_a_trial_is_told_of_before_it_is_paid(subscriber: Subscriber, ledger: Ledger) -> None:
    subscriber.stop_clock()
    subscriber.sign_in()
    subscriber.open(f"/products/plumbline/subscription?price={subscriber.trial['month']}")
    subscriber.fill_card()
    subscriber.button("Start 7 free days").click()
    subscriber.sees("Your free trial runs until")
    assert (subscriber.seen().status, subscriber.seen().amounts) == ("trialing", (0,))

    subscriber.advance(5)
    assert "trial" in subscriber.letters()[0]
    subscriber.advance(3)

    subscriber.page.reload()
    subscriber.sees("It is paid, and yours to use")
    seen = subscriber.seen()
    assert (seen.status, seen.amounts, seen.license_status) == ("active", (0, 700), "active")


def test_an_upgrade_costs_what_was_shown_and_one_that_fails_changes_nothing(
    subscriber: Subscriber,
) -> None:
    subscriber.begin()
    subscriber.sign_in()
    subscriber.open_own("/change")
    subscriber.choose_seats(3)
    shown = subscriber.amount_on_button()
    assert axe.problems(subscriber.page) == []
    subscriber.change()
    subscriber.sees("It is changed.")
    assert (subscriber.seen().amounts[-1], subscriber.seen().seats) == (shown, 3)

    subscriber.give_card("pm_card_chargeCustomerFail")
    subscriber.open_own("/change")
    subscriber.choose_seats(5)
    subscriber.change()
    subscriber.sees("so nothing was changed")
    assert (subscriber.seen().quantity, subscriber.seen().seats) == (3, 3)

    subscriber.page.get_by_role("link", name="Use another card").click()
    subscriber.fill_card(ASKS_BANK_ONCE)
    subscriber.button("Keep this card").click()
    subscriber.bank.get_by_role("button", name="Complete").click()
    subscriber.sees("From now on, Visa •••• 3155 is charged.")
    subscriber.open_own("/change")
    subscriber.choose_seats(5)
    shown = subscriber.amount_on_button()
    subscriber.change()
    subscriber.bank.get_by_role("button", name="Complete").click()
    subscriber.sees("It is changed.")
    assert (subscriber.seen().amounts[-1], subscriber.seen().seats) == (shown, 5)


def test_an_upgrade_with_three_d_secure_is_made_when_the_bank_agrees(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.begin()
    subscriber.give_card("pm_card_authenticationRequired")
    subscriber.sign_in()
    subscriber.open_own("/change")
    subscriber.choose_seats(3)
    shown = subscriber.amount_on_button()
    subscriber.change()
    expect(subscriber.bank.get_by_role("button", name="Complete")).to_be_visible()
    assert subscriber.seen().quantity == 1

    subscriber.open_own()  # the bank's question is left open: it can be asked once more
    subscriber.sees("Your change waits for your bank")
    assert axe.problems(subscriber.page) == []
    subscriber.button("Confirm with your bank").click()
    subscriber.bank.get_by_role("button", name="Complete").click()

    subscriber.sees("It is changed.")
    seen = subscriber.seen()
    assert (seen.amounts, seen.quantity, seen.seats) == ((700, shown), 3, 3)
    ledger.check()
    assert "changed" in subscriber.letters()[-1]


def test_an_upgrade_refused_by_the_bank_leaves_the_old_plan(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.begin()
    subscriber.give_card("pm_card_authenticationRequired")
    subscriber.sign_in()
    subscriber.open_own("/change")
    subscriber.choose_seats(3)
    subscriber.change()
    subscriber.bank.get_by_role("button", name="Fail", exact=True).click()
    subscriber.sees("The difference could not be charged, so nothing was changed.")
    assert (subscriber.seen().quantity, subscriber.seen().seats) == (1, 1)

    subscriber.open_own("/change")
    subscriber.choose_seats(4)
    subscriber.change()
    expect(subscriber.bank.get_by_role("button", name="Complete")).to_be_visible()
    subscriber.open_own()
    subscriber.button("Keep the plan I have").click()
    subscriber.sees("Nothing was changed, and nothing was charged.")
    expect(subscriber.page.get_by_text("Your change waits")).to_be_hidden()
    assert (subscriber.seen().quantity, subscriber.seen().seats) == (1, 1)
    ledger.check()


def test_it_ends_goes_on_and_hears_of_what_is_done_in_the_portal(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.begin()
    subscriber.sign_in()
    subscriber.open_own()
    subscriber.page.get_by_text("Cancel it").click()
    assert axe.problems(subscriber.page) == []
    subscriber.page.get_by_label("Why?").select_option("I do not use it")
    subscriber.button("Cancel the subscription").click()
    subscriber.sees("After that, nothing more is charged")
    assert subscriber.seen().ends

    subscriber.button("Let it go on").click()
    subscriber.sees("It is paid, and yours to use")
    assert not subscriber.seen().ends
    before = subscriber.seen().expires_on

    subscriber.page.get_by_role("link", name="Stripe's page").click()
    subscriber.page.get_by_role("link", name="Cancel plan").click()
    subscriber.page.get_by_role("main").get_by_role("button").first.click()
    subscriber.sees("Your plan will end with this period.")
    ledger.check()

    assert subscriber.seen().ends
    assert subscriber.seen().expires_on < before
    assert "will end" in subscriber.letters()[-1]


def test_a_renewal_that_fails_has_grace_then_suspends_until_it_is_paid(
    subscriber: Subscriber, ledger: Ledger
) -> None:
    subscriber.stop_clock()
    subscriber.begin()
    subscriber.give_card("pm_card_chargeCustomerFail")
    subscriber.advance(32)
    subscriber.sign_in()
    subscriber.open_own()
    subscriber.sees("The last payment did not go through")
    assert subscriber.seen().license_status == "active"

    subscriber.let_grace_end()
    subscriber.open("/account/licenses")
    subscriber.sees("Suspended")

    subscriber.open_own()
    subscriber.pay(GOOD)
    subscriber.sees("It is paid, and yours to use")
    seen = subscriber.seen()
    assert (seen.status, seen.license_status, seen.amounts) == ("active", "active", (700, 700))
    ledger.check()
    assert any("did not go through" in letter for letter in subscriber.letters())


ASKS_BANK_ONCE = "4000002500003155"


@pytest.fixture
def subscriber(page: Page, ledger: Ledger, watch: Callable[[Any], Any]) -> Subscriber:
    subscriber: Subscriber = watch(Subscriber(page, ledger))
    return subscriber

"""The dashboard: it shows what there is, and its buttons do what they say, for us alone."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sandbox import create_sandbox
from tests.sandbox.browser.conftest import BY_PATIENCE_MS, SECRET_KEY, Till, running

DIRECT = {
    "automatic_payment_methods[enabled]": "true",
    "automatic_payment_methods[allow_redirects]": "never",
    "confirm": "true",
}


def test_objects_are_counted_listed_and_linked_to_each_other(page: Page, desk: Till) -> None:
    customer = desk.post("customers", name="Ada Lovelace", email="ada@example.com")
    payment = _paid(desk, customer=customer["id"], description="Order #7")
    page.goto(desk.url)
    page.get_by_role("link", name="1 Payments").click()
    page.get_by_role("link", name="Order #7").click()
    expect(page.get_by_role("heading", name="€42.00 Succeeded")).to_be_visible()

    page.get_by_role("region", name="The object as JSON").get_by_text(customer["id"]).click()

    expect(page).to_have_url(f"{desk.url}/test/customers/{customer['id']}")
    expect(page.get_by_role("link", name="Order #7").first).to_have_attribute(
        "href", f"/test/payments/{payment['id']}"
    )


def test_every_page_says_that_this_is_no_real_stripe(page: Page, desk: Till) -> None:
    payment = _paid(desk)
    event = desk.sandbox.events[-1]["id"]
    paths = ["/", "/test/payments", f"/test/payments/{payment['id']}", f"/test/events/{event}"]
    for path in [*paths, "/test/webhooks", "/test/logs", "/controls", "/search?q=x", "/test/x/y"]:
        page.goto(desk.url + path)
        expect(page.get_by_role("note").get_by_text("Pretend Stripe.")).to_be_visible()
        expect(page).to_have_title(re.compile("Pretend Stripe"))


@pytest.mark.parametrize(("button", "status"), [("Settle", "Succeeded"), ("Fail", None)])
def test_a_bank_debit_is_decided_with_a_button(
    page: Page, desk: Till, button: str, status: str | None
) -> None:
    intent = _debited(desk)
    page.goto(f"{desk.url}/test/payments/{intent['id']}")

    page.get_by_role("button", name=button).click()

    expect(page.get_by_role("status")).to_have_text("The bank has answered.")
    expected = f"€42.00 {status or 'Requires payment method'}"
    expect(page.get_by_role("heading", name=expected)).to_be_visible()
    expect(page.get_by_role("button", name=button)).to_have_count(0)


@pytest.mark.parametrize(("button", "status"), [("Close as won", "won"), ("Close as lost", "lost")])
def test_a_dispute_is_closed_with_a_button(
    page: Page, desk: Till, button: str, status: str
) -> None:
    _paid(desk, payment_method="pm_card_createDispute")
    (dispute,) = desk.sandbox.account.store.table("dispute").rows
    page.goto(f"{desk.url}/test/disputes/{dispute}")

    page.get_by_role("button", name=button).click()

    expect(page.get_by_role("status")).to_be_visible()
    assert desk.now(dispute)["status"] == status


def test_an_open_question_of_the_bank_can_be_answered_from_here(page: Page, desk: Till) -> None:
    intent = desk.intent(**{**DIRECT, "payment_method": "pm_card_threeDSecure2Required"})
    page.goto(f"{desk.url}/test/payments/{intent['id']}")

    page.get_by_role("button", name="Complete").click()

    expect(page.get_by_role("heading", name="€42.00 Succeeded")).to_be_visible()


def test_a_delivery_shows_its_answer_and_can_be_sent_again(page: Page, desk: Till) -> None:
    answers = [500]
    desk.sandbox.deliver_to(
        "http://shop.test/hook", "whsec_1", lambda *_: answers.pop(0) if answers else 200
    )
    desk.post("customers", email="ada@example.com")
    desk.sandbox.deliver_due()
    page.goto(f"{desk.url}/test/events")
    page.get_by_role("link", name="customer.created").click()
    expect(page.get_by_text("http://shop.test/hook").first).to_be_visible()
    expect(page.get_by_role("cell", name="500")).to_be_visible()

    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("The event is on its way again.")).to_be_visible()
    desk.sandbox.deliver_due(ahead=60)  # the one sent again, and the next try of the first
    page.reload()

    expect(page.get_by_text("Delivered", exact=False)).to_have_count(2)
    expect(page.get_by_role("cell", name="200")).to_be_visible()


def test_a_delivery_shows_what_was_sent_and_what_came_back(page: Page, desk: Till) -> None:
    desk.sandbox.deliver_to("http://shop.test/hook", "whsec_1", lambda *_: (503, "come later"))
    desk.post("customers", email="ada@example.com")
    desk.sandbox.deliver_due()

    page.goto(f"{desk.url}/test/events/{desk.sandbox.events[-1]['id']}")

    expect(page.get_by_text("Stripe-Signature: t=")).to_be_visible()
    expect(page.get_by_text("come later")).to_be_visible()
    expect(page.get_by_text("1 try, next")).to_be_visible()


def test_events_can_be_shown_by_type_and_objects_as_plain_json(page: Page, desk: Till) -> None:
    customer = desk.post("customers", email="ada@example.com")["id"]
    desk.post("products", name="Mug")
    page.goto(f"{desk.url}/test/events")
    page.get_by_label("Only").fill("customer.created")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="customer.created")).to_be_visible()
    expect(page.get_by_role("link", name="product.created")).to_have_count(0)

    plain = desk.sandbox.test_client().get(f"/test/customers/{customer}.json").json

    assert plain == desk.sandbox.test_client().get(
        f"/v1/customers/{customer}", headers={"Authorization": f"Bearer {SECRET_KEY}"}
    ).json  # fmt: skip


def test_what_an_object_belongs_to_is_one_step_away(page: Page, desk: Till) -> None:
    clock = desk.post("test_helpers/test_clocks", frozen_time=str(int(time.time())), name="Spring")
    customer = desk.post("customers", name="Ada Lovelace", test_clock=clock["id"])["id"]
    payment = _paid(desk, customer=customer)
    page.goto(f"{desk.url}/test/payments/{payment['id']}")

    page.get_by_role("link", name="Ada Lovelace").first.click()
    page.get_by_role("link", name="Spring").first.click()

    expect(page).to_have_url(f"{desk.url}/test/test_clocks/{clock['id']}")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()


def test_moving_the_clock_makes_due_things_happen(page: Page, desk: Till) -> None:
    intent = _debited(desk)
    page.goto(f"{desk.url}/controls")

    page.get_by_role("button", name="+ 1 week").click()

    expect(page.get_by_role("status")).to_contain_text("The clock was moved")
    assert desk.now(intent["id"])["status"] == "succeeded"
    assert desk.sandbox.account.now >= time.time() + 6 * 24 * 3600
    page.get_by_role("button", name="Back to the real time").click()
    assert desk.sandbox.account.now <= time.time() + 1


def test_a_test_clock_is_moved_from_here_too(page: Page, desk: Till) -> None:
    clock = desk.post("test_helpers/test_clocks", frozen_time=str(int(time.time())), name="Spring")
    debit = {"customer": desk.post("customers", name="Ada", test_clock=clock["id"])["id"]}
    intent = _debited(desk, **debit)
    page.goto(f"{desk.url}/controls")
    spring = page.locator("section", has=page.get_by_role("link", name="Spring"))

    spring.get_by_role("button", name="+ 1 month").click()

    expect(page.get_by_role("status")).to_contain_text("The clock was moved")
    assert desk.now(intent["id"])["status"] == "succeeded"
    assert desk.now(clock["id"])["frozen_time"] >= clock["frozen_time"] + 28 * 24 * 3600
    assert desk.sandbox.account.now <= time.time() + 1


def test_the_clock_goes_to_a_date(page: Page, desk: Till) -> None:
    page.goto(f"{desk.url}/controls")

    page.get_by_label("To a moment, UTC").fill("2031-02-03T04:05")
    page.get_by_role("button", name="Go").click()

    expect(page.get_by_role("heading", name="Clock 03 Feb 2031, 04:05")).to_be_visible()


def test_a_fault_has_a_switch(page: Page, desk: Till) -> None:
    page.goto(f"{desk.url}/controls")
    switch = page.get_by_role("switch", name="Error of the server (500)")
    expect(switch).not_to_be_checked()

    switch.click()
    expect(switch).to_be_checked()
    assert _status_of_a_call(desk, "customers") == 500

    switch.click()
    expect(switch).not_to_be_checked()
    assert _status_of_a_call(desk, "customers") == 200


def test_a_fault_can_be_told_where_to_happen_and_all_are_switched_off_together(
    page: Page, desk: Till
) -> None:
    page.goto(f"{desk.url}/controls")
    page.get_by_text("More exactly").click()
    page.get_by_role("combobox", name="Fault").select_option("500")
    page.get_by_label("Only paths").fill("customers")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("switch", name="Error of the server (500)")).to_be_checked()
    assert _status_of_a_call(desk, "customers") == 500
    assert _status_of_a_call(desk, "payment_intents") == 400

    page.get_by_role("button", name="Switch all faults off").click()

    expect(page.get_by_text("None is on. Everything works as it should.")).to_be_visible()
    assert _status_of_a_call(desk, "customers") == 200


def test_a_reset_asks_first_and_then_forgets_everything(page: Page, desk: Till) -> None:
    customer = desk.post("customers", email="ada@example.com")["id"]
    page.goto(f"{desk.url}/controls")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Reset").click()
    assert desk.sandbox.account.find(customer) is not None

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset").click()

    expect(page.get_by_role("status")).to_have_text("Everything was forgotten.")
    assert desk.sandbox.account.find(customer) is None


def test_the_overview_keeps_itself_fresh(page: Page, desk: Till) -> None:
    page.goto(desk.url)
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()

    desk.post("customers", email="ada@example.com")

    expect(page.get_by_role("link", name="customer.created")).to_be_visible()


@pytest.mark.parametrize("text", ["ada@exam", "Lovelace", "order-7"])
def test_search_finds_whatever_mentions_the_words(page: Page, desk: Till, text: str) -> None:
    row = {"name": "Ada Lovelace", "email": "ada@example.com", "metadata[ref]": "order-7"}
    customer = desk.post("customers", **row)
    page.goto(desk.url)

    page.get_by_role("searchbox").fill(text)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ada Lovelace").click()

    expect(page).to_have_url(f"{desk.url}/test/customers/{customer['id']}")


def test_search_leads_from_an_id_to_its_object(page: Page, desk: Till) -> None:
    customer = desk.post("customers", email="ada@example.com")["id"]

    page.goto(f"{desk.url}/search?q={customer}")

    expect(page).to_have_url(f"{desk.url}/test/customers/{customer}")


def test_what_a_customer_wrote_is_shown_and_never_run(page: Page, desk: Till) -> None:
    evil = "<img src=x onerror=alert(1)>"
    customer = desk.post("customers", name=evil, **{"metadata[note]": evil})["id"]

    page.goto(f"{desk.url}/test/customers/{customer}")

    expect(page.get_by_role("heading", name=evil)).to_be_visible()
    expect(page.locator("img[src=x]")).to_have_count(0)


def test_buttons_cannot_be_pressed_by_pages_of_another_site(desk: Till) -> None:
    customer = desk.post("customers", email="ada@example.com")["id"]
    client = desk.sandbox.test_client()
    for path in ("/_dashboard/reset", "/_sandbox/reset"):
        for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert client.post(path, headers=foreign).status_code == 403
    assert desk.sandbox.account.find(customer) is not None

    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert client.post("/_dashboard/reset", headers=own).status_code == 303

    assert desk.sandbox.account.find(customer) is None


def test_a_step_that_is_refused_says_why(desk: Till) -> None:
    payment = _paid(desk)
    client = desk.sandbox.test_client()

    answer = client.post(
        f"/_dashboard/payment_intents/{payment['id']}/settle",
        data={"outcome": "succeeded", "back": "//evil.example"},
    )

    assert answer.status_code == 400
    assert "That was not done" in answer.text
    assert 'href="//evil.example"' not in answer.text


def test_an_object_from_before_a_reset_is_missed_kindly(page: Page, desk: Till) -> None:
    answer = page.goto(f"{desk.url}/test/payments/pi_gone")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("There is no pi_gone in this sandbox.")).to_be_visible()


def test_long_lists_are_turned_page_by_page(page: Page, desk: Till) -> None:
    for number in range(51):
        desk.post("customers", name=f"Customer {number}")
    page.goto(f"{desk.url}/test/customers")
    expect(page.get_by_role("link", name="Customer 50")).to_be_visible()
    expect(page.get_by_role("link", name="Customer 0", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Older").click()

    expect(page.get_by_role("link", name="Customer 0", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Older")).to_have_count(0)


def _paid(desk: Till, **params: str) -> dict[str, object]:
    return desk.intent(**{**DIRECT, "payment_method": "pm_card_visa", **params})


def _debited(desk: Till, **params: str) -> dict[str, object]:
    return desk.intent(
        **{
            **params,
            **DIRECT,
            "payment_method_data[type]": "sepa_debit",
            "payment_method_data[sepa_debit][iban]": "DE89370400440532013000",
            "payment_method_data[billing_details][name]": "Ada Lovelace",
            "payment_method_data[billing_details][email]": "ada@example.com",
            "mandate_data[customer_acceptance][type]": "offline",
        }
    )


def _status_of_a_call(desk: Till, path: str) -> int:
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    return desk.sandbox.test_client().post(f"/v1/{path}", headers=headers).status_code


@pytest.fixture
def desk(page: Page) -> Iterator[Till]:
    """A sandbox of the test's own, with its dashboard on a port."""
    page.set_default_timeout(BY_PATIENCE_MS)
    sandbox = create_sandbox()
    with running(sandbox) as url:
        yield Till(sandbox, url)

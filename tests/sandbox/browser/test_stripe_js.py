"""window.Stripe beside the Payment Element: what it answers, and what it throws at a wrong shop."""

from typing import Any

from playwright.sync_api import Page, Route

from tests.sandbox.browser.conftest import Buyer, Till, running
from tests.sandbox.browser.shop import create_shop

MISTAKES = [
    ("Stripe('')", "Please call Stripe() with your publishable key."),
    ("Stripe('sk_test_123')", "You should not use your secret key with Stripe.js."),
    ("Stripe('pk_live_123')", "pretend Stripe"),
    ("stripe.elements({paymentMethodTypes: ['card']})", "allowedPaymentMethodTypes"),
    ("stripe.elements({clientSecret: 'nonsense'})", "${id}_secret_${secret}"),
    ("stripe.elements({mode: 'payment'})", "needs amount and currency"),
    ("stripe.elements().create('payment')", "clientSecret or mode"),
    ("elements.create('payment')", "Can only create one Element"),
    ("elements.create('cards')", "A valid Element name must be provided"),
    ("elements.create('taxId')", "does not play the 'taxId' Element"),
    ("elements.create('address')", "needs a mode"),
    ("stripe.paymentRequest({})", "does not play stripe.paymentRequest()"),
    ("stripe.confirmPayment({clientSecret: 'seti_1_secret_2'})", "Use stripe.confirmSetup()"),
    ("stripe.retrieveSetupIntent('pi_1_secret_2')", "client secret of a payment_intent"),
    ("stripe.createConfirmationToken({})", "needs elements"),
    ("stripe.initCheckoutElementsSdk({})", "needs a clientSecret"),
    ("stripe.createEmbeddedCheckoutPage({})", "fetchClientSecret"),
    ("element.mount('#nowhere')", "applies to no DOM elements"),
    ("stripe.confirmPayment({elements})", "needs confirmParams.return_url"),
]


def test_an_intent_can_be_looked_up_by_its_client_secret(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])

    found = buyer.page.evaluate("s => stripe.retrievePaymentIntent(s)", intent["client_secret"])
    wrong = buyer.page.evaluate(
        "s => stripe.retrievePaymentIntent(s)", f"{intent['id']}_secret_wrong"
    )

    assert found["paymentIntent"]["amount"] == 4200
    assert wrong["error"]["type"] == "invalid_request_error"


def test_a_card_can_be_kept_for_later(buyer: Buyer, till: Till) -> None:
    customer = till.post("customers", email="ada@example.com")
    intent = till.post("setup_intents", customer=customer["id"])
    buyer.open(intent["client_secret"], confirm="confirmSetup")
    buyer.fill_card("4000002500003155")
    buyer.pay()

    buyer.bank.get_by_role("button", name="Complete").click()

    buyer.reads("succeeded")
    assert buyer.page.evaluate("result.setupIntent.payment_method").startswith("pm_")
    assert buyer.page.evaluate(
        "async s => (await stripe.retrieveSetupIntent(s)).setupIntent.status",
        intent["client_secret"],
    ) == ("succeeded")


def test_a_form_may_stand_before_there_is_an_intent(buyer: Buyer, till: Till) -> None:
    buyer.open(elements={"mode": "payment", "amount": 4200, "currency": "eur"})
    buyer.fill_card("4242424242424242")
    early = _thrown(buyer, f"stripe.confirmPayment({_deferred(till)})")
    assert "elements.submit() must be called" in early

    assert buyer.page.evaluate("elements.submit()") == {"selectedPaymentMethod": "card"}
    result = buyer.page.evaluate(f"stripe.confirmPayment({_deferred(till)})")

    assert result["paymentIntent"]["status"] == "succeeded"


def test_a_payment_method_can_be_made_from_the_form(buyer: Buyer, till: Till) -> None:
    buyer.open(
        elements={
            "mode": "payment",
            "amount": 4200,
            "currency": "eur",
            "paymentMethodCreation": "manual",
        }
    )
    buyer.fill_card("4242424242424242")
    buyer.page.evaluate("elements.submit()")

    made = buyer.page.evaluate("stripe.createPaymentMethod({ elements })")

    assert made["paymentMethod"]["card"]["last4"] == "4242"
    assert made["paymentMethod"]["billing_details"]["address"]["country"] == "DE"


def test_a_question_left_open_can_be_answered_later(buyer: Buyer, till: Till) -> None:
    intent = till.intent(
        **{
            "confirm": "true",
            "payment_method": "pm_card_threeDSecure2Required",
            "automatic_payment_methods[enabled]": "true",
            "automatic_payment_methods[allow_redirects]": "never",
        }
    )
    buyer.open(intent["client_secret"])
    buyer.page.evaluate(
        "s => { stripe.handleNextAction({clientSecret: s}).then((r) => { window.result = r; }); }",
        intent["client_secret"],
    )

    buyer.bank.get_by_role("button", name="Complete").click()

    buyer.wait_for("window.result")
    assert buyer.page.evaluate("result.paymentIntent.status") == "succeeded"


def test_the_form_follows_an_intent_that_the_server_changed(buyer: Buyer, till: Till) -> None:
    intent = till.intent()
    buyer.open(intent["client_secret"])
    till.post(f"payment_intents/{intent['id']}", amount="5000")

    assert buyer.page.evaluate("elements.fetchUpdates()") == {}
    till.post(f"payment_intents/{intent['id']}/cancel")
    gone = buyer.page.evaluate("elements.fetchUpdates()")

    assert "terminal state" in gone["error"]["message"]


def test_an_element_can_be_taken_away_and_put_back(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])
    buyer.page.evaluate("element.unmount()")
    assert buyer.page.locator("iframe").count() == 0
    buyer.page.evaluate(
        "heard.length = 0; element.mount(document.querySelector('#payment-element'))"
    )
    buyer.wait_for("heard.some(({ name }) => name === 'ready')")

    buyer.page.evaluate("element.destroy()")

    assert buyer.page.evaluate("elements.getElement('payment')") is None
    assert "destroyed" in _thrown(buyer, "element.mount('#payment-element')")


def test_a_mistake_of_the_shop_is_thrown_with_a_sentence(buyer: Buyer, till: Till) -> None:
    buyer.open(till.intent()["client_secret"])

    for code, sentence in MISTAKES:
        assert sentence in str(_thrown(buyer, code)), code

    assert _thrown(buyer, "stripe.elements({mode: 'setup'}).create('payment')") is None


def test_a_field_left_out_must_be_sent_by_the_shop(buyer: Buyer, till: Till) -> None:
    left_out = {"fields": {"billingDetails": {"name": "never"}}}
    buyer.open(till.intent()["client_secret"], payment=left_out)
    buyer.fill_card("4242424242424242")
    without = "stripe.confirmPayment({elements, redirect: 'if_required'})"
    assert "billing_details.name" in _thrown(buyer, without)

    result = buyer.page.evaluate(
        "stripe.confirmPayment({elements, redirect: 'if_required', confirmParams:"
        " {payment_method_data: {billing_details: {name: 'Ada'}}}})"
    )

    assert result["paymentIntent"]["status"] == "succeeded"
    method = till.now(result["paymentIntent"]["payment_method"])
    assert method["billing_details"]["name"] == "Ada"


def test_a_page_made_for_stripes_own_hosts_works_when_they_lead_here(
    page: Page, till: Till
) -> None:
    def lead(route: Route) -> None:
        path = route.request.url.split("stripe.com", 1)[1]
        route.fulfill(response=route.fetch(url=till.url + path))

    page.route("https://*.stripe.com/**", lead)
    shop = create_shop(
        "https://js.stripe.com",
        frames="https://js.stripe.com https://hooks.stripe.com",
        api="https://api.stripe.com",
    )
    with running(shop) as address:
        buyer = Buyer(page, address)
        buyer.open(till.intent()["client_secret"])
        buyer.fill_card("4000002500003155")
        buyer.pay()
        buyer.bank.get_by_role("button", name="Complete").click()
        buyer.reads("succeeded")

    assert buyer.complaints == []


def _deferred(till: Till) -> str:
    secret = till.intent()["client_secret"]
    return f"{{elements, clientSecret: '{secret}', redirect: 'if_required'}}"


def _thrown(buyer: Buyer, code: str) -> Any:
    caught = f"(async () => {{ try {{ await {code}; return null; }} catch (e) {{ return `${{e}}`; }} }})()"
    return buyer.page.evaluate(caught)

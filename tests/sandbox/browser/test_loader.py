"""The published package judges: its loader loads us, and its types name what we have."""

import re
from pathlib import Path

from flask import Flask, Response
from playwright.sync_api import Page, Route

from sandbox.browser.bundle import STATIC
from tests.sandbox.browser import published_types
from tests.sandbox.browser.conftest import Buyer, Counter, Till, running
from tests.sandbox.browser.shop import PUBLISHABLE_KEY, create_shop

LOADING = """<!doctype html>
<html lang="en">
  <title>Loader</title>
  <div id="payment-element"></div>
  <script type="module" nonce="abc123">
    import {{ loadStripe }} from "/loader.mjs";
    window.stripe = await loadStripe("{key}");
    window.elements = stripe.elements({{ clientSecret: location.hash.slice(1), locale: "en" }});
    const element = elements.create("payment");
    element.on("ready", () => {{ window.stands = true; }});
    element.mount("#payment-element");
  </script>
</html>
"""
ELEMENT_TYPES = {
    "payment": ("elements/payment", "StripePaymentElement"),
    "address": ("elements/address", "StripeAddressElement"),
    "linkAuthentication": ("elements/link-authentication", "StripeLinkAuthenticationElement"),
    "contactDetails": ("elements/contact-details", "StripeContactDetailsElement"),
    "expressCheckout": ("elements/express-checkout", "StripeExpressCheckoutElement"),
    "card": ("elements/card", "StripeCardElement"),
    "cardNumber": ("elements/card-number", "StripeCardNumberElement"),
    "cardExpiry": ("elements/card-expiry", "StripeCardExpiryElement"),
    "cardCvc": ("elements/card-cvc", "StripeCardCvcElement"),
    "iban": ("elements/iban", "StripeIbanElement"),
}
BASE = {"mount", "blur", "clear", "destroy", "focus", "unmount"}
LEGACY = """
createSource retrieveSource redirectToCheckout initCheckout initEmbeddedCheckout handleCardPayment
handleCardSetup confirmPaymentIntent confirmSetupIntent handleFpxPayment
"""


def test_the_published_loader_loads_us_in_a_page_as_strict_as_a_shops(
    page: Page, till: Till
) -> None:
    def lead(route: Route) -> None:
        path = route.request.url.split("stripe.com", 1)[1]
        route.fulfill(response=route.fetch(url=till.url + path))

    page.route("https://*.stripe.com/**", lead)
    with running(_shop_with_loader(published_types.package())) as address:
        buyer = Buyer(page, address)
        page.goto(f"{address}/loading#{till.intent()['client_secret']}")
        buyer.wait_for("window.stands")
        buyer.fill_card("4242424242424242")
        result = page.evaluate("stripe.confirmPayment({elements, redirect: 'if_required'})")

    assert result["paymentIntent"]["status"] == "succeeded"
    assert buyer.complaints == []


def _shop_with_loader(package: Path) -> Flask:
    shop = create_shop(
        "https://js.stripe.com",
        frames="https://js.stripe.com https://hooks.stripe.com",
        api="https://api.stripe.com",
    )

    @shop.get("/loader.mjs")
    def loader() -> Response:
        return Response((package / "dist/index.mjs").read_text(), mimetype="text/javascript")

    @shop.get("/loading")
    def loading() -> str:
        return LOADING.format(key=PUBLISHABLE_KEY)

    return shop


def test_every_declared_method_is_there_or_listed(counter: Counter) -> None:
    declared = published_types.methods("stripe", "Stripe")
    counter.open_group(mode="setup")

    here = set(counter.run("return Object.getOwnPropertyNames(Object.getPrototypeOf(stripe));"))
    absent = {name for name in declared if _says_it_is_not_here(counter, name)}

    assert here - declared == {"constructor", "_registerWrapper"}
    assert declared - here == set()
    assert absent == _listed("METHODS_NOT_HERE")
    assert not here & set(LEGACY.split())


def _says_it_is_not_here(counter: Counter, name: str) -> bool:
    code = "try { await stripe[given]({}); } catch (error) { return error.message; }"
    return "does not play" in (counter.run(code, name) or "")


def _listed(name: str) -> set[str]:
    source = (STATIC / "stripe/not_here.js").read_text()
    body = source.split(f"export const {name} = [")[1].split("];")[0]
    return set(re.findall(r'"(\w+)"', body))


def test_every_declared_element_is_there_or_listed(counter: Counter) -> None:
    counter.open_group(mode="setup")
    methods = "return [...methodsOf(given)];"
    collect = (
        "const methodsOf = (object) => { const names = new Set(); for (let each = object;"
        " each !== Object.prototype; each = Object.getPrototypeOf(each))"
        " Object.getOwnPropertyNames(each).forEach((name) => names.add(name)); return names; };"
    )

    for name, (file, interface) in ELEMENT_TYPES.items():
        given = methods.replace("given", "group.create(given, {mode: 'billing'})")
        here = set(counter.run(collect + given, name))
        assert (published_types.methods(file, interface) | BASE) - here == set(), name
    group = set(counter.run(collect + methods.replace("given", "group")))

    assert published_types.methods("elements-group", "StripeElements") - group == set()
    assert published_types.element_types() - set(ELEMENT_TYPES) == _listed("ELEMENTS_NOT_HERE")


def test_every_declared_action_of_a_checkout_is_there(counter: Counter) -> None:
    counter.open_group(mode="setup")
    sdk = "stripe.initCheckoutElementsSdk({clientSecret: new Promise(() => {})})"
    own = f"return Object.getOwnPropertyNames(Object.getPrototypeOf({sdk}));"
    actions = f"return Object.getOwnPropertyNames(Object.getPrototypeOf({sdk}.actions));"

    declared = published_types.methods("checkout", "StripeCheckoutElementsSdk")
    assert declared - set(counter.run(own)) == set()
    taken = published_types.methods("checkout", "StripeCheckoutLoadActionsSuccess")
    assert taken - set(counter.run(actions)) == set()
    assert {"loadActions", "on"} <= declared
    assert {"confirm", "getSession"} <= taken

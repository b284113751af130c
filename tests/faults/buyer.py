"""A buyer without a browser: the shop's own pages and forms, and a card at Stripe's door."""

import re
from urllib.parse import urlsplit

import requests

from tests.servers import RunningShop

CARD = {
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": "4242424242424242",
    "payment_method_data[card][exp_month]": "12",
    "payment_method_data[card][exp_year]": "2039",
    "payment_method_data[card][cvc]": "123",
}
ADDRESS = {
    "name": "Eve Example",
    "line1": "Hauptstr. 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "shipping_method": "standard",
}


class Buyer:
    """One person with a cookie jar; remembers every status the shop answered with."""

    def __init__(self, shop: RunningShop, number: int = 0) -> None:
        self.shop, self.email = shop, f"buyer-{number}@example.com"
        self.http = requests.Session()
        self.statuses: list[int] = []
        self.client_secret = ""

    def fill_cart(self, variant_id: int, slug: str) -> None:
        page = self.get(f"/products/{slug}")
        form = {"csrf_token": field(page.text, "csrf_token"), "quantity": "1"}
        self.post("/cart/items", form | {"variant": str(variant_id), "product": slug})

    def read_checkout(self) -> dict[str, str]:
        """What the checkout form would send; empty when there is nothing to check out."""
        page = self.get("/checkout").text
        if 'name="place_key"' not in page:
            return {}
        hidden = {name: field(page, name) for name in ("csrf_token", "place_key", "fingerprint")}
        return hidden | ADDRESS | {"email": self.email}

    def place(self, form: dict[str, str]) -> requests.Response:
        answer = self.post("/checkout", form, headers={"Accept": "application/json"})
        if answer.ok:
            self.client_secret = answer.json().get("client_secret", "")
        return answer

    def pay(self) -> requests.Response:
        """What Stripe.js does with the card."""
        intent = self.client_secret.split("_secret_")[0]
        what = {"client_secret": self.client_secret, "key": "pk_test_sandbox", **CARD}
        what["return_url"] = f"{self.shop.url}/"
        return requests.post(
            f"{self.shop.sandbox.url}/v1/payment_intents/{intent}/confirm", what, timeout=180
        )

    def get(self, path: str) -> requests.Response:
        return self._seen(self.http.get(self.shop.url + path, timeout=180))

    def post(
        self, path: str, form: dict[str, str], headers: dict[str, str] | None = None
    ) -> requests.Response:
        answer = self.http.post(self.shop.url + path, form, headers=headers, timeout=180)
        return self._seen(answer)

    def _seen(self, answer: requests.Response) -> requests.Response:
        self.statuses += [answer.status_code, *(r.status_code for r in answer.history)]
        return answer


def path_of(address: str) -> str:
    return urlsplit(address).path


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no {name} on the page:\n{page[:2000]}"
    return found[1]

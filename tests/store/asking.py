"""How a test asks the shop: as htmx, as our script, and what a checkout form holds."""

import re

from flask.testing import FlaskClient

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
DRAWER = HTMX | {"HX-Target": "div#cart-drawer"}
SCRIPT = {"Accept": "application/json", "HX-Request-Type": "partial"}
ADDRESS = {
    "email": "eve@example.com",
    "name": "Eve Example",
    "line1": "Hauptstr. 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "shipping_method": "standard",
}


def checkout_form(client: FlaskClient, **changed: str) -> dict[str, str]:
    """What a buyer's browser sends: the page's hidden fields, and an address."""
    text = client.get("/checkout").text
    hidden = {name: hidden_field(text, name) for name in ("place_key", "fingerprint")}
    return hidden | ADDRESS | changed


def hidden_field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"the page has no field {name}"
    return found[1]

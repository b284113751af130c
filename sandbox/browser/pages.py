"""Stripe.js itself and the frames of its Elements."""

from flask import Response, abort, render_template

from sandbox.browser import blueprint
from sandbox.browser.bundle import bundle
from sandbox.browser.policy import framed

SCRIPT = "stripe/stripe.js"
LINES = ("card", "cardNumber", "cardExpiry", "cardCvc", "iban")
TEMPLATES = {
    "payment": "payment_element",
    "address": "address_element",
    "linkAuthentication": "email_element",
    "contactDetails": "email_element",
    **dict.fromkeys(LINES, "line_element"),
}


@blueprint.get("/endive/stripe.js")
@blueprint.get("/v3/")
@blueprint.get("/v3/stripe.js")
def stripe_js() -> Response:
    """The script that shops include; it finds its server by the address it came from."""
    answer = Response(bundle(SCRIPT), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/elements/<element>")
def element(element: str) -> Response:
    """The form of one Element, shown only after the shop's page has said what it is for."""
    if element not in TEMPLATES:
        abort(404)
    html = render_template(f"browser/{TEMPLATES[element]}.html", element=element)
    return framed(html)

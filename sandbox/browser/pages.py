"""Stripe.js itself and the frame of the Payment Element."""

from flask import Response, render_template

from sandbox.browser import blueprint
from sandbox.browser.bundle import bundle
from sandbox.browser.policy import framed

SCRIPT = "stripe/stripe.js"


@blueprint.get("/endive/stripe.js")
@blueprint.get("/v3/")
@blueprint.get("/v3/stripe.js")
def stripe_js() -> Response:
    """The script that shops include; it finds its server by the address it came from."""
    answer = Response(bundle(SCRIPT), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/elements/payment")
def payment_element() -> Response:
    """The card form, which shows itself only after the shop's page has said what it is for."""
    return framed(render_template("browser/payment_element.html"))

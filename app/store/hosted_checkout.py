"""Paying on Stripe's own page: by a setting, or when somebody chooses it below the card form."""

from flask import Response, jsonify, make_response, render_template, request

from app import settings
from app.store.frame import blueprint

FIELD, STRIPE = "pay_on", "stripe"


@blueprint.app_template_global("pays_on_stripe")
def by_setting() -> bool:
    return settings.current().checkout_mode == "hosted"


def wanted() -> bool:
    """Whether the form that was sent is to be paid on Stripe's page."""
    return by_setting() or request.form.get(FIELD) == STRIPE


def leave(url: str, *, as_json: bool) -> Response:
    """On to Stripe. A form may not be redirected to another site, so without script a page leads on."""
    if as_json:
        return jsonify(url=url)
    return make_response(render_template("store/hosted_checkout.html", url=url))

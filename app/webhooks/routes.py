"""Verify the signature, hand over to the inbox, answer 200."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app import gateway, inbox, security, settings

LONGEST = 1024 * 1024

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.post("/stripe")
@security.audience(security.STRIPE)
def stripe() -> ResponseReturnValue:
    """Store what Stripe says. It tries again unless the answer is 2xx."""
    if not settings.current().stripe_webhook_secret:
        abort(404)
    request.max_content_length = LONGEST
    signature = request.headers.get("Stripe-Signature", "")
    inbox.receive(gateway.verify_event(request.get_data(), signature))
    return "", 200

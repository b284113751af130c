"""What is paid at Stripe's hosted pages: with our links, and with those made in its dashboard.

A session is confirmed as its page does it, but without a browser.
"""

from typing import Any

from app import gateway, settings
from app.db import reading, transaction
from app.gateway.client import stripe_call
from app.models import PaymentLink
from app.services import external_payments

ANYWHERE = "http://127.0.0.1/thanks"


def pay_link(link_id: int) -> None:
    """The session that a link opens carries the link's metadata."""
    with reading() as session:
        link = session.get_one(PaymentLink, link_id)
        stripe_id, email = str(link.stripe_id), link.email
        amount, words = link.amount, link.description
    with stripe_call() as stripe:
        metadata = stripe.v1.payment_links.retrieve(stripe_id).metadata.to_dict()
    _pay(email, amount, words, metadata=metadata, payment_intent_data={"metadata": metadata})


def pay_at_dashboard(email: str, amount: int, words: str) -> None:
    """The shop knows nothing of it but what the payer typed."""
    _pay(email, amount, words)


def _pay(email: str, amount: int, words: str, **more: Any) -> None:
    price = {"currency": "eur", "unit_amount": amount, "product_data": {"name": words}}
    params: Any = {
        "mode": "payment",
        "customer_email": email,
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": ANYWHERE,
        **more,
    }
    with stripe_call() as stripe:
        session = stripe.v1.checkout.sessions.create(params)
        card = stripe.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
        stripe.raw_request(
            "post",
            f"/v1/payment_pages/{session.id}/confirm",
            api_key=settings.current().stripe_publishable_key,
            payment_method=card.id,
            expected_amount=amount,
        )
    answer = gateway.retrieve_session(session.id)
    with transaction() as books:
        external_payments.record(books, answer, actor="stripe")

"""How a test pays at a hosted page: opens a Payment Link, and confirms its session."""

from typing import Any

import stripe

from app.models import PaymentLink
from sandbox import Sandbox


def open_link(sandbox: Sandbox, url: str) -> str:
    """Somebody opens a Payment Link; the id of the session that they see."""
    answer = sandbox.test_client().get("/" + url.split("/", 3)[3])
    assert answer.status_code in (302, 303), answer.status
    return str(answer.location).rstrip("/").rsplit("/", 1)[1].split("?")[0].split("#")[0]


def pay_session(
    sandbox: Sandbox, session_id: str, *, card: str = "pm_card_visa", email: str = "eve@example.com"
) -> None:
    """Fill in a hosted page and press its button."""
    answer = sandbox.test_client().post(
        f"/v1/payment_pages/{session_id}/confirm",
        data={"email": email, "payment_method": card},
        headers={"Authorization": "Bearer sk_test_1"},
    )
    assert answer.status_code in (200, 402), answer.text


def pay_link(sandbox: Sandbox, link: PaymentLink, *, card: str = "pm_card_visa") -> None:
    """Open a link of ours and pay it."""
    pay_session(sandbox, open_link(sandbox, link.url), card=card, email=link.email)


def foreign_link(
    stripe_client: stripe.StripeClient, amount: int, *, currency: str = "eur", **more: Any
) -> stripe.PaymentLink:
    """A link that somebody made in Stripe's dashboard, without the shop."""
    price = stripe_client.v1.prices.create(
        {"currency": currency, "unit_amount": amount, "product_data": {"name": "A donation"}}
    )
    lines: Any = [{"price": price.id, "quantity": 1}]
    return stripe_client.v1.payment_links.create({"line_items": lines, **more})


def pay_foreign_link(
    stripe_client: stripe.StripeClient, sandbox: Sandbox, amount: int, *, email: str
) -> None:
    link = foreign_link(stripe_client, amount)
    pay_session(sandbox, open_link(sandbox, link.url), email=email)

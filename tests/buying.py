"""How a test buys: fill a cart, place it, pay it as a browser would."""

import secrets
from typing import Any

import stripe

from app.db import db, transaction
from app.models import Cart, CartItem, Order, PostalAddress, Variant
from app.services import checkout, pricing
from app.services.checkout import CheckoutRequest
from app.services.payments import PaymentSheet
from tests.goods import add_product

HOME = PostalAddress(
    name="Eve Example", line1="Hauptstr. 1", postal_code="10115", city="Berlin", country="DE"
)


def fill_cart(*wanted: tuple[Variant, int]) -> str:
    """A cart's token."""
    with transaction() as session:
        cart = Cart(currency="eur")
        for variant, quantity in wanted:
            variant = session.get_one(Variant, variant.id)
            price = variant.price_in("eur")
            cart.items.append(
                CartItem(
                    variant=variant, price=price, quantity=quantity, seen_amount=price.unit_amount
                )
            )
        session.add(cart)
        session.flush()
        return cart.token


def request_for(cart_token: str, *, country: str = "DE", **changed: Any) -> CheckoutRequest:
    """What the checkout form sends for a cart as it is now, having shown a country's total."""
    cart = db.session.scalar(db.select(Cart).filter_by(token=cart_token))
    quote = pricing.quote(cart, country=country, shipping_method="standard")
    values: dict[str, Any] = {
        "email": "eve@example.com",
        "shipping_address": HOME,
        "shipping_method": "standard",
        "place_key": secrets.token_hex(16),
        "fingerprint": quote.fingerprint,
    }
    return CheckoutRequest(**(values | changed))


def place(cart_token: str, request: CheckoutRequest | None = None) -> PaymentSheet:
    request = request or request_for(cart_token)
    db.session.rollback()
    return checkout.place(cart_token, request, customer_id=None, actor="customer")


def order_of(sheet: PaymentSheet) -> Order:
    db.session.rollback()
    return db.session.scalars(db.select(Order).filter_by(token=sheet.order_token)).one()


def pay(stripe_client: stripe.StripeClient, sheet: PaymentSheet, card: str = "pm_card_visa") -> Any:
    """Confirm as the Payment Element does; returns the intent, a declined one too."""
    intent_id = sheet.client_secret.split("_secret_")[0]
    try:
        return stripe_client.v1.payment_intents.confirm(
            intent_id, {"payment_method": card, "return_url": "http://localhost/return"}
        )
    except stripe.CardError:
        return stripe_client.v1.payment_intents.retrieve(intent_id)


def buy(stripe_client: stripe.StripeClient, card: str = "pm_card_visa", quantity: int = 1) -> Order:
    """A new product, bought and paid at Stripe; the shop has not been told yet."""
    slug = f"mug-{secrets.token_hex(3)}"
    sheet = place(fill_cart((add_product(slug), quantity)))
    pay(stripe_client, sheet, card)
    return order_of(sheet)

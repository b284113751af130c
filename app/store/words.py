"""The shop's words for kinds, stock and states: (tone, words); colour never stands alone."""

from app.services.cards import Card
from app.services.product_page import FEW, Offer, ProductPage

KINDS = {
    "physical": "Sent by post",
    "digital": "Download",
    "license": "Subscription",
    "service": "Made to order",
}
SORTS = {"": "Our choice", "cheap": "Price, low to high", "dear": "Price, high to low"}
ORDER_BADGES = {
    "pending": ("wait", "Waiting for payment"),
    "processing": ("wait", "Payment on its way"),
    "authorized": ("good", "Payment reserved"),
    "failed": ("bad", "Payment declined"),
    "paid": ("good", "Paid"),
    "fulfilling": ("good", "Being prepared"),
    "fulfilled": ("good", "Complete"),
    "refunded": ("none", "Refunded"),
    "canceled": ("none", "Canceled"),
}


def tag(card: Card) -> tuple[str, str]:
    """The one thing a card says over its picture; empty if there is nothing to say."""
    if card.coming_soon:
        return "plain", "Coming soon"
    if not card.available:
        return "plain", "Sold out"
    return "accent", card.level


def stock(product: ProductPage, offer: Offer | None = None) -> tuple[str, str]:
    """What a buyer needs to know about waiting; of one variant or of the whole product."""
    if product.coming_soon:
        return "wait", "Coming soon"
    if product.plans:
        return "good", "The license key arrives at once, by mail and in your account"
    if product.kind == "license":
        return "none", "Not for sale at the moment"
    offers = [offer] if offer else [o for o in product.offers if o.amount is not None]
    if not offers:
        return "none", "Not for sale at the moment"
    if not any(o.buyable for o in offers):
        return "none", "Sold out for now"
    if product.kind == "digital":
        return "good", "Yours at once, after payment"
    left = [o.available for o in offers if o.available is not None]
    if len(left) == len(offers) and sum(left) <= FEW:
        return "few", f"Only {sum(left)} left"
    return "good", "In stock, ready to leave"

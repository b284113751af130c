"""Sessions as tests open them, and a customer at their page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

SUCCESS = "https://shop.example/thanks?session={CHECKOUT_SESSION_ID}"
BOOK = {"currency": "eur", "product_data": {"name": "Book"}, "unit_amount": 2000}


class Shopper:
    """Somebody at the page of a session, which calls the server with a publishable key."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def __call__(self, session: Any, call: str = "confirm", **told: Any) -> Any:
        """Confirm (or another call); the answer, or the error it was refused with."""
        path = f"/v1/payment_pages/{session.id}/{call}".rstrip("/")
        body = urlencode({_bracketed(name): value for name, value in told.items()})
        status, answer, _ = self.raw("POST", path, body, Authorization="Bearer pk_test_page")
        return answer if status == 200 else answer["error"]

    def pays(self, session: Any, card: str = "pm_card_visa", **told: Any) -> Any:
        """Confirm with a card."""
        known = {"email": "ada@example.com", "payment_method": card}
        return self(session, **{**known, **told})


def _bracketed(name: str) -> str:
    head, *rest = name.split("__")
    return head + "".join(f"[{step}]" for step in rest)


def opens(api: Any) -> Callable[..., Any]:
    """`opens()` makes a session over two books of 20 euros; any parameter can be changed."""

    def made(**more: Any) -> Any:
        usual = {"mode": "payment", "success_url": SUCCESS}
        if more.get("mode") != "setup":
            usual["line_items"] = [{"price_data": BOOK, "quantity": 2}]
        return api.checkout.sessions.create({**usual, **more})

    return made


def club(api: Any, amount: int = 900) -> Any:
    """A monthly price."""
    product = {"name": "Reading club"}
    every = {"interval": "month"}
    return api.prices.create(
        {"currency": "eur", "unit_amount": amount, "recurring": every, "product_data": product}
    )

"""Somebody who puts things into a cart, as a browser without script does."""

import re
from urllib.parse import urlencode

from tests.bench.visits import Answer, Connection, get, post, require

FIRST_PAGE = "/cart"
_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
_HEADER_TOKEN = re.compile(rb'"X-CSRFToken": "([^"]+)"')


class Shopper:
    """Holds the session and the form token of one browser."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        answer = require(connection.ask(get(FIRST_PAGE)), 200)
        found = _TOKEN.search(answer.body) or _HEADER_TOKEN.search(answer.body)
        if not found:
            raise RuntimeError("the page has no form token")
        self._csrf_token = found[1].decode()
        self._session = next(c for c in answer.cookies if c.startswith("session="))
        self._cart = ""

    @property
    def cookie(self) -> str:
        return "; ".join(filter(None, [self._session, self._cart]))

    def add(self, variant_id: int, *, with_script: bool = False) -> Answer:
        """Without script the answer sends the browser to the cart; with it, it is the drawer."""
        form = {"csrf_token": self._csrf_token, "variant": variant_id, "quantity": 1}
        headers = {
            "Cookie": self.cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        if with_script:
            headers |= {
                "HX-Request": "true",
                "HX-Request-Type": "partial",
                "HX-Target": "div#cart-drawer",
            }
        message = post("/cart/items", urlencode(form).encode(), headers)
        answer = require(self._connection.ask(message), 200 if with_script else 303)
        self._cart = next((c for c in answer.cookies if c.startswith("cart=")), self._cart)
        return answer

    def accepts(self, variant_id: int) -> bool:
        """Whether this goes into a cart without questions."""
        try:
            self.add(variant_id)
        except RuntimeError:
            return False
        return True

    def leave_the_cart(self) -> None:
        self._cart = ""

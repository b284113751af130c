"""Requests from a seed: mostly what could be meant, with ids of what is really there; and nonsense."""

import random
import re
from urllib.parse import quote, urlencode

from sandbox import Sandbox
from sandbox.kinds import KINDS
from sandbox.routes import ROUTES, Route
from tests.sandbox.examples import examples
from tests.sandbox.parameters import Field, parameters

ODD_VALUES = (
    "", "0", "-1", "1", "50", "2000", "99999999", "100000000", "9" * 30, "1.5", "true", "false",
    "eur", "usd", "xyz", "card", "sepa_debit", "manual", "null", "NaN", "inf", "ü😀\u202e", "\x00",
    "%", "'", '"', "\\", "<b>", "a" * 6000, "pm_card_visa", "pm_card_chargeDeclined", "tok_visa",
    "pm_card_threeDSecure2Required", "pm_card_createDispute", "pm_card_", "cus_x", "won", "lost",
    "DE89370400440532013000", "4242424242424242", "http://[", "https://x.example", "inf", "month",
    "status:'succeeded'", "2000000000", "winning_evidence", "now", "unlimited", "1e9", "0x10",
)  # fmt: skip
ODD_KEYS = ("", "[]", "[0]", "[a]", "[card][number]", "[", "][", "[][a][b][c][d][e][f][g][h][i][j]")
QUERIES = ("status:'succeeded'", "amount>5", "created<9e99", "metadata['a']:null", "-email~'a'")
HEADERS = (
    *[{"Stripe-Version": "2026-10-28.endive"}] * 20,
    {}, {}, {"Stripe-Version": "ü"}, {"Idempotency-Key": "same"}, {"Idempotency-Key": "😀"},
    {"Authorization": "Bearer pk_test_1"}, {"Authorization": "Basic !!"},
    {"Content-Type": "application/json"},
)  # fmt: skip
OTHER_NAMES = {
    "intent": ("payment_intent", "setup_intent"), "method": ("payment_method",),
    "endpoint": ("webhook_endpoint",), "txn": ("balance_transaction",), "source": ("card",),
    "change": ("customer_balance_transaction",), "item": ("subscription_item", "invoiceitem"),
    "link": ("payment_link", "file_link"), "clock": ("test_helpers.test_clock",),
    "code": ("promotion_code",), "line": ("line_item",), "note": ("credit_note",),
    "token": ("confirmation_token", "token"), "rate": ("tax_rate", "shipping_rate"),
    "schedule": ("subscription_schedule",), "session": ("checkout.session",),
}  # fmt: skip


class Fuzz:
    """Requests of one sandbox."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self.dice = random.Random(seed)
        self.account = sandbox.account
        self.routes = sorted(ROUTES, key=lambda route: (route.path, route.method))

    def request(self) -> tuple[str, str, str]:
        """Method, address and body of a call of any kind."""
        route = self.dice.choice(self.routes)
        path, body = self._path(route), self._body(route)
        return (
            (route.method, path, body)
            if route.method == "POST"
            else (route.method, f"{path}?{body}", "")
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer sk_test_fuzz", **self.dice.choice(HEADERS)}

    def _path(self, route: Route) -> str:
        """The route's address with ids in its places, of the right kind mostly."""
        steps = (self._step(step) for step in route.path.split("/"))
        return "/".join(quote(step[:200], safe="") for step in steps)

    def _body(self, route: Route) -> str:
        """What is required, mostly, and some of what may be there."""
        pairs: list[tuple[str, str]] = []
        for field in self._some(parameters(route.params), at_most=4):
            pairs += self._pairs(field, field.name)
        return urlencode(pairs)

    def _step(self, step: str) -> str:
        if step[:1] != "<":
            return step
        name = step[1:-1]
        kinds = OTHER_NAMES.get(name) or [k for k in KINDS if k.rpartition(".")[2] == name]
        known = [row_id for kind in kinds for row_id in self._ids(kind)]
        fitting = known and self.dice.random() < 0.93
        return self.dice.choice(known) if fitting else self._odd() or "x"

    def _ids(self, kind: str) -> list[str]:
        table = self.account.store.tables.get(kind)
        return list(table.rows)[-30:] if table else []

    def _some(self, fields: dict[str, Field], *, at_most: int) -> list[Field]:
        if not fields:
            return []
        needed = [
            field for field in fields.values() if field.required and self.dice.random() < 0.97
        ]
        return needed + self.dice.choices(list(fields.values()), k=self.dice.randrange(at_most))

    def _pairs(self, field: Field, key: str) -> list[tuple[str, str]]:
        if self.dice.random() < 0.1:
            return [(key + self.dice.choice(ODD_KEYS), self._odd())]
        if field.listed:
            key = f"{key}[{self.dice.randrange(2)}]"
        elif field.keyed:
            key = f"{key}[{self.dice.choice(('usd', 'a', '0'))}]"
        if not field.hash:
            return [(key, self._fitting(field))]
        inner = self._some(field.fields, at_most=3)
        return [pair for each in inner for pair in self._pairs(each, f"{key}[{each.name}]")]

    def _fitting(self, field: Field) -> str:
        if field.name == "query":
            return self.dice.choice(QUERIES)
        known = list(examples(field, self.account, {}))
        return self.dice.choice(known) if known and self.dice.random() < 0.9 else self._odd()

    def _odd(self) -> str:
        return self.dice.choice(ODD_VALUES)


def shortened(text: str) -> str:
    """What a failing test prints of a request."""
    return re.sub(r"a{100,}", "a…", text)[:1000]

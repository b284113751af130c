"""Nonsense of every kind gets an answer, never a 500."""

import json
import random
import re
from typing import Any
from urllib.parse import quote

from sandbox import Sandbox
from sandbox.errors import StripeError
from sandbox.form import decode
from sandbox.objects import load
from sandbox.params import checker
from sandbox.routes import ROUTES, Route

load()
REQUESTS = 2_000
VALUES = (
    "", "0", "-1", "1", "50", "2000", "99999999", "100000000", "9" * 30, "1.5", "true", "false",
    "eur", "usd", "xyz", "card", "sepa_debit", "manual", "null", "NaN", "inf", "ü😀\u202e", "\x00",
    "%", "'", '"', "\\", "<b>", "a" * 6000, "pm_card_visa", "pm_card_chargeDeclined", "tok_visa",
    "pm_card_threeDSecure2Required", "pm_card_createDispute", "pm_card_", "cus_x", "won", "lost",
    "DE89370400440532013000", "4242424242424242", "http://[", "https://x.example", "inf", "month",
    "status:'succeeded'", "2000000000", "winning_evidence",
)  # fmt: skip
KEYS = ("", "", "", "[]", "[a]", "[0][type]", "[type]", "[gte]", "[number]", "[interval]")
ID = re.compile(r'"((?:cus|pi|seti|pm|ch|re|du|prod|price|evt|we|txn|mandate|card|cbtxn)_\w+)"')
ODD_KEYS = ("", "[]", "[0]", "[a]", "[card][number]", "[", "][", "[][a][b][c][d][e][f][g][h][i][j]")
USUAL = {
    "amount": ["2000", "100"], "currency": ["eur", "usd"], "confirm": ["true"], "type": ["card"],
    "return_url": ["https://x.example"], "url": ["https://x.example"], "name": ["Ada"],
    "query": ["status:'succeeded'", "amount>5"], "unit_amount": ["500"],
    "payment_method": [
        "pm_card_visa", "pm_card_chargeDeclined", "pm_card_createDispute", "pm_card_pendingRefund",
        "pm_card_threeDSecure2Required", "pm_usBankAccount", "pm_card_createDisputeInquiry",
    ],
}  # fmt: skip
PREFIX = {
    "customer": "cus_", "intent": ("pi_", "seti_"), "method": "pm_", "charge": "ch_", "refund": "re_",
    "dispute": "du_", "product": "prod_", "price": "price_", "event": "evt_", "endpoint": "we_",
    "txn": "txn_", "mandate": "mandate_", "source": "card_", "change": "cbtxn_",
}  # fmt: skip
HEADERS = (
    *[{"Stripe-Version": "2026-10-28.endive"}] * 20,
    {}, {"Stripe-Version": "2026-10-28.endive"}, {"Stripe-Version": "ü"},
    {"Idempotency-Key": "same"}, {"Idempotency-Key": "😀"}, {"Authorization": "Bearer pk_test_1"},
    {"Authorization": "Basic !!"}, {"Content-Type": "application/json"},
)  # fmt: skip


class Fuzz:
    """Requests from a seed, with ids of objects that are really there."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.ids: list[str] = ["cus_x", "pi_x", "é"]

    def value(self) -> str:
        choices = VALUES if self.dice.random() < 0.6 else self.ids
        return self.dice.choice(choices)

    def body(self, route: Route) -> str:
        known = checker(route.params)
        required = [name for name in sorted(known.required) if self.dice.random() < 0.97]
        names = required + self.dice.choices(sorted(known.fields), k=self.dice.randrange(4))
        return "&".join(self.pair(name, known.fields[name]) for name in names)

    def pair(self, name: str, check: Any) -> str:
        """A field with something that fits, three times out of four, or with anything."""
        if self.dice.random() < 0.25:
            return f"{name}{self.dice.choice(ODD_KEYS)}={quote(self.value())}"
        if name in USUAL:
            return f"{name}={quote(self.dice.choice(USUAL[name]))}"
        for _ in range(30):
            pair = f"{name}{self.dice.choice(KEYS)}={quote(self.value())}"
            try:
                check(decode(pair)[name], name)
            except StripeError:
                continue
            return pair
        return ""

    def path(self, route: Route) -> str:
        steps = (self.step(route, step) for step in route.path.split("/"))
        return "/".join(quote(step[:200], safe="") for step in steps)

    def step(self, route: Route, step: str) -> str:
        """An id of the right kind, mostly, where the address has a placeholder."""
        if step[:1] != "<":
            return step
        fitting = [known for known in self.ids if known.startswith(PREFIX.get(step[1:-1], "?"))]
        return (
            self.dice.choice(fitting)
            if fitting and self.dice.random() < 0.9
            else self.value() or "x"
        )


def pay_with(raw: Any, card: str) -> None:
    """Objects to begin with."""
    body = f"amount=2000&currency=usd&confirm=true&payment_method={card}&capture_method="
    for method in ("automatic", "manual"):
        _, intent, _ = raw("POST", "/v1/payment_intents", body + method)
        raw("POST", "/v1/refunds", f"payment_intent={intent.get('id')}&amount=50")


def test_two_thousand_odd_requests_and_not_one_500(sandbox: Sandbox, raw: Any) -> None:
    fuzz = Fuzz(20261028)
    for card in USUAL["payment_method"]:
        pay_with(raw, card)
    fuzz.ids += ID.findall(json.dumps(sandbox.events))
    statuses: dict[int, int] = {}
    for number in range(REQUESTS):
        route = fuzz.dice.choice(ROUTES)
        path, body = fuzz.path(route), fuzz.body(route)
        if route.method == "GET":
            path, body = f"{path}?{body}", ""
        headers = dict(fuzz.dice.choice(HEADERS))
        if number % 50 == 0:
            sandbox.advance(fuzz.dice.randrange(10 * 24 * 3600))

        status, answer, _ = raw(route.method, path, body, **headers)

        assert status < 500, (route.method, path, body, headers, answer)
        statuses[status] = statuses.get(status, 0) + 1
        if status == 200:
            fuzz.ids += ID.findall(json.dumps(answer))
    assert statuses[200] > REQUESTS / 20
    assert {400, 401, 404} <= statuses.keys()


def test_the_control_api_survives_nonsense_too(sandbox: Sandbox) -> None:
    http, dice = sandbox.test_client(), random.Random(7)
    paths = ("reset", "clock", "chaos", "events/x/resend", "disputes/x/close", "nonsense",
             "payment_intents/x/settle", "intents/x/authentication", "deliveries")  # fmt: skip
    for _ in range(300):
        keys = dice.sample(["advance", "set", "rules", "fault", "status", "outcome", "path"], 2)
        body = {key: dice.choice([*VALUES, 1, -1, None, [], {}, [1], 1e300]) for key in keys}
        given = dice.choice([json.dumps(body), "[]", "null", "{", "ü"])

        answer = http.post(
            f"/_sandbox/{dice.choice(paths)}", data=given, content_type="application/json"
        )

        assert answer.status_code < 500, (answer.request.path, given)

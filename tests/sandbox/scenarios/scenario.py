"""Calls of the API by one room, and everything that came back."""

from typing import Any

from sandbox import Sandbox

VERSION = "2026-10-28.endive"
DAY = 24 * 3600
RETURN_URL = "https://shop.example"


class Scenario:
    """A sandbox of a room's own; collects every answer and every event's object."""

    def __init__(self, sandbox: Sandbox, raw: Any) -> None:
        self.sandbox, self.raw = sandbox, raw
        self.answers: list[dict[str, Any]] = []

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """One call, `shipping__name="Ada"` for `shipping[name]`; whatever comes back is kept."""
        status, answer = self.offer(path, **fields)
        assert status in (200, 402), (path, fields, answer)
        return answer

    def offer(self, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        """The same, if it may be refused in the state things are in; status and answer."""
        body = "&".join(f"{_bracketed(name)}={value}" for name, value in fields.items())
        status, answer, _ = self.raw("POST", f"/v1/{path}", body, Stripe_Version=VERSION)
        if status == 402:
            error = answer["error"]
            answer = error.get("payment_intent") or error.get("setup_intent") or answer
        if "object" in answer:
            self.answers.append(answer)
        return status, dict(answer)

    def get(self, path: str) -> list[dict[str, Any]]:
        """One object, or the rows of a list; kept, too."""
        status, answer, _ = self.raw("GET", f"/v1/{path}", Stripe_Version=VERSION)
        assert status == 200, (path, answer)
        rows = answer["data"] if "data" in answer and answer["object"] != "event" else [answer]
        self.answers += rows
        return list(rows)

    def delete(self, path: str) -> dict[str, Any]:
        """Take something away; kept if more is left of it than that it is gone."""
        status, answer, _ = self.raw("DELETE", f"/v1/{path}", Stripe_Version=VERSION)
        assert status == 200, (path, answer)
        if answer.keys() != {"id", "object", "deleted"}:
            self.answers.append(answer)
        return dict(answer)

    def customer(self, **fields: Any) -> str:
        """Somebody with a card on file; the id."""
        found = self.post("customers", **{"name": "Ada", "email": "a@example.com", **fields})["id"]
        card = self.post("payment_methods/pm_card_visa/attach", customer=found)["id"]
        self.post(f"customers/{found}", invoice_settings__default_payment_method=card)
        return str(found)

    def pay(self, method: str = "pm_card_visa", **more: Any) -> dict[str, Any]:
        """A payment of 20 euros, confirmed."""
        usual = {"amount": "2000", "currency": "eur", "confirm": "true",
                 "payment_method": method, "return_url": RETURN_URL}  # fmt: skip
        return self.post("payment_intents", **{**usual, **more})

    def rows(self) -> list[dict[str, Any]]:
        """Every object that was answered, or told of in an event."""
        return self.answers + [event["data"]["object"] for event in self.sandbox.events]


def _bracketed(name: str) -> str:
    head, *rest = name.split("__")
    return head + "".join(f"[{step}]" for step in rest)

"""Listening in."""

from tests.sandbox.scenarios.scenario import Scenario


def run(s: Scenario) -> None:
    """A session, and an event told again."""
    s.post("stripecli/sessions")
    s.post("products", name="Tea")
    event = s.get("events")[0]
    s.post(f"events/{event['id']}/retry")

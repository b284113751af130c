"""Faults on purpose, repeatable with a seed: for requests and for webhook deliveries."""

import random
import re
import threading
from dataclasses import asdict, dataclass
from typing import Any

DELIVERY_FAULTS = ("duplicate", "shuffle", "delay", "drop")
REQUEST_FAULTS = ("lost_answer", "429", "409", "500", "slow", "hang")
FAULTS = DELIVERY_FAULTS + REQUEST_FAULTS


@dataclass
class Rule:
    """One fault: how often, where, and for how many times."""

    fault: str
    probability: float = 1.0
    path: str = ""  # a regular expression; for deliveries it is matched against the event's type
    method: str = ""
    key: str = ""  # start of the API key
    count: int | None = None  # how often it may still happen; None is for ever
    seconds: float = -1.0  # of slow, hang, delay and shuffle; unless said 2, and 90 of hang
    answer: str = "cut"  # of lost_answer: "cut" the connection, or answer "500"
    happened: int = 0

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise ValueError(f"{self.fault!r} is no fault; there are {', '.join(FAULTS)}")
        if self.answer not in ("cut", "500"):
            raise ValueError("answer is 'cut' or '500'")
        self.probability = float(self.probability)
        usual = 90.0 if self.fault == "hang" else 2.0
        self.seconds = usual if float(self.seconds) < 0 else min(float(self.seconds), 3_600.0)
        self.count = None if self.count is None else int(self.count)
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from None


class Chaos:
    """The rules in force. Without any, nothing ever goes wrong."""

    def __init__(self, seed: int | None = None) -> None:
        self.rules: list[Rule] = []
        self.seed = seed
        self.begin_again()
        self._lock = threading.Lock()

    def add(self, **values: Any) -> Rule:
        """One more rule."""
        rule = Rule(**values)
        self.rules.append(rule)
        return rule

    def switch_off(self, fault: str) -> None:
        """No more rules of this fault."""
        self.rules = [rule for rule in self.rules if rule.fault != fault]

    def replace(self, rules: list[dict[str, Any]], *, seed: int | None = None) -> None:
        """Exactly these rules, and the dice as they are at first, with another seed or the same."""
        fresh = [Rule(**{k: v for k, v in rule.items() if k != "happened"}) for rule in rules]
        self.rules = fresh
        self.seed = self.seed if seed is None else seed
        self.begin_again()

    def begin_again(self) -> None:
        """The dice as they were at first, so that the same calls meet the same faults again."""
        self._random = random.Random(self.seed)  # noqa: S311

    def as_json(self) -> dict[str, Any]:
        """The rules as the control API shows them."""
        return {"seed": self.seed, "rules": [asdict(rule) for rule in self.rules]}

    def for_request(self, method: str, path: str, key: str) -> Rule | None:
        """The fault this request meets, if any."""
        if not self.rules:
            return None
        return self._drawn(REQUEST_FAULTS, path, method, key)

    def _drawn(self, among: tuple[str, ...], path: str, method: str, key: str) -> Rule | None:
        with self._lock:
            for rule in self.rules:
                if rule.fault not in among or rule.count == 0:
                    continue
                if rule.method and rule.method.upper() != method:
                    continue
                if not key.startswith(rule.key) or not re.search(rule.path, path):
                    continue
                if self._random.random() < rule.probability:
                    rule.happened += 1
                    rule.count = None if rule.count is None else rule.count - 1
                    return rule
        return None

    def delivery_delays(self, event_type: str) -> list[float]:
        """How many seconds to wait before each delivery of an event: normally `[0]`."""
        if not self.rules:
            return [0.0]
        if self._drawn(("drop",), event_type, "", ""):
            return []
        wait = 0.0
        if rule := self._drawn(("delay",), event_type, "", ""):
            wait += rule.seconds
        if rule := self._drawn(("shuffle",), event_type, "", ""):
            wait += self._random.random() * rule.seconds
        copies = 2 if self._drawn(("duplicate",), event_type, "", "") else 1
        return [wait] * copies

"""Subject and reference measured in turns, so that a busy machine is busy for both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5
Measure = Callable[[], float]


@dataclass(frozen=True)
class Goal:
    """What a ratio should be: at least, or at most, this much."""

    limit: float
    at_most: bool = False

    def met_by(self, ratio: float) -> bool:
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table. Without a goal it is there for comparison."""

    name: str
    value: float
    subject: str
    reference: str
    goal: Goal | None = None

    @property
    def met(self) -> bool:
        return self.goal is None or self.goal.met_by(self.value)


def compare(
    name: str,
    goal: Goal | None,
    subject: Measure,
    reference: Measure,
    *,
    unit: str = "/s",
    rounds: int = ROUNDS,
) -> Result:
    """The median of the ratios of neighbours, and the medians of both."""
    pairs = [_pair(subject, reference, swapped=turn % 2 == 1) for turn in range(rounds)]
    return Result(
        name=name,
        goal=goal,
        value=median(mine / other for mine, other in pairs),
        subject=_in_words(median(mine for mine, _ in pairs), unit),
        reference=_in_words(median(other for _, other in pairs), unit),
    )


def _pair(subject: Measure, reference: Measure, *, swapped: bool) -> tuple[float, float]:
    """Whoever comes second finds a warmer machine: they take turns in that, too."""
    if swapped:
        other = reference()
        return subject(), other
    mine = subject()
    return mine, reference()


def _in_words(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"

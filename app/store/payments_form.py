"""What somebody wants to pay of what they owe, as the form says it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app import money
from app.services.debts_ledger import Debt
from app.store.frame import money as in_words

PAST_DUE, EVERYTHING, CHOSEN = "past_due", "everything", "chosen"
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`ids` are what is ticked, also when another scope is asked for."""

    scope: str
    ids: frozenset[int]
    currency: str


@dataclass(frozen=True, kw_only=True)
class PayForm:
    """What can be paid in one currency, and what is about to be."""

    debts: tuple[Debt, ...]
    currencies: tuple[str, ...]
    wish: Wish

    @property
    def payable(self) -> list[Debt]:
        """A bank debit that is on its way pays for its items already."""
        return [debt for debt in self.debts if not debt.on_its_way]

    @property
    def past_due(self) -> list[Debt]:
        return [debt for debt in self.payable if debt.past_due]

    @property
    def covered(self) -> list[Debt]:
        """What the button pays."""
        if self.wish.scope == PAST_DUE:
            return self.past_due
        if self.wish.scope == EVERYTHING:
            return self.payable
        return [debt for debt in self.payable if debt.item_id in self.wish.ids]

    @property
    def amount(self) -> int:
        return _sum(self.covered)

    @property
    def currency(self) -> str:
        return self.wish.currency

    @property
    def scopes(self) -> list[tuple[str, str, str, int | None]]:
        """(value, name, what it means, amount): only choices that differ."""
        found: list[tuple[str, str, str, int | None]] = []
        if self.past_due and len(self.past_due) < len(self.payable):
            about = "What should have been paid by today"
            found.append((PAST_DUE, "Past due only", about, _sum(self.past_due)))
        if len(self.payable) > 1:
            about = "So that nothing is left"
            found.append((EVERYTHING, "Everything open", about, _sum(self.payable)))
            found.append((CHOSEN, "Only what I tick", "One by one, from the list below", None))
        return found

    @property
    def problem(self) -> str:
        """Why there is nothing to press; empty when there is."""
        least = money.minimum_charge(self.currency)
        if not self.covered:
            return "Tick what you want to pay." if self.payable else ""
        if self.amount < least:
            return (
                f"The smallest amount that can be paid by card is {in_words(least, self.currency)}."
            )
        if self.amount > money.LARGEST:
            return "That is more than can be paid at once: tick fewer items."
        return ""


def read(values: "MultiDict[str, str]", debts: Sequence[Debt]) -> PayForm:
    """The form as sent, or as it begins: what is past due first."""
    currencies = tuple(dict.fromkeys(debt.currency for debt in debts))
    currency = values.get("currency", "")
    if currency not in currencies:
        currency = currencies[0] if currencies else ""
    same = tuple(debt for debt in debts if debt.currency == currency)
    return PayForm(debts=same, currencies=currencies, wish=_wish(values, same, currency))


def agreed(values: "MultiDict[str, str]") -> int | None:
    """The amount that the page showed, in minor units."""
    text = values.get("agreed", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _wish(values: "MultiDict[str, str]", debts: Sequence[Debt], currency: str) -> Wish:
    past_due = any(debt.past_due and not debt.on_its_way for debt in debts)
    scope = values.get("scope", "")
    if scope not in {PAST_DUE, EVERYTHING, CHOSEN}:
        scope = PAST_DUE if past_due else EVERYTHING
    if scope == PAST_DUE and not past_due and "agreed" not in values:
        scope = EVERYTHING  # it was paid meanwhile, and the page was asked for again
    return Wish(scope=scope, ids=frozenset(map(_id, values.getlist("item"))), currency=currency)


def _id(text: str) -> int:
    """0 for what cannot be one: nothing has that id."""
    if not re.fullmatch(r"[0-9]{1,10}", text, re.ASCII):
        return 0
    return int(text) if int(text) <= LARGEST_ID else 0


def _sum(debts: Sequence[Debt]) -> int:
    return sum(debt.amount for debt in debts)

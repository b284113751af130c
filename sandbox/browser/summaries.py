"""What a list says about an object in one line: a name, an amount, a state, a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.browser import names
from sandbox.money import words
from sandbox.shapes import Row

TONES = {
    "good": "succeeded paid won active complete available enabled delivered",
    "wait": "processing pending requires_action requires_capture requires_confirmation "
    "requires_payment_method needs_response under_review warning_needs_response "
    "warning_under_review open draft",
    "bad": "failed lost canceled disabled uncollectible void",
}
TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}
NAMED_BY = ("name", "email", "description", "type", "reason", "nickname", "url", "lookup_key")


@dataclass(frozen=True)
class Summary:
    """One line about one object."""

    id: str
    kind: str
    name: str
    amount: str
    status: str
    tone: str
    created: str
    address: str


def summary(row: Row) -> Summary:
    """The line about this row."""
    kind, status = row["object"], _status(row)
    return Summary(
        id=row["id"],
        kind=kind,
        name=_name(row),
        amount=_amount(row),
        status=status.replace("_", " "),
        tone=TONE_OF.get(status, "calm"),
        created=moment(row.get("created")),
        address=names.address(row["id"], kind),
    )


def moment(stamp: float | None) -> str:
    """Seconds since 1970 as `21 Nov 2026, 03:08:12 UTC`."""
    return datetime.fromtimestamp(stamp, UTC).strftime("%d %b %Y, %H:%M:%S UTC") if stamp else ""


def _name(row: Row) -> str:
    card: dict[str, Any] = row.get("card") or {}
    if card.get("last4"):
        return f"{str(card.get('brand', 'card')).capitalize()} •••• {card['last4']}"
    debit = row.get("sepa_debit") or {}
    if debit.get("last4"):
        return f"Bank account •••• {debit['last4']}"
    return next((str(row[field]) for field in NAMED_BY if row.get(field)), "")


def _amount(row: Row) -> str:
    amount = next((row[f] for f in ("amount", "unit_amount") if row.get(f) is not None), None)
    return words(amount, row["currency"]) if amount is not None else ""


def _status(row: Row) -> str:
    if row["object"] == "charge" and row.get("refunded"):
        return "refunded"
    if isinstance(row.get("status"), str):
        return str(row["status"])
    if "active" in row:
        return "active" if row["active"] else "archived"
    return ""

"""What a list says about an object in one line: a name, an amount, a state, a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.browser import core, names
from sandbox.money import words
from sandbox.shapes import Row

TONES = {
    "good": "succeeded paid won active complete available enabled delivered accepted ready issued",
    "wait": "processing pending requires_action requires_capture requires_confirmation "
    "requires_payment_method needs_response under_review warning_needs_response incomplete "
    "warning_under_review open draft trialing past_due paused advancing in_transit not_started",
    "bad": "failed lost canceled disabled uncollectible void unpaid incomplete_expired "
    "internal_failure",
}
TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}
AMOUNTS = ("amount", "amount_total", "total", "unit_amount", "amount_off", "net")
NAMED_BY = (
    "name", "number", "code", "email", "display_name", "description", "filename", "title",
    "type", "reason", "nickname", "url", "lookup_key", "value",
)  # fmt: skip


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
    debit = row.get("sepa_debit") or row.get("us_bank_account") or {}
    if debit.get("last4"):
        return f"Bank account •••• {debit['last4']}"
    named = (row[field] for field in NAMED_BY if isinstance(row.get(field), str))
    return next(filter(None, named), "") or _customer(row)


def _customer(row: Row) -> str:
    """Whose it is, where nothing else names it."""
    customer = core.find(row.get("customer"), "customer") or {}
    return str(customer.get("name") or customer.get("email") or "")


def _amount(row: Row) -> str:
    if row["object"] in ("subscription", "subscription_item"):
        return _per_period(row)
    if row.get("percent_off") or row.get("percentage"):
        return f"{row.get('percent_off') or row['percentage']:g} %"
    amount = next((row[field] for field in AMOUNTS if isinstance(row.get(field), int)), None)
    return words(amount, row["currency"]) if amount is not None and row.get("currency") else ""


def _per_period(row: Row) -> str:
    """`€9.00 / month`: the price of a subscription, or of the first of several."""
    items = [row] if row["object"] == "subscription_item" else row["items"]["data"]
    price = items[0].get("price") if items else None
    if not isinstance(price, dict) or price.get("unit_amount") is None:
        return ""
    every = price["recurring"]["interval"]
    return f"{words(price['unit_amount'] * (items[0].get('quantity') or 1), price['currency'])} / {every}"


def _status(row: Row) -> str:
    if row["object"] == "charge" and row.get("refunded"):
        return "refunded"
    if isinstance(row.get("status"), str):
        return str(row["status"])
    if isinstance(row.get("active"), bool):
        return "active" if row["active"] else "archived"
    return ""

"""What the account holds, and every change to it."""

from sandbox import money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row

DAY = 24 * 60 * 60
USUAL_DELAY = 2
KINDS = {"charge": "charge", "payment": "charge", "refund": "refund", "payment_refund": "refund",
         "refund_failure": "refund_failure", "payment_failure_refund": "charge_failure",
         "adjustment": "dispute", "payout": "payout", "payout_cancel": "payout_reversal",
         "payout_failure": "payout_reversal"}  # fmt: skip


def book(
    account: Account,
    source: Row,
    kind: str,
    amount: int,
    *,
    fee: int = 0,
    description: str | None = None,
    at_once: bool = False,
    category: str | None = None,
) -> Row:
    """One change of the balance; a fee is taken off."""
    return account.add(
        "balance_transaction",
        amount=amount,
        available_on=account.now + (0 if at_once else _delay(account)),
        balance_type="payments",
        currency=source["currency"],
        description=description,
        fee=fee,
        fee_details=_fee_details(source["currency"], fee),
        net=amount - fee,
        reporting_category=category or KINDS[kind],
        source=source["id"],
        status="available" if at_once else "pending",
        type=kind,
    )


def _delay(account: Account) -> int:
    settings = account.find("balance_settings")
    days: int = settings["payments"]["settlement_timing"]["delay_days"] if settings else USUAL_DELAY
    return days * DAY


def _fee_details(currency: str, fee: int) -> list[Row]:
    if not fee:
        return []
    words = "Stripe processing fees" if fee != money.DISPUTE_FEE else "Dispute fee"
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": words,
            "type": "stripe_fee",
        }
    ]


def _as_of_now(account: Account, row: Row) -> Row:
    if row["status"] == "pending" and row["available_on"] <= account.now:
        return {**row, "status": "available"}
    return row


@route("GET", "/v1/balance", "BalanceRetrieveParams")
def retrieve(call: Call) -> Row:
    """Available and pending, by currency."""
    return _as_hash(call.account)


@when_due("tell what is available")
def _tell(account: Account, _: str) -> None:
    account.emit("balance.available", _as_hash(account))


def _as_hash(account: Account) -> Row:
    available, pending = sums(account)
    return {
        "object": "balance",
        "available": _amounts(available),
        "connect_reserved": None,
        "instant_available": None,
        "issuing": None,
        "livemode": False,
        "pending": _amounts(pending),
        "refund_and_dispute_prefunding": None,
    }


def sums(account: Account) -> tuple[dict[str, int], dict[str, int]]:
    """What is available and what is pending, by currency."""
    available: dict[str, int] = {}
    pending: dict[str, int] = {}
    for row in account.store.table("balance_transaction").rows.values():
        held = available if row["available_on"] <= account.now else pending
        held[row["currency"]] = held.get(row["currency"], 0) + row["net"]
        pending.setdefault(row["currency"], 0)
        available.setdefault(row["currency"], 0)
    return available, pending


def available(account: Account, currency: str) -> int:
    """What can be paid out now."""
    return sums(account)[0].get(currency, 0)


def paid_out(account: Account, payout: Row) -> None:
    """Write down which changes of the balance an automatic payout consists of."""
    for row in list(account.store.table("balance_transaction").rows.values()):
        fits = row["currency"] == payout["currency"] and row["available_on"] <= account.now
        if fits and "_payout" not in row:
            account.store.edit(row)["_payout"] = payout["id"]
    account.edit("balance_transaction", payout["balance_transaction"])["_payout"] = payout["id"]


def _amounts(by_currency: dict[str, int]) -> list[Row]:
    amounts = by_currency or {"eur": 0}
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(amounts.items())
    ]


@route("GET", "/v1/balance_transactions", "BalanceTransactionListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    of_payout = {"_payout": call.params.pop("payout")} if "payout" in call.params else {}
    page = listed(call, "balance_transaction", **of_payout)
    page["data"] = [_as_of_now(call.account, row) for row in page["data"]]
    return page


@route("GET", "/v1/balance_transactions/<txn>", "BalanceTransactionRetrieveParams")
def retrieve_transaction(call: Call, txn: str) -> Row:
    """One of them."""
    return _as_of_now(call.account, call.account.get("balance_transaction", txn))

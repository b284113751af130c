"""Payouts: money on its way to the account's own bank."""

from sandbox import changes, money
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import listed
from sandbox.objects import balance
from sandbox.routes import Call, route
from sandbox.shapes import Row

DAY = 24 * 60 * 60
INSTANT = 30 * 60
LONGEST_DESCRIPTOR = 22
# Where payouts can go, and what becomes of them there.
BANKS: dict[str, str | None] = {
    "ba_success": None,
    "ba_noAccount": "no_account",
    "ba_accountClosed": "account_closed",
    "ba_debitNotAuthorized": "debit_not_authorized",
    "ba_invalidCurrency": "invalid_currency",
}
REASONS = {
    "no_account": "The bank account details on file are probably incorrect. No bank account could "
    "be located with those details.",
    "account_closed": "The bank account has been closed.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "invalid_currency": "The bank was unable to process this payout because of its currency. This "
    "is probably because the bank account cannot accept payments in that currency.",
}


@route("POST", "/v1/payouts", "PayoutCreateParams")
def create(call: Call) -> Row:
    """Send available money to the bank; it arrives two days later, or in half an hour."""
    account, params = call.account, call.params
    currency = money.checked_currency(params["currency"])
    amount = money.positive(params["amount"])
    source = params.get("source_type", "card")
    held = balance.available(account, currency) if source == "card" else 0
    if amount > held:
        raise _insufficient(source)
    return _sent(
        account,
        amount,
        currency,
        description=params.get("description"),
        destination=_bank(account, params.get("destination", "ba_success"), currency),
        metadata=changes.merged({}, params.get("metadata") or {}),
        method=params.get("method") or "standard",
        payout_method=params.get("payout_method"),
        source_type=source,
        statement_descriptor=_descriptor(params.get("statement_descriptor")),
    )


def _insufficient(source: str) -> InvalidRequest:
    return InvalidRequest(
        f"You have insufficient funds in your Stripe account for this transfer. Your {source} "
        "balance is too low.  You can use the the /v1/balance endpoint to view your Stripe balance "
        "(for more details, see stripe.com/docs/api#balance).",
        code="balance_insufficient",
        param="amount",
    )


def _descriptor(text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST_DESCRIPTOR:
        raise InvalidRequest(
            "The statement descriptor must be at most 22 characters.", param="statement_descriptor"
        )
    return text


def _bank(account: Account, name: str, currency: str) -> str:
    if name not in BANKS:
        raise no_such("external account", name, param="destination")
    if account.find(name, "bank_account") is None:
        account.add(
            "bank_account",
            id=name,
            account=account.id,
            available_payout_methods=["standard", "instant"],
            bank_name="STRIPE TEST BANK",
            country="US" if currency == "usd" else "DE",
            currency=currency,
            default_for_currency=name == "ba_success",
            fingerprint=account.ids.text(16),
            last4="6789",
            metadata={},
            status="new",
        )
    return name


def _sent(account: Account, amount: int, currency: str, **fields: object) -> Row:
    method = fields.get("method", "standard")
    midnight = account.now - account.now % DAY
    arrives = account.now + INSTANT if method == "instant" else midnight + 2 * DAY
    payout = account.add(
        "payout",
        **{
            "amount": amount,
            "arrival_date": arrives,
            "automatic": False,
            "currency": currency,
            "metadata": {},
            "method": method,
            "reconciliation_status": "not_applicable",
            "source_type": "card",
            "status": "pending",
            "trace_id": {"status": "pending", "value": None},
            "type": "bank_account",
            **fields,
        },
    )
    txn = balance.book(account, payout, "payout", -amount, at_once=True, description=_words(payout))
    payout["balance_transaction"] = txn["id"]
    account.emit("payout.created", payout)
    leaves = account.now + INSTANT // 2 if method == "instant" else midnight + DAY
    account.agenda.at(leaves, "send a payout", payout["id"])
    account.agenda.at(arrives, "end a payout", payout["id"])
    return payout


def _words(payout: Row) -> str:
    return str(payout["description"] or "STRIPE PAYOUT")


@when_due("send a payout")
def _leave(account: Account, payout_id: str) -> None:
    payout = account.edit("payout", payout_id)
    if payout["status"] == "pending":
        payout["status"] = "in_transit"
        account.emit_update("payout.updated", payout)


@when_due("end a payout")
def _arrive(account: Account, payout_id: str) -> None:
    payout = account.edit("payout", payout_id)
    if payout["status"] != "in_transit":
        return
    code = BANKS[payout["destination"]]
    if code is None:
        _paid(account, payout)
    else:
        _failed(account, payout, code)


def _paid(account: Account, payout: Row) -> None:
    trace = payout["id"][3:18].upper()
    payout.update(status="paid", trace_id={"status": "supported", "value": trace})
    account.emit("payout.paid", payout)
    if payout["automatic"]:
        payout["reconciliation_status"] = "completed"
        account.emit("payout.reconciliation_completed", payout)


def _failed(account: Account, payout: Row, code: str) -> None:
    payout.update(status="failed", failure_code=code, failure_message=REASONS[code])
    payout["trace_id"] = {"status": "unsupported", "value": None}
    _give_back(account, payout, "payout_failure")
    account.edit("bank_account", payout["destination"])["status"] = "errored"
    account.emit("payout.failed", payout)


def _give_back(account: Account, payout: Row, kind: str) -> None:
    txn = balance.book(
        account, payout, kind, payout["amount"], at_once=True, description=_words(payout)
    )
    payout["failure_balance_transaction"] = txn["id"]


@route("GET", "/v1/payouts", "PayoutListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "payout")


@route("GET", "/v1/payouts/<payout>", "PayoutRetrieveParams")
def retrieve(call: Call, payout: str) -> Row:
    """One payout."""
    return call.account.get("payout", payout)


@route("POST", "/v1/payouts/<payout>", "PayoutUpdateParams")
def update(call: Call, payout: str) -> Row:
    """Its metadata."""
    row = call.account.edit("payout", payout)
    changes.apply(row, call.params, ())
    call.account.emit_update("payout.updated", row)
    return row


@route("POST", "/v1/payouts/<payout>/cancel", "PayoutCancelParams")
def cancel(call: Call, payout: str) -> Row:
    """Call it back before it has left."""
    account, row = call.account, call.account.edit("payout", payout)
    if row["automatic"]:
        raise InvalidRequest("You can't cancel automatic Stripe payouts.", param="payout")
    if row["status"] != "pending":
        raise InvalidRequest(
            f"Payouts can only be canceled while they are pending; {payout} is {row['status']}.",
            param="payout",
        )
    row.update(status="canceled", trace_id={"status": "unsupported", "value": None})
    _give_back(account, row, "payout_cancel")
    account.emit("payout.canceled", row)
    return row


@route("POST", "/v1/payouts/<payout>/reverse", "PayoutReverseParams")
def reverse(call: Call, payout: str) -> Row:
    """Take a paid payout back from a bank in the United States."""
    account, row = call.account, call.account.edit("payout", payout)
    if row["status"] != "paid" or row["reversed_by"] or row["original_payout"]:
        raise InvalidRequest(
            f"Only paid payouts that were not reversed before can be reversed; {payout} is "
            f"{'reversed' if row['reversed_by'] else row['status']}.",
            param="payout",
        )
    if row["currency"] != "usd":
        raise InvalidRequest(
            "Payouts can only be reversed for US and Canadian bank accounts.", param="payout"
        )
    back = _sent(
        account,
        -row["amount"],
        row["currency"],
        destination=row["destination"],
        metadata=changes.merged({}, call.params.get("metadata") or {}),
        original_payout=row["id"],
    )
    row["reversed_by"] = back["id"]
    account.emit_update("payout.updated", row)
    return back


def pay_out_all(account: Account, settings: Row) -> None:
    """Send what is available, in each currency, to the bank."""
    least = settings["minimum_balance_by_currency"]
    for currency, held in sorted(balance.sums(account)[0].items()):
        amount = held - least.get(currency, 0)
        if amount > 0:
            _pay_out(account, amount, currency, settings["statement_descriptor"])


def _pay_out(account: Account, amount: int, currency: str, descriptor: str | None) -> None:
    payout = _sent(
        account,
        amount,
        currency,
        automatic=True,
        description="STRIPE PAYOUT",
        destination=_bank(account, "ba_success", currency),
        reconciliation_status="in_progress",
        statement_descriptor=descriptor,
    )
    balance.paid_out(account, payout)

"""A subscription begins: its rows, its first invoice, and whether that is paid."""

from sandbox.account import Account
from sandbox.billing import (
    collecting,
    drafting,
    drawing,
    ending,
    items,
    lasting,
    one_off,
    paying,
    period_lines,
    renewing,
    setting_up,
    subscription_fields,
    telling,
    totals,
    trials,
)
from sandbox.billing.canceling import canceled as canceled
from sandbox.billing.changing import changed as changed
from sandbox.billing.lines import Line
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row
from sandbox.values import missing

EXPIRES_AFTER = 23 * 60 * 60


def begun(
    account: Account, params: Row, *, paid_by: Row | None = None, session: str | None = None
) -> Row:
    """A new subscription from SubscriptionCreateParams. A PaymentIntent that has succeeded (that of
    a Checkout Session, say) pays its first invoice."""
    if "customer" not in params:
        raise missing("customer")
    account.living("customer", params["customer"], param="customer")
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise InvalidRequest(
            "`payment_behavior` may not be `pending_if_incomplete` when creating a subscription.",
            param="payment_behavior",
        )
    subscription = drawing.drawn_up(account, params)
    subscription_fields.write(account, subscription, params)
    ending.write(account, subscription, params, opening=True)
    lines = period_lines.first(account, subscription, _behavior(params))
    extra = one_off.lines(account, subscription, params)
    if not _bills_later(account, subscription, params):
        _set_status(account, subscription, [*lines, *extra])
    _tell_and_bill(account, subscription, params, lines, extra, paid_by)
    if session:
        subscription["_session"] = session
    return subscription


def first_lines(account: Account, params: Row) -> list[Line]:
    """What the first invoice of such a subscription would hold, discounts left aside."""
    without = {name: value for name, value in params.items() if name != "discounts"}
    if "items" in without:
        without["items"] = [{**one, "discounts": []} for one in without["items"]]
    subscription = drawing.drawn_up(account, without)
    lines = period_lines.first(account, subscription, _behavior(params))
    lines += one_off.lines(account, subscription, params)
    for row in (*items.of(account, subscription), subscription):
        account.store.drop(row)
    for line in lines:
        line.subscription = line.subscription_item = None
    return lines


def _behavior(params: Row) -> str:
    return params.get("proration_behavior") or "create_prorations"


def _bills_later(account: Account, subscription: Row, params: Row) -> bool:
    """Whether the first invoice may stay unpaid at first: it is sent, or a schedule makes it for a
    customer who has left nothing to charge yet."""
    sends: bool = subscription["collection_method"] == "send_invoice"
    return sends or ("_schedule" in params and not paying.has_method(account, subscription))


def _set_status(account: Account, subscription: Row, lines: list[Line]) -> None:
    if subscription["status"] == "trialing":
        return
    found = totals.settled(
        account,
        lines,
        discounts=lasting.of(account, subscription),
        default_tax_rates=[rate["id"] for rate in subscription["default_tax_rates"]],
    )
    if found.total > 0:
        subscription["status"] = "incomplete"


def _tell_and_bill(
    account: Account,
    subscription: Row,
    params: Row,
    lines: list[Line],
    extra: list[Line],
    paid_by: Row | None,
) -> None:
    bills = bool(lines or extra)
    invoice_id = account.ids.new("in") if bills else None
    subscription["latest_invoice"] = invoice_id
    if subscription["status"] != "incomplete":
        setting_up.asked(account, subscription, params)
    telling.created(account, subscription)
    for line in extra:
        drafting.pend(account, subscription, line)
    if bills:
        _bill(account, subscription, params, lines, str(invoice_id), paid_by)
    trials.announce(account, subscription)
    renewing.plan_next(account, subscription)


def _bill(
    account: Account,
    subscription: Row,
    params: Row,
    lines: list[Line],
    invoice_id: str,
    paid_by: Row | None,
) -> None:
    later = _bills_later(account, subscription, params)
    invoice = drafting.drafted(
        account, subscription, lines, "subscription_create",
        auto_advance=later, invoice_id=invoice_id,
    )  # fmt: skip
    if paid_by is not None:
        collecting.paid_by(account, invoice, paid_by)
    elif not later:
        paying.settled(account, subscription, invoice, params)
    if subscription["status"] == "incomplete":
        account.later(EXPIRES_AFTER, "expire an incomplete subscription", subscription["id"])

"""A customer presses the button: everything is checked, then it is paid, set up, or simply done."""

from dataclasses import replace

from sandbox.checkout import collected, completing, customers, intents
from sandbox.errors import CardError, InvalidRequest
from sandbox.objects import method_details, payment_methods
from sandbox.objects.intents import CLIENT_SIDE
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing

CHOSEN_BY = ("payment_method", "payment_method_data", "confirmation_token")
CHANGED = (
    "The amount of this Checkout Session has changed since the page was shown. Please check the "
    "new total and try again."
)


def confirm(call: Call, session: Row) -> None:
    """Try to complete an open session. A declined card leaves it open."""
    check_open(session)
    collected.take(call, session)
    chosen = _chosen(call) if needs_method(session) else None
    if chosen:
        _learn(session, chosen["billing_details"])
    _check_expected(call, session)
    _check_answered(call, session)
    customer = customers.ensured(call, session)
    if chosen is None:
        completing.complete(call.account, session)
        return
    _try(call, session, chosen, customer)


def check_open(session: Row) -> None:
    """Only an open session can still change."""
    if session["status"] == "open":
        return
    if session["status"] == "complete":
        raise InvalidRequest(
            "This Checkout Session has already been completed.",
            code="checkout_session_already_completed",
        )
    raise InvalidRequest("This Checkout Session has expired.", code="checkout_session_expired")


def needs_method(session: Row) -> bool:
    """Whether a payment method is needed: something is due, or will be."""
    if session["mode"] == "setup" or session["amount_total"]:
        return True
    return bool(
        session["mode"] == "subscription" and session["payment_method_collection"] == "always"
    )


def _chosen(call: Call) -> Row:
    account, params = call.account, call.params
    if data := params.get("payment_method_data"):
        return method_details.made(account, data, param="payment_method_data")
    if name := params.get("payment_method"):
        return payment_methods.resolved(account, name)
    if token := params.get("confirmation_token"):
        known = account.get("confirmation_token", token, param="confirmation_token")
        preview: Row = known["payment_method_preview"]
        return preview
    raise missing("payment_method")


def _learn(session: Row, billing: Row) -> None:
    details = collected.details_of(session)
    for name in ("email", "name", "phone"):
        details[name] = details[name] or billing.get(name)
    if any((billing.get("address") or {}).values()) and not details["address"]:
        details["address"] = dict(billing["address"])


def _check_expected(call: Call, session: Row) -> None:
    expected = call.params.get("expected_amount")
    if expected is not None and expected != (session["amount_total"] or 0):
        raise InvalidRequest(CHANGED, code="checkout_amount_mismatch", param="expected_amount")


def _check_answered(call: Call, session: Row) -> None:
    """A server that confirms for a test has no form to fill in, only an address to write to."""
    lacking = collected.needed(call.account, session)
    for name in lacking if call.publishable else ():
        raise missing(name)


def _try(call: Call, session: Row, chosen: Row, customer: str | None) -> None:
    params = {name: call.params[name] for name in CHOSEN_BY if name in call.params}
    if chosen.get("id"):
        params = {"payment_method": chosen["id"]}
        _allow_redisplay(call, session, call.account.edit("payment_method", chosen["id"]))
    # The page is a browser's form: it implies the mandate, and comes back by itself.
    attempt = replace(call, params=params | {"use_stripe_sdk": True}, publishable=True)
    try:
        intents.attempt(attempt, session, customer, saves=bool(call.params.get("save")))
    except CardError as refused:
        _hide(call, refused)
        raise


def _allow_redisplay(call: Call, session: Row, method: Row) -> None:
    if wanted := session["_payment_method_data"].get("allow_redisplay"):
        method["allow_redisplay"] = wanted
    if call.params.get("save"):
        method["allow_redisplay"] = "always"
    elif session["mode"] == "subscription" and method["allow_redisplay"] == "unspecified":
        method["allow_redisplay"] = "limited"


def _hide(call: Call, refused: CardError) -> None:
    """A browser sees of the intent what it may see of it elsewhere."""
    for kind in ("payment_intent", "setup_intent"):
        intent = refused.more.get(kind)
        if call.publishable and intent:
            refused.more[kind] = {key: intent[key] for key in CLIENT_SIDE & intent.keys()}

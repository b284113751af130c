"""The intents behind a session: made when the customer pays, used again after a refusal."""

from dataclasses import replace

from sandbox.account import Account
from sandbox.checkout import collected
from sandbox.objects import payment_attempts, payment_intents, setup_intents
from sandbox.routes import Call
from sandbox.shapes import Row

COPIED = ("description", "metadata", "receipt_email", "setup_future_usage", "statement_descriptor",
          "statement_descriptor_suffix", "transfer_group")  # fmt: skip
SHOWN = {"payment": "payment_intent", "setup": "setup_intent"}
CANCELABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


def of(account: Account, session: Row) -> Row | None:
    """The session's PaymentIntent or SetupIntent, once there is one."""
    return account.find(session.get("_intent"))


def session_of(account: Account, intent: Row) -> Row | None:
    """The session an intent belongs to, to be changed."""
    found = account.find(intent.get("_session"), "checkout.session")
    return account.store.edit(found) if found else None


def attempt(call: Call, session: Row, customer: str | None, *, saves: bool) -> None:
    """Pay what is due, or set the method up where nothing is due yet. What follows from success
    follows from the intent's own events."""
    if session["mode"] != "setup" and session["amount_total"]:
        intent = _payment(call, session, customer)
        if saves and customer and not intent["setup_future_usage"]:
            intent["setup_future_usage"] = "on_session"
        payment_attempts.confirm(call, intent)
    else:
        setup_intents.attempt(call, _setup(call, session, customer))


def _payment(call: Call, session: Row, customer: str | None) -> Row:
    known = of(call.account, session)
    if known is not None and known["object"] == "payment_intent":
        intent = call.account.store.edit(known)
    else:
        intent = payment_intents.create(_asking(call, _payment_params(session, customer)))
        _tie(session, intent)
    intent.update(amount=session["amount_total"], customer=customer)
    intent["shipping"] = _shipping(session) or intent["shipping"]
    return intent


def _asking(call: Call, params: Row) -> Call:
    return replace(call, params=params, pinned=False, publishable=False)


def _payment_params(session: Row, customer: str | None) -> Row:
    data = session["_payment_intent_data"]
    params = {
        "amount": session["amount_total"],
        "capture_method": data.get("capture_method") or "automatic_async",
        "currency": session["currency"],
        "payment_method_types": session["payment_method_types"],
        **{name: data[name] for name in COPIED if name in data},
    }
    if data.get("shipping"):
        params["shipping"] = data["shipping"]
    if customer:
        params["customer"] = customer
    if session["mode"] == "subscription":
        params |= {"description": "Subscription creation", "setup_future_usage": "off_session"}
    return params


def _shipping(session: Row) -> Row | None:
    sent = (session["collected_information"] or {}).get("shipping_details")
    if not sent:
        return None
    phone = collected.details_of(session)["phone"]
    return {"carrier": None, "phone": phone, "tracking_number": None, **sent}


def _setup(call: Call, session: Row, customer: str | None) -> Row:
    known = of(call.account, session)
    if known is not None and known["object"] == "setup_intent":
        return call.account.store.edit(known)
    data = session["_setup_intent_data"]
    params = {
        "payment_method_types": session["payment_method_types"],
        **{name: data[name] for name in ("description", "metadata") if name in data},
    }
    if customer:
        params["customer"] = customer
    intent = setup_intents.create(_asking(call, params))
    _tie(session, intent)
    return intent


def _tie(session: Row, intent: Row) -> None:
    """A session shows only the intent that its mode is about."""
    intent["_session"], session["_intent"] = session["id"], intent["id"]
    if intent["object"] == SHOWN.get(session["mode"]):
        session[intent["object"]] = intent["id"]


def cancel(account: Account, session: Row) -> None:
    """The session is over unpaid, so its intent is, too."""
    intent = of(account, session)
    if intent is None or intent["status"] not in CANCELABLE:
        return
    intent = account.store.edit(intent)
    if intent["object"] == "payment_intent":
        payment_intents.end(account, intent, "expired")
    else:
        setup_intents.end(account, intent, None)

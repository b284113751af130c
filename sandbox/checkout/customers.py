"""The customer of a session: who was named, who is made, and what of the answers he keeps."""

from sandbox.account import Account
from sandbox.checkout import collected
from sandbox.objects import customers, tax_ids
from sandbox.routes import Call
from sandbox.shapes import Row

FROM_DETAILS = ("address", "business_name", "email", "individual_name", "name", "phone")


def ensured(call: Call, session: Row) -> str | None:
    """The id of the customer who will own the payment; made now if the session wants one."""
    account, known = call.account, session["customer"] or session.get("_customer")
    if known:
        return str(known)
    if not _wants_one(session):
        return None
    params = _known_of(session)
    customer = customers.create(Call(account, params, base_url=call.base_url))
    session["_customer"] = customer["id"]
    return str(customer["id"])


def _wants_one(session: Row) -> bool:
    invoiced = (session["invoice_creation"] or {}).get("enabled")
    saved = session["_payment_intent_data"].get("setup_future_usage")
    always = session["customer_creation"] == "always"
    return bool(session["mode"] == "subscription" or always or invoiced or saved)


def _known_of(session: Row) -> Row:
    details = collected.details_of(session)
    known = {name: details[name] for name in FROM_DETAILS if details[name]}
    shipping = _shipping(session)
    return known | ({"shipping": shipping} if shipping else {})


def _shipping(session: Row) -> Row | None:
    sent = (session["collected_information"] or {}).get("shipping_details")
    if not sent:
        return None
    return {**sent, "phone": collected.details_of(session)["phone"]}


def kept(account: Account, session: Row) -> None:
    """The session is complete: write into the customer what he has agreed to be kept."""
    customer_id = session.get("_customer") or session["customer"]
    if customer_id is None:
        return
    if not session["customer"]:
        session["customer"] = customer_id
    else:
        _update(account, session, customer_id)
    for tax_id in collected.details_of(session)["tax_ids"] or []:
        tax_ids.new(account, tax_id, customer_id)


def _update(account: Account, session: Row, customer_id: str) -> None:
    customer = account.edit("customer", customer_id)
    wanted, known = session["_customer_update"], _known_of(session)
    changes = {name: known[name] for name in ("address", "name", "shipping")
               if wanted.get(name) == "auto" and known.get(name)}  # fmt: skip
    if not customer["email"] and known.get("email"):
        changes["email"] = known["email"]
    if any(customer[name] != value for name, value in changes.items()):
        customer.update(changes)
        account.emit_update("customer.updated", customer)

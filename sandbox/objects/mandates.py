"""Mandates: the customer's leave to debit an account."""

from sandbox.account import Account
from sandbox.errors import InvalidRequest
from sandbox.routes import Call, route
from sandbox.shapes import Row, part


def check(call: Call, intent: Row, method: Row) -> None:
    """A bank debit needs a mandate: sent along, given before, or implied by the payment form."""
    if of(call.account, method) is not None:
        return
    given = call.params.get("mandate_data")
    if not given and not call.publishable:
        raise InvalidRequest(
            "This PaymentIntent requires a mandate, but no existing mandate was found. Collect "
            "mandate acceptance from the customer and try again, providing acceptance data in the "
            "mandate_data parameter.",
            code="payment_intent_mandate_invalid",
            payment_intent=intent,
        )
    give(call.account, method, (given or {}).get("customer_acceptance") or {"type": "online"})


def give(account: Account, method: Row, acceptance: Row) -> None:
    """The customer has agreed, in this way."""
    method["_mandate"] = _new(account, method, acceptance)["id"]


def _new(account: Account, method: Row, acceptance: Row) -> Row:
    kind = acceptance["type"]
    online = acceptance.get("online") or {}
    detail = {"ip_address": None, "user_agent": None, **online} if kind == "online" else {}
    given = {"accepted_at": acceptance.get("accepted_at", account.now), "type": kind, kind: detail}
    return account.add(
        "mandate",
        customer_acceptance=part("mandate.CustomerAcceptance", **given),
        multi_use={},
        payment_method=method["id"],
        payment_method_details={"type": method["type"], method["type"]: _details(method)},
        status="active",
        type="multi_use",
    )


def _details(method: Row) -> Row:
    if method["type"] != "sepa_debit":
        return {}
    reference = method["id"].removeprefix("pm_")[:16].upper()
    url = f"https://hooks.stripe.com/adapter/sepa_debit/file/{method['id']}"
    return part("mandate.PaymentMethodDetails.SepaDebit", reference=reference, url=url)


def of(account: Account, method: Row) -> Row | None:
    """The mandate of a payment method."""
    return account.find(method.get("_mandate"), "mandate")


@route("GET", "/v1/mandates/<mandate>", "MandateRetrieveParams")
def retrieve(call: Call, mandate: str) -> Row:
    """One mandate."""
    return call.account.get("mandate", mandate)

"""Billing portal sessions: a customer's way into the portal, for a while."""

from sandbox.errors import InvalidRequest
from sandbox.portal import configuring, flows, opening
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing


@route("POST", "/v1/billing_portal/sessions", "billing_portal.SessionCreateParams")
def create(call: Call) -> Row:
    """A session; its address opens the portal within five minutes."""
    account, params = call.account, call.params
    if "customer" not in params:
        raise missing("customer")
    customer = account.living("customer", params["customer"], param="customer")
    configuration = _configuration(call)
    configuring.check_url(params.get("return_url"), "return_url")
    session = opening.opened(
        account,
        customer,
        configuration,
        after_expiration=_after_expiration(params.get("after_expiration")),
        locale=params.get("locale"),
        on_behalf_of=params.get("on_behalf_of"),
        return_url=params.get("return_url") or configuration["default_return_url"],
    )
    if given := params.get("flow_data"):
        session["flow"] = flows.made(account, given, configuration, customer["id"])
    account.emit("billing_portal.session.created", session)
    return session


def _configuration(call: Call) -> Row:
    name = call.params.get("configuration")
    if name is None:
        return configuring.default(call.account)
    configuration = call.account.get(configuring.KIND, name, param="configuration")
    if not configuration["active"]:
        raise InvalidRequest(
            f"The configuration {name} is not active. Only active configurations can be used to "
            "create portal sessions.",
            param="configuration",
        )
    return configuration


def _after_expiration(given: Row | None) -> Row | None:
    if not given:
        return None
    login = {"expires_at": None} | (given.get("customer_login") or {})
    return {"customer_login": login, "type": given["type"]}

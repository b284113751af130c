"""Billing portal configurations: what customers may do in the portal, and how it looks."""

from sandbox.lists import listed
from sandbox.portal import configuring
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

KIND = configuring.KIND
URL = "/v1/billing_portal/configurations"


@route("POST", URL, "billing_portal.ConfigurationCreateParams")
def create(call: Call) -> Row:
    """A configuration for the sessions that name it."""
    account = call.account
    row = account.add(
        KIND,
        active=True,
        business_profile=part(f"{KIND}.BusinessProfile"),
        features=configuring.features(),
        is_default=False,
        login_page={"enabled": False, "url": None},
        metadata={},
    )
    configuring.write(account, row, call.params)
    account.emit("billing_portal.configuration.created", row)
    return row


@route("GET", URL, "billing_portal.ConfigurationListParams")
def list_all(call: Call) -> Row:
    """Newest first; the default one is always there."""
    with call.account.store.transaction():
        configuring.default(call.account)
    return listed(call, KIND)


@route("GET", f"{URL}/<configuration>", "billing_portal.ConfigurationRetrieveParams")
def retrieve(call: Call, configuration: str) -> Row:
    """One configuration."""
    return call.account.get(KIND, configuration, param="configuration")


@route("POST", f"{URL}/<configuration>", "billing_portal.ConfigurationModifyParams")
def update(call: Call, configuration: str) -> Row:
    """A change; what it names of a feature replaces that."""
    row = call.account.edit(KIND, configuration, param="configuration")
    configuring.write(call.account, row, call.params)
    call.account.emit_update("billing_portal.configuration.updated", row)
    return row

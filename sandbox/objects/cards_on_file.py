"""Cards as sources of a customer, as API versions before payment methods had them."""

from sandbox import cards
from sandbox.account import Account
from sandbox.changes import apply
from sandbox.errors import no_such
from sandbox.expand import includes
from sandbox.lists import listed, page_of
from sandbox.objects.method_details import fingerprint, token_spent
from sandbox.routes import Call, route
from sandbox.shapes import Row

PLAIN = (
    "address_city",
    "address_country",
    "address_line1",
    "address_line2",
    "address_state",
    "address_zip",
    "name",
)


def add_to(account: Account, customer: Row, token: str) -> Row:
    """A card from a token, which becomes the default source if there is none."""
    made = account.find(token, "token")
    card, known = token_spent(account, made) if made else (cards.by_token(token), {})
    if card is None:
        raise no_such("token", token, param="source")
    if card.refuses_to_attach:
        raise cards.refusal(card.decline or "generic_decline")
    row = account.add(
        "card",
        id=account.ids.new("card"),
        brand=cards.BRANDS[card.brand],
        country=card.country,
        customer=customer["id"],
        cvc_check="pass",
        exp_month=known.get("exp_month", 12),
        exp_year=known.get("exp_year", 2034),
        fingerprint=fingerprint(card.number),
        funding=card.funding,
        last4=card.number[-4:],
        metadata={},
        _card=card.number,
    )
    account.emit("customer.source.created", row)
    if customer["default_source"] is None:
        account.store.edit(customer)["default_source"] = row["id"]
    return row


@route("POST", "/v1/customers/<customer>/sources", "CustomerCreateSourceParams")
def create(call: Call, customer: str) -> Row:
    """A new card."""
    return add_to(call.account, call.account.living("customer", customer), call.params["source"])


@route("GET", "/v1/customers/<customer>/sources", "CustomerListSourcesParams")
def list_all(call: Call, customer: str) -> Row:
    """The cards of a customer."""
    call.account.get("customer", customer)
    call.params.pop("object", None)
    return listed(call, "card", customer=customer)


@route("GET", "/v1/customers/<customer>/sources/<source>", "CustomerRetrieveSourceParams")
def retrieve(call: Call, customer: str, source: str) -> Row:
    """One card."""
    row = call.account.get("card", source)
    if row["customer"] != customer:
        raise no_such("source", source)
    return row


@route("POST", "/v1/customers/<customer>/sources/<source>", "CustomerModifySourceParams")
def update(call: Call, customer: str, source: str) -> Row:
    """Name, expiry, metadata."""
    row = call.account.store.edit(retrieve(call, customer, source))
    apply(row, call.params, PLAIN)
    call.account.emit_update("customer.source.updated", row)
    return row


@includes("customer", "sources")
def _sources(account: Account, customer: Row) -> Row:
    rows = account.where("card", "customer", customer["id"])
    return page_of(rows[::-1], f"/v1/customers/{customer['id']}/sources")

"""Quotes: an offer that a customer can accept for a time."""

from sandbox import changes
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.answers import Document
from sandbox.billing import quote_accepting, quote_fields, quoting
from sandbox.checkout import items
from sandbox.errors import InvalidRequest, StripeError
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

MONTH = 30 * 24 * 60 * 60
DRAFT_ONLY = "Only draft quotes can be {done}, but this quote's status is {status}."


@route("POST", "/v1/quotes", "QuoteCreateParams")
def create(call: Call) -> Row:
    """A draft; of another quote with `from_quote`."""
    account, params = call.account, call.params
    quote = account.add(
        "quote",
        automatic_tax=part("quote.AutomaticTax", enabled=False),
        collection_method="charge_automatically",
        default_tax_rates=[],
        discounts=[],
        expires_at=account.now + MONTH,
        invoice_settings=part("quote.InvoiceSettings", issuer={"account": None, "type": "self"}),
        metadata={},
        status="draft",
        subscription_data=quote_fields.subscription_data(),
    )
    if origin := params.get("from_quote"):
        quote_fields.copy(account, quote, origin)
    quote_fields.write(call, quote)
    quoting.add_up(account, quote)
    account.emit("quote.created", quote)
    _expire_at(account, quote)
    return quote


def _expire_at(account: Account, quote: Row) -> None:
    if quote["expires_at"] <= account.now:
        raise InvalidRequest("Quotes must expire in the future.", param="expires_at")
    account.agenda.at(quote["expires_at"], "expire a quote", quote["id"])


@when_due("expire a quote")
def _expire(account: Account, quote_id: str) -> None:
    quote = account.edit("quote", quote_id)
    if quote["status"] in ("draft", "open") and quote["expires_at"] <= account.now:
        _canceled(account, quote)


@route("GET", "/v1/quotes", "QuoteListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "quote")


@route("GET", "/v1/quotes/<quote>", "QuoteRetrieveParams")
def retrieve(call: Call, quote: str) -> Row:
    """One quote."""
    return call.account.get("quote", quote)


@route("POST", "/v1/quotes/<quote>", "QuoteModifyParams")
def update(call: Call, quote: str) -> Row:
    """A change of a draft; of metadata at any time."""
    account, row = call.account, call.account.edit("quote", quote)
    if set(call.params) <= {"metadata", "expand"}:
        changes.apply(row, call.params, ())
        return row
    _check_draft(row, "updated")
    quote_fields.write(call, row)
    quoting.add_up(account, row)
    if "expires_at" in call.params:
        _expire_at(account, row)
    return row


def _check_draft(quote: Row, done: str) -> None:
    if quote["status"] != "draft":
        raise _unexpected(DRAFT_ONLY.format(done=done, status=quote["status"]))


def _unexpected(words: str) -> StripeError:
    return InvalidRequest(words, code="quote_unexpected_state")


@route("POST", "/v1/quotes/<quote>/finalize", "QuoteFinalizeQuoteParams")
def finalize(call: Call, quote: str) -> Row:
    """Open for the customer, with a number."""
    account, row = call.account, call.account.edit("quote", quote)
    _check_draft(row, "finalized")
    _check_complete(account, row)
    if "expires_at" in call.params:
        row["expires_at"] = call.params["expires_at"]
        _expire_at(account, row)
    row.update(status="open", number=quote_fields.number(account, row))
    row["status_transitions"]["finalized_at"] = account.now
    _replace_origin(account, row)
    account.emit("quote.finalized", row)
    return row


def _check_complete(account: Account, quote: Row) -> None:
    if quote["customer"] is None:
        raise InvalidRequest(
            "You must set a `customer` on the quote before it can be finalized.", param="customer"
        )
    if not items.of(account, quote):
        raise InvalidRequest(
            "You must add `line_items` to the quote before it can be finalized.",
            param="line_items",
        )


def _replace_origin(account: Account, quote: Row) -> None:
    """A revision takes the place of the open quote it was made from."""
    source = quote["from_quote"]
    if source and source["is_revision"]:
        origin = account.edit("quote", source["quote"])
        if origin["status"] == "open":
            _canceled(account, origin)


@route("POST", "/v1/quotes/<quote>/accept", "QuoteAcceptParams")
def accept(call: Call, quote: str) -> Row:
    """The customer says yes."""
    account, row = call.account, call.account.edit("quote", quote)
    if row["status"] != "open":
        raise _unexpected(
            f"Only open quotes can be accepted, but this quote's status is {row['status']}."
        )
    row["status"] = "accepted"
    row["status_transitions"]["accepted_at"] = account.now
    quote_accepting.accepted(account, row)
    account.emit("quote.accepted", row)
    return row


@route("POST", "/v1/quotes/<quote>/cancel", "QuoteCancelParams")
def cancel(call: Call, quote: str) -> Row:
    """No longer on offer."""
    row = call.account.edit("quote", quote)
    if row["status"] not in ("draft", "open"):
        raise _unexpected(
            f"Only draft and open quotes can be canceled, but this quote's status is "
            f"{row['status']}."
        )
    return _canceled(call.account, row)


def _canceled(account: Account, quote: Row) -> Row:
    quote["status"] = "canceled"
    quote["status_transitions"]["canceled_at"] = account.now
    account.emit("quote.canceled", quote)
    return quote


@route("GET", "/v1/quotes/<quote>/line_items", "QuoteListLineItemsParams")
def line_items(call: Call, quote: str) -> Row:
    """Everything on offer."""
    return items.listed(call, call.account.get("quote", quote))


@route(
    "GET",
    "/v1/quotes/<quote>/computed_upfront_line_items",
    "QuoteListComputedUpfrontLineItemsParams",
)
def computed_upfront_line_items(call: Call, quote: str) -> Row:
    """What will be billed on acceptance."""
    row = call.account.get("quote", quote)
    return items.paged(call, quoting.upfront_items(call.account, row))


@route("GET", "/v1/quotes/<quote>/pdf", "QuotePdfParams")
def pdf(call: Call, quote: str) -> Document:
    """The quote on paper."""
    from sandbox.browser.quote_pdf import quote_paper

    row = call.account.get("quote", quote)
    return Document(quote_paper(call.account, row), "application/pdf")

"""File links: addresses under which anybody may read a file, until they expire."""

from sandbox import changes
from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.errors import InvalidRequest
from sandbox.lists import listed, page_of
from sandbox.routes import Call, route
from sandbox.shapes import Row

LINKABLE = (
    "business_icon",
    "business_logo",
    "customer_signature",
    "dispute_evidence",
    "finance_report_run",
    "financial_account_statement",
    "identity_document_downloadable",
    "issuing_regulatory_reporting",
    "pci_document",
    "selfie",
    "sigma_scheduled_query",
    "tax_document_user_upload",
    "terminal_android_apk",
    "terminal_reader_splashscreen",
)


@route("POST", "/v1/file_links", "FileLinkCreateParams")
def create(call: Call) -> Row:
    """A link to a file."""
    file = call.account.get("file", call.params["file"], param="file")
    return new(call.account, file, call.params)


def new(account: Account, file: Row, params: Row) -> Row:
    """A link to this file, as `file_link_data` or the parameters of the call want it."""
    if file["purpose"] not in LINKABLE:
        raise InvalidRequest(
            f"Files with the purpose {file['purpose']} cannot be shared by a link.", param="file"
        )
    token = account.ids.text(48)
    link = account.add(
        "file_link",
        _token=token,
        file=file["id"],
        metadata=changes.merged({}, params.get("metadata") or {}),
        url=f"{account.base_url}/links/{token}",
    )
    if "expires_at" in params:
        _expire_at(account, link, params["expires_at"])
    _list_in(account, link)
    return link


def _expire_at(account: Account, link: Row, moment: int) -> None:
    if moment <= account.now:
        raise InvalidRequest("Timestamp must be in the future.", param="expires_at")
    link["expires_at"] = moment
    account.agenda.at(moment, "expire a file link", link["id"])


@when_due("expire a file link")
def _expire(account: Account, link_id: str) -> None:
    link = account.edit("file_link", link_id)
    if link["expires_at"] is not None and link["expires_at"] <= account.now:
        link["expired"] = True
        _list_in(account, link)


def _list_in(account: Account, link: Row) -> None:
    """Show the file's links in the file."""
    known = {row["id"]: row for row in account.where("file_link", "file", link["file"])}
    rows = list((known | {link["id"]: link}).values())[::-1]
    url = f"/v1/file_links?file={link['file']}"
    account.edit("file", link["file"])["links"] = page_of(rows, url)


@route("GET", "/v1/file_links", "FileLinkListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "file_link")


@route("GET", "/v1/file_links/<link>", "FileLinkRetrieveParams")
def retrieve(call: Call, link: str) -> Row:
    """One link."""
    return call.account.get("file_link", link)


@route("POST", "/v1/file_links/<link>", "FileLinkModifyParams")
def update(call: Call, link: str) -> Row:
    """Another moment of expiry (`now`, or none), or metadata."""
    account, row = call.account, call.account.edit("file_link", link)
    changes.apply(row, call.params, ())
    wanted = call.params.get("expires_at")
    if row["expired"] and wanted is not None:
        raise InvalidRequest("You cannot update an expired file link.", param="expires_at")
    if wanted == "now":
        row.update(expires_at=account.now, expired=True)
    elif wanted == "":
        row["expires_at"] = None
    elif wanted is not None:
        _expire_at(account, row, wanted)
    _list_in(account, row)
    return row

"""Files: uploaded as a form, kept, and given back to whoever has the secret key."""

import base64
from typing import Any

from sandbox.account import Account
from sandbox.answers import Document
from sandbox.errors import InvalidRequest, NotFound, no_such
from sandbox.form import Upload
from sandbox.lists import listed, page_of
from sandbox.objects import file_links
from sandbox.routes import Call, route
from sandbox.shapes import Row
from sandbox.values import missing

MB = 1_000_000
KB = 1_000
IMAGES = ("jpg", "png", "gif")
SCANS = ("jpg", "png", "pdf")
# What each purpose takes: types (None: any) and the most bytes.
PURPOSES: dict[str, tuple[tuple[str, ...] | None, int]] = {
    "account_requirement": (SCANS, 10 * MB),
    "additional_verification": (SCANS, 10 * MB),
    "business_icon": (IMAGES, 512 * KB),
    "business_logo": (IMAGES, 512 * KB),
    "customer_signature": (SCANS, 4 * MB),
    "dispute_evidence": (SCANS, 5 * MB),
    "identity_document": (SCANS, 16 * MB),
    "issuing_regulatory_reporting": (None, 16 * MB),
    "pci_document": (SCANS, 16 * MB),
    "platform_terms_of_service": (("pdf",), 16 * MB),
    "tax_document_user_upload": (("pdf", "jpg", "png", "csv", "docx", "xls", "xlsx"), 16 * MB),
    "terminal_android_apk": (None, 16 * MB),
    "terminal_reader_splashscreen": (IMAGES, 2 * MB),
    "terminal_wifi_certificate": (None, 1 * MB),
    "terminal_wifi_private_key": (None, 1 * MB),
}
BEGINNINGS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"%PDF": "pdf"}
MEDIA = {
    "csv": "text/csv",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
}


@route("POST", "/v1/files", "FileCreateParams")
def create(call: Call) -> Row:
    """A file and what it is for; with `file_link_data[create]` a link to it besides."""
    account, params = call.account, call.params
    name, content = _upload(params["file"])
    purpose = params["purpose"]
    kind = _type(name, content)
    _check(purpose, kind, len(content))
    row = account.add(
        "file",
        _content=base64.b64encode(content).decode(),
        filename=name,
        purpose=purpose,
        size=len(content),
        type=kind,
    )
    row["url"] = f"{call.base_url}/v1/files/{row['id']}/contents"
    row["links"] = page_of([], f"/v1/file_links?file={row['id']}")
    account.emit("file.created", row)
    link = params.get("file_link_data") or {}
    if link.get("create"):
        file_links.new(account, row, link)
    return row


def _upload(given: Any) -> tuple[str, bytes]:
    if not isinstance(given, Upload):
        raise InvalidRequest(
            "Invalid file: send it as multipart/form-data, with its content in the field `file`.",
            param="file",
        )
    content = base64.b64decode(given["content"])
    if not content:
        raise missing("file")
    return given["filename"] or "file", content


def _type(name: str, content: bytes) -> str | None:
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    ending = name.rpartition(".")[2].lower()
    return None if ending == name.lower() or ending in BEGINNINGS.values() else ending


def _check(purpose: str, kind: str | None, size: int) -> None:
    if purpose not in PURPOSES:
        raise InvalidRequest(f"Invalid purpose: {purpose[:100]}", param="purpose")
    types, most = PURPOSES[purpose]
    if types is not None and kind not in types:
        raise InvalidRequest(
            f"The file type you uploaded is not supported for the purpose {purpose}. Supported "
            f"types are: {', '.join(types)}.",
            param="file",
        )
    if size > most:
        raise InvalidRequest(
            f"File size exceeds the maximum of {most // KB} KB for the purpose {purpose}.",
            param="file",
        )


@route("GET", "/v1/files", "FileListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "file")


@route("GET", "/v1/files/<file>", "FileRetrieveParams")
def retrieve(call: Call, file: str) -> Row:
    """One file, without its content."""
    return _of(call.account, file)


@route("GET", "/v1/files/<file>/contents", "FileRetrieveParams")
def contents(call: Call, file: str) -> Document:
    """The file itself."""
    return document(_of(call.account, file))


def _of(account: Account, file: str) -> Row:
    row = account.find(file, "file")
    if row is None:
        raise NotFound(f"No such file upload: '{file[:100]}'", code="resource_missing", param="id")
    return row


def document(row: Row) -> Document:
    """What was uploaded."""
    return Document(base64.b64decode(row["_content"]), media_type(row))


def media_type(row: Row) -> str:
    """As browsers call it; what nobody knows is never shown by one."""
    return MEDIA.get(row["type"] or "", "application/octet-stream")


def check_evidence(account: Account, evidence: Row, fields: tuple[str, ...]) -> None:
    """Files named in the evidence of a dispute exist and were uploaded as such."""
    for field in fields:
        if name := evidence.get(field):
            row = account.find(name, "file")
            if row is None:
                raise no_such("file upload", name, param=f"evidence[{field}]")
            if row["purpose"] != "dispute_evidence":
                raise InvalidRequest(
                    f"File {name} was uploaded for the purpose {row['purpose']}, but evidence must "
                    "be uploaded for the purpose dispute_evidence.",
                    param=f"evidence[{field}]",
                )

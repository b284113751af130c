"""Credit notes: what is taken back of a finalized invoice."""

from sandbox.billing import credit_notes
from sandbox.billing.previewing import undone
from sandbox.changes import apply
from sandbox.lists import listed, paged
from sandbox.routes import Call, route
from sandbox.shapes import Row


@route("POST", "/v1/credit_notes", "CreditNoteCreateParams")
def create(call: Call) -> Row:
    """Issued at once."""
    return credit_notes.issued(call.account, call.params)


@route("GET", "/v1/credit_notes/preview", "CreditNotePreviewParams")
def preview(call: Call) -> Row:
    """As it would be; nothing is made."""
    return undone(call.account, credit_notes.issued(call.account, call.params), call.params)


@route("GET", "/v1/credit_notes/preview/lines", "CreditNotePreviewLinesListParams")
def preview_lines(call: Call) -> Row:
    """The lines it would have."""
    note = credit_notes.issued(call.account, call.params)
    rows = call.account.where("credit_note_line_item", "_credit_note", note["id"])
    return undone(call.account, paged(call, rows), call.params)


@route("GET", "/v1/credit_notes", "CreditNoteListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, "credit_note")


@route("GET", "/v1/credit_notes/<note>", "CreditNoteRetrieveParams")
def retrieve(call: Call, note: str) -> Row:
    """One of them."""
    return call.account.get("credit_note", note)


@route("POST", "/v1/credit_notes/<note>", "CreditNoteUpdateParams")
def update(call: Call, note: str) -> Row:
    """Memo and metadata."""
    row = call.account.edit("credit_note", note)
    apply(row, call.params, ("memo",))
    call.account.emit_update("credit_note.updated", row)
    return row


@route("POST", "/v1/credit_notes/<note>/void", "CreditNoteVoidCreditNoteParams")
def void(call: Call, note: str) -> Row:
    """Never issued, as far as the open invoice is concerned."""
    return credit_notes.void(call.account, call.account.edit("credit_note", note))


@route("GET", "/v1/credit_notes/<note>/lines", "CreditNoteListLinesParams")
def list_lines(call: Call, note: str) -> Row:
    """Its lines, in their order."""
    call.account.get("credit_note", note)
    return paged(call, call.account.where("credit_note_line_item", "_credit_note", note))

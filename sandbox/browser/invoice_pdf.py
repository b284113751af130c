"""Invoices, receipts and credit notes on paper, drawn with fpdf2 in the PDF's own fonts."""

from collections.abc import Sequence

from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableCellFillMode, VAlign
from fpdf.fonts import FontFace

from sandbox.account import Account
from sandbox.billing.invoice_payments import payments_of
from sandbox.browser import invoice_view as view
from sandbox.browser.hosted import day
from sandbox.money import words
from sandbox.objects.accounts import NAME
from sandbox.shapes import Row

INK, SOFT, LINE = (23, 36, 42), (83, 99, 106), (218, 226, 223)
ENCODING = "windows-1252"  # what the fonts that every reader has can show
PRETEND = "Pretend Stripe - no money moved"


class Paper(FPDF):
    """A page with a line at its foot that says what it is."""

    def __init__(self, title: str, page_size: str) -> None:
        super().__init__(format=page_size)
        self.core_fonts_encoding = ENCODING
        self.set_title(title)
        self.set_margins(20, 20)
        self.set_auto_page_break(True, margin=24)
        self.add_page()
        self.ink(20, bold=True)
        self.wide(title, 11)

    def footer(self) -> None:
        """On every page."""
        self.set_y(-16)
        self.ink(8, colour=SOFT)
        self.cell(0, 5, f"{PRETEND} · page {self.page_no()} of {{nb}}", align="C")

    def ink(self, size: int, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """How the next words look."""
        self.set_font("Helvetica", "B" if bold else "", size)
        self.set_text_color(*colour)

    def wide(self, text: str, height: float = 5) -> None:
        """A paragraph over the whole width."""
        self.multi_cell(0, height, safe(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Label and value, a row each."""
        for label, value in rows:
            self.ink(9, colour=SOFT)
            self.cell(42, 5, safe(label))
            self.ink(9)
            self.cell(0, 5, safe(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def columns(self, *parts: tuple[str, list[str]]) -> None:
        """Blocks of lines side by side."""
        top, lowest, width = self.get_y(), self.get_y(), self.epw / len(parts)
        for place, (label, texts) in enumerate(parts):
            left = self.l_margin + place * width
            self.set_xy(left, top)
            for row, text in enumerate([label, *texts]):
                self.ink(9, bold=row == 0, colour=SOFT if row == 0 else INK)
                self.set_x(left)
                self.multi_cell(width - 4, 5, safe(text), new_x=XPos.LEFT, new_y=YPos.NEXT)
            lowest = max(lowest, self.get_y())
        self.set_xy(self.l_margin, lowest + 8)

    def lines(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """The table of what was billed."""
        self.ink(9)
        self.set_draw_color(*LINE)
        style = FontFace(emphasis="BOLD", color=SOFT)
        with self.table(
            borders_layout="HORIZONTAL_LINES",
            cell_fill_mode=TableCellFillMode.NONE,
            col_widths=(92, 16, 30, 32),
            headings_style=style,
            line_height=6,
            text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"),
            v_align=VAlign.T,
        ) as table:
            for row in (head, *rows):
                table.row([safe(text) for text in row])
        self.ln(4)

    def sums(self, rows: Sequence[tuple[str, str]]) -> None:
        """Totals at the right; the last row counts most."""
        for place, (label, amount) in enumerate(rows):
            last = place == len(rows) - 1
            self.ink(10 if last else 9, bold=last)
            self.set_x(self.l_margin + self.epw / 2)
            self.cell(self.epw / 2 - 34, 6, safe(label))
            self.cell(34, 6, safe(amount), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)


def safe(text: str) -> str:
    """The text with what the fonts cannot show replaced."""
    return text.encode(ENCODING, "replace").decode(ENCODING)


def invoice_paper(account: Account, invoice: Row) -> bytes:
    """The invoice as it was issued, as a PDF."""
    paper = _begun("Invoice", invoice, view.dates(invoice))
    paper.ink(15, bold=True)
    paper.wide(view.headline(invoice), 8)
    if invoice["description"]:
        paper.ink(9)
        paper.wide(invoice["description"])
    paper.ln(3)
    _bill(account, paper, invoice)
    due = words(invoice["amount_remaining"], invoice["currency"])
    paper.sums([*view.totals(account, invoice), ("Amount due", due)])
    return _finished(paper, invoice)


def receipt_paper(account: Account, invoice: Row) -> bytes:
    """That it was paid, when, and how."""
    known = [("Receipt number", invoice["receipt_number"] or "-"), *view.dates(invoice)]
    paper = _begun("Receipt", invoice, [*known, *_paid_with(account, invoice)])
    paper.ink(15, bold=True)
    paper.wide(view.headline(invoice), 8)
    paper.ln(3)
    _bill(account, paper, invoice)
    paper.sums(view.totals(account, invoice))
    return _finished(paper, invoice)


def credit_note_paper(account: Account, invoice: Row, note: Row) -> bytes:
    """What was taken back of an invoice."""
    amount = words(note["amount"], note["currency"])
    facts = [("Credit note number", note["number"]), ("Invoice number", invoice["number"]),
             ("Date of issue", day(note["effective_at"]))]  # fmt: skip
    paper = _begun("Credit note", invoice, facts)
    paper.ink(15, bold=True)
    paper.wide(f"{amount} credited" + (", void" if note["status"] == "void" else ""), 8)
    if note["memo"]:
        paper.ink(9)
        paper.wide(note["memo"])
    paper.ln(3)
    rows = account.where("credit_note_line_item", "_credit_note", note["id"])
    paper.lines(
        ("Description", "Qty", "Tax", "Amount"),
        [(row["description"] or "Credit", str(row["quantity"] or ""), _taxed(row, note),
          words(row["amount"], note["currency"])) for row in rows],
    )  # fmt: skip
    paper.sums([("Total credited", amount)])
    return _finished(paper, invoice)


def _taxed(row: Row, note: Row) -> str:
    amount = sum(one["amount"] for one in row["taxes"])
    return words(amount, note["currency"]) if amount else ""


def _begun(title: str, invoice: Row, facts: Sequence[tuple[str, str]]) -> Paper:
    size = ((invoice["rendering"] or {}).get("pdf") or {}).get("page_size")
    paper = Paper(title, "letter" if size == "letter" else "a4")
    paper.ln(2)
    paper.pairs(facts)
    paper.ln(6)
    parties = [(NAME, ["shop@example.com"]), ("Bill to", view.bill_to(invoice))]
    if shipped := view.ship_to(invoice):
        parties.append(("Ship to", shipped))
    paper.columns(*parties)
    return paper


def _bill(account: Account, paper: Paper, invoice: Row) -> None:
    rows = []
    for line in view.lines(account, invoice):
        described = "\n".join(text for text in (line["description"], line["period"]) if text)
        rows.append((described, str(line["quantity"] or ""), line["unit"] or "", line["amount"]))
    paper.lines(("Description", "Qty", "Unit price", "Amount"), rows)


def _paid_with(account: Account, invoice: Row) -> list[tuple[str, str]]:
    paid = [row for row in payments_of(account, invoice["id"]) if row["status"] == "paid"]
    return [("Paid with", _method(account, row)) for row in paid]


def _method(account: Account, payment: Row) -> str:
    intent = account.get("payment_intent", payment["_payment_intent"])
    charge = account.find(intent["latest_charge"], "charge") or {}
    details = charge.get("payment_method_details") or {"type": "card"}
    known = details.get(details["type"]) or {}
    name = known.get("brand") or details["type"].replace("_", " ")
    return f"{str(name).capitalize()} ending in {known.get('last4', '')}"


def _finished(paper: Paper, invoice: Row) -> bytes:
    if invoice["footer"]:
        paper.ink(9, colour=SOFT)
        paper.wide(invoice["footer"])
    return bytes(paper.output())

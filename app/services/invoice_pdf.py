"""An invoice on paper, drawn with fpdf2 in type that knows Latin, Greek and Cyrillic letters."""

import logging
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableBordersLayout, TableCellFillMode, VAlign
from fpdf.fonts import FontFace

from app import money, settings
from app.models import Invoice, InvoicePayment, InvoiceStatus

TYPE = Path(__file__).parent.parent / "static" / "vendor"
REGULAR = TYPE / "paper-1.0.0-regular.ttf"
INK, SOFT, LINE = (31, 30, 36), (102, 98, 107), (228, 222, 210)
WIDTHS = (76, 30, 12, 26, 28)
STAMPS = {
    InvoiceStatus.PAID: "Paid. Thank you.",
    InvoiceStatus.VOID: "Void: nothing is owed on it.",
    InvoiceStatus.UNCOLLECTIBLE: "Written off.",
}
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every letter it leaves out
UNSEEN = {"Cc", "Cf", "Mn"}  # joins and marks: they are not letters by themselves
Pairs = Sequence[tuple[str, str]]


def draw(invoice: Invoice, *, url: str) -> bytes:
    """The invoice as it stands now, as a PDF; `url` is where it is paid."""
    paper = Paper(str(invoice), author=settings.current().shop_name)
    paper.heading(settings.current().shop_name, _title(invoice))
    paper.columns(("From", _seller()), ("Bill to", _payer(invoice)), ("Details", _facts(invoice)))
    paper.goods(_rows(invoice))
    paper.sums(list(_sums(invoice)))
    paper.closing(_closing(invoice), url if invoice.due_amount else "")
    if invoice.note:
        paper.paragraph(invoice.note)
    return bytes(paper.output())


def missing_letters(invoice: Invoice) -> str:
    """What our type has no letter for, so that it is seen as a question mark: each letter once."""
    lines = [*_payer(invoice), *(item.description for item in invoice.items), invoice.note]
    known = _letters()
    text = unicodedata.normalize("NFC", "".join(lines))
    return "".join(dict.fromkeys(letter for letter in text if _is_missing(letter, known)))


def _is_missing(letter: str, known: Container[int]) -> bool:
    seen = unicodedata.category(letter) not in UNSEEN and not letter.isspace()
    return seen and ord(letter) not in known


@cache
def _letters() -> frozenset[int]:
    with TTFont(REGULAR, lazy=True) as type_:
        return frozenset(type_.getBestCmap())


def _title(invoice: Invoice) -> str:
    return f"Invoice {invoice.number}" if invoice.number else "Draft of an invoice"


class Paper(FPDF):
    """A page of A4 with a line at its foot."""

    def __init__(self, title: str, *, author: str) -> None:
        super().__init__(format="A4")
        self.add_font("Paper", "", REGULAR)
        self.add_font("Paper", "B", TYPE / "paper-1.0.0-semibold.ttf")
        self.set_title(title)
        self.set_author(author)
        self.set_lang(settings.current().shop_locale.replace("_", "-"))
        self.set_margins(20, 20)
        self.set_auto_page_break(True, margin=26)
        self._title = title
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """What our type has no letter for is seen as a question mark instead of not at all."""
        known = _letters()
        text = unicodedata.normalize("NFC", super().normalize_text(text))
        return "".join(
            "?" if _is_missing(letter, known) else letter
            for letter in text
            if ord(letter) in known or unicodedata.category(letter) not in UNSEEN
        )

    def footer(self) -> None:
        """On every page."""
        shop = settings.current()
        self.set_y(-18)
        self.ink(8, colour=SOFT)
        parts = [shop.shop_name, shop.shop_email, self._title, f"Page {self.page_no()} of {{nb}}"]
        self.cell(0, 5, "  ·  ".join(parts), align="C")

    def ink(self, size: int, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """How the next words look."""
        self.set_font("Paper", "B" if bold else "", size)
        self.set_text_color(*colour)

    def heading(self, seller: str, title: str) -> None:
        self.ink(11, colour=SOFT)
        self.paragraph(seller, restyle=False)
        self.ink(24, bold=True)
        self.multi_cell(0, 12, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(6)

    def columns(self, *parts: tuple[str, list[str]]) -> None:
        """Blocks of lines side by side."""
        top, lowest, width = self.get_y(), self.get_y(), self.epw / len(parts)
        for place, (label, lines) in enumerate(parts):
            left = self.l_margin + place * width
            self.set_xy(left, top)
            for row, line in enumerate([label, *lines]):
                self.ink(9, bold=row == 0, colour=SOFT if row == 0 else INK)
                self.set_x(left)
                self.multi_cell(width - 5, 5, line, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
            lowest = max(lowest, self.get_y())
        self.set_xy(self.l_margin, lowest + 10)

    def goods(self, rows: Sequence[Sequence[str]]) -> None:
        """The table of what is owed; its head comes again on every page."""
        self.ink(9)
        self.set_draw_color(*LINE)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            cell_fill_mode=TableCellFillMode.NONE,
            col_widths=WIDTHS,
            headings_style=FontFace(emphasis="BOLD", color=SOFT),
            line_height=5.5,
            padding=(1.4, 1),
            text_align=("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT"),
            v_align=VAlign.T,
        ) as table:
            for row in (("Description", "Due", "Qty", "Unit price", "Amount"), *rows):
                table.row(row)
        self.ln(5)

    def sums(self, rows: Pairs) -> None:
        """Totals at the right; the last row counts most, and they stay together."""
        if self.will_page_break(6 * len(rows)):
            self.add_page()
        for place, (label, amount) in enumerate(rows):
            last = place == len(rows) - 1
            self.ink(11 if last else 9, bold=last)
            self.set_x(self.l_margin + self.epw * 0.4)
            self.cell(self.epw * 0.6 - 36, 6.5, label, align="L")
            self.cell(36, 6.5, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(8)

    def closing(self, sentence: str, url: str) -> None:
        self.ink(10, bold=True)
        self.paragraph(sentence, restyle=False)
        if url:
            self.ink(9, colour=(42, 68, 184))
            self.cell(0, 6, url, link=url, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(4)

    def paragraph(self, text: str, *, restyle: bool = True) -> None:
        """Over the whole width."""
        if restyle:
            self.ink(9)
        self.multi_cell(0, 5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


@dataclass(frozen=True)
class _Received:
    """What one payment brought for this invoice."""

    at: datetime
    method: str
    amount: int


def _seller() -> list[str]:
    shop = settings.current()
    tax_id = [f"Tax id {shop.shop_tax_id}"] if shop.shop_tax_id else []
    return [shop.shop_name, *shop.shop_address, shop.shop_email, *tax_id]


def _payer(invoice: Invoice) -> list[str]:
    customer = invoice.customer
    if customer.addresses:
        return [*customer.addresses[0].postal.lines, customer.email]
    return [*filter(None, [customer.name]), customer.email]


def _facts(invoice: Invoice) -> list[str]:
    facts = [f"Number {invoice.number or 'none yet'}"]
    if invoice.issued_at:
        facts.append(f"Issued {_day(invoice.issued_at)}")
    if invoice.due_at and invoice.due_amount:
        facts.append(f"Due {_day(invoice.due_at)}")
    if invoice.paid_at:
        facts.append(f"Paid {_day(invoice.paid_at)}")
    return facts


def _rows(invoice: Invoice) -> list[tuple[str, ...]]:
    return [
        (
            item.description,
            _item_state(item.due_amount, item.due_at),
            str(item.quantity),
            _money(item.unit_amount, invoice),
            _money(item.total_amount, invoice),
        )
        for item in invoice.items
    ]


def _item_state(due_amount: int, due_at: datetime | None) -> str:
    if due_amount <= 0:
        return "Paid"
    return _day(due_at) if due_at else ""


def _sums(invoice: Invoice) -> Iterator[tuple[str, str]]:
    """Net, tax and total; what was received; what is left."""
    if invoice.tax_amount:
        yield "Net", _money(invoice.total_amount - invoice.tax_amount, invoice)
        yield "VAT", _money(invoice.tax_amount, invoice)
    received = _received(invoice)
    left = ("Still to pay", _money(invoice.due_amount, invoice))
    total = ("Total", _money(invoice.total_amount, invoice))
    yield total
    for part in received:
        label = f"Received {_day(part.at)}" + (f", {part.method}" if part.method else "")
        yield label, _money(-part.amount, invoice)
    credited = invoice.paid_amount - sum(part.amount for part in received)
    if credited > 0:
        yield "From credit", _money(-credited, invoice)
    if received or credited > 0 or invoice.due_amount:
        yield left


def _received(invoice: Invoice) -> list[_Received]:
    covers: list[InvoicePayment] = [
        cover for item in invoice.items for cover in item.payments if cover.applied_amount
    ]
    by_payment: dict[int, list[InvoicePayment]] = {}
    for cover in covers:
        by_payment.setdefault(cover.payment_id, []).append(cover)
    return [
        _Received(
            at=group[0].payment.asked_at,
            method=group[0].payment.method,
            amount=sum(cover.applied_amount for cover in group),
        )
        for _, group in sorted(by_payment.items())
    ]


def _closing(invoice: Invoice) -> str:
    if invoice.due_amount and invoice.due_at:
        left, days = _money(invoice.due_amount, invoice), {i.due_at for i in invoice.items}
        part = ", the first part of it" if len(days) > 1 else ""
        return f"Please pay {left}{part} by {_day(invoice.due_at)}, here:"
    return STAMPS.get(invoice.status, "")


def _money(amount: int, invoice: Invoice) -> str:
    locale = settings.current().shop_locale
    return money.format_money(amount, invoice.currency, locale=locale)


def _day(at: datetime) -> str:
    shop = settings.current()
    there = at.astimezone(ZoneInfo(shop.shop_time_zone))
    return format_date(there, "d MMM y", locale=shop.shop_locale)

"""Invoices, receipts and credit notes on paper, read back from the PDF."""

import re
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox import Sandbox
from tests.sandbox.billed import Billed

Read = Callable[[str], list[str]]


@pytest.fixture
def read(sandbox: Sandbox) -> Read:
    """`read(url)`: the pieces of text in a PDF, in the order they were drawn; none without one."""

    def texts(url: str) -> list[str]:
        answer = sandbox.test_client().get(urlsplit(url).path)
        if answer.status_code == 404:
            return []
        assert answer.mimetype == "application/pdf"
        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", answer.data, re.DOTALL)
        drawn = b"\n".join(zlib.decompressobj().decompress(stream) for stream in streams)
        found = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", drawn)
        return [re.sub(rb"\\(.)", rb"\1", text).decode("windows-1252") for text in found]

    return texts


def test_an_invoice_says_who_owes_whom_how_much_until_when(
    api: Any, billed: Billed, read: Read
) -> None:
    vat = api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    ada = billed.customer(invoice_prefix="ADA", address={"line1": "Way 1", "city": "Ulm"})

    invoice = billed.opened(
        ada, default_tax_rates=[vat.id], footer="Mugs (since 1998)",
        collection_method="send_invoice", days_until_due=14,
    )  # fmt: skip
    texts = read(invoice.invoice_pdf)

    assert texts[0] == "Invoice"
    assert {"ADA-0001", "Pretend Shop", "Ada", "Way 1", "Ulm", "Mug"} <= set(texts)
    assert {"€25.00", "VAT (20%)", "€5.00", "€30.00", "Mugs (since 1998)"} <= set(texts)
    assert any(text.startswith("€30.00 due ") for text in texts)
    assert any(text.startswith("Pretend Stripe") for text in texts)


def test_a_paid_invoice_has_a_receipt(api: Any, billed: Billed, read: Read) -> None:
    invoice = billed.opened(billed.customer())
    address = f"{invoice.hosted_invoice_url}/receipt"

    before = read(address)
    paid = api.invoices.pay(invoice.id)
    texts = read(address)

    assert (before, texts[0]) == ([], "Receipt")
    assert {"Visa ending in 4242", paid.receipt_number} <= set(texts)


def test_a_credit_note_is_on_paper_too(api: Any, billed: Billed, read: Read) -> None:
    invoice = billed.opened(billed.customer(invoice_prefix="ADA"))

    note = api.credit_notes.create({"invoice": invoice.id, "amount": 500, "memo": "Broken"})
    texts = read(note.pdf)

    assert texts[0] == "Credit note"
    assert {"ADA-0001-CN-01", "Broken", "€5.00 credited"} <= set(texts)


def test_a_long_invoice_goes_on_overleaf(api: Any, billed: Billed, read: Read) -> None:
    draft = billed.draft(billed.customer())
    lines = [{"amount": 100, "description": f"Mug {number}"} for number in range(60)]

    api.invoices.add_lines(draft.id, {"lines": lines})
    texts = read(api.invoices.finalize_invoice(draft.id).invoice_pdf)

    assert {"Mug 0", "Mug 59"} <= set(texts)
    assert any("page 2 of" in text for text in texts)


def test_letters_the_paper_cannot_show_do_not_break_it(billed: Billed, read: Read) -> None:
    invoice = billed.opened(billed.customer(), description="日本 – žluťoučký")

    assert "?? – žlu?ou?ký" in read(invoice.invoice_pdf)


def test_nobody_finds_an_invoice_without_the_secret_in_its_address(
    billed: Billed, read: Read
) -> None:
    address = billed.opened(billed.customer()).hosted_invoice_url

    assert read(f"{address[:-4]}AAAA/pdf") == []
    assert read(f"{address}/pdf")[0] == "Invoice"

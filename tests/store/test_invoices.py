"""Invoices on their own pages: for their customer, for guests with the link, on paper."""

import re
import zlib
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.models import Collector, Customer, Invoice, InvoiceItem, InvoiceStatus
from app.services import credit, customers, invoice_pdf, invoices
from app.services.invoices import NewInvoice, NewItem
from tests.billing import bill, invoice_of, items_of, open_invoice, pay_debt
from tests.store.asking import HTMX, SCRIPT
from tests.store.test_payments import Secret, path_of


def test_a_customer_finds_invoices_and_never_drafts(customer, eve):
    number = invoice_of(open_invoice(eve, 1000, past_due=1)).number
    draft = invoices.draft(bill(eve, 99900), actor="ada")

    page = customer.get("/account/invoices").text

    assert number in page
    assert "Past due" in page
    assert "€999.00" not in page
    assert customer.get(f"/invoices/{invoice_of(draft).token}").status_code == 404


def test_a_guest_pays_an_invoice_with_its_link_alone(client, adam, stripe_client, pump):
    invoice_id = open_invoice(adam, 1000, 2000, past_due=1)
    elsewhere = open_invoice(adam, 5000, past_due=1)
    page = f"/invoices/{invoice_of(invoice_id).token}"
    assert "Pay €10.00" in client.get(page).text

    answer = post(client, page, scope="everything", agreed="3000")
    pay_debt(stripe_client, Secret(answer.json["client_secret"]))
    back = client.get(client.get(path_of(answer.json["return_url"])).location).text

    assert "This invoice is paid" in back
    assert "Visa •••• 4242" in back
    assert invoice_of(invoice_id).status == InvoiceStatus.PAID
    assert invoice_of(elsewhere).status == InvoiceStatus.OPEN


def test_an_open_page_hears_that_its_invoice_was_paid(client, adam, stripe_client, pump):
    page = f"/invoices/{invoice_of(open_invoice(adam, 1000)).token}"
    watched = re.search(r'hx-get="(/invoices/[^"]*seen=[^"]*)"', client.get(page).text)[1]
    assert client.get(watched, headers=HTMX).status_code == 204

    pay_debt(stripe_client, Secret(post(client, page, agreed="1000").json["client_secret"]))
    pump()

    assert "This invoice is paid" in client.get(watched, headers=HTMX).text


def test_items_of_another_invoice_do_not_exist_on_this_one(client, adam):
    page = f"/invoices/{invoice_of(open_invoice(adam, 1000, 2000)).token}"
    other = str(items_of(open_invoice(adam, 1000))[0].id)

    assert post(client, page, scope="chosen", item=other, agreed="1000").status_code == 404
    assert post(client, page, agreed="3000").status_code == 200


def test_a_cent_that_is_left_cannot_be_paid_online_and_the_page_says_what_to_do(client, adam):
    invoice_id = open_invoice(adam, 1000, 1)
    page = f"/invoices/{invoice_of(invoice_id).token}"
    assert 'id="payments-form"' in client.get(page).text
    credit.give(adam, 1000, currency="eur", actor="ada", reason="goodwill")
    credit.use(invoice_id, actor="ada")

    text = client.get(page).text

    assert "€0.01 is too little to be paid online" in text
    assert "card is €0.50. Pay it with the next thing that you owe us" in text
    assert 'href="mailto:shop@storekeeper.example' in text
    assert 'id="payments-form"' not in text
    assert post(client, page, agreed="1").status_code == 422


def test_a_void_invoice_asks_for_nothing(client, adam):
    invoice_id = open_invoice(adam, 1000)
    invoices.void(invoice_id, actor="ada", reason="a mistake")
    page = f"/invoices/{invoice_of(invoice_id).token}"

    text = client.get(page).text

    assert "This invoice is void" in text
    assert 'id="payments-form"' not in text
    assert post(client, page, agreed="1000").status_code == 409


def test_what_stripe_collects_is_paid_on_stripes_page(client, adam):
    with transaction() as session:
        invoice = Invoice(customer_id=adam, collector=Collector.STRIPE, currency="eur")
        invoice.number, invoice.total_amount = "ABC-1", 900
        invoice.hosted_url = "https://invoice.stripe.com/i/1"
        invoice.pdf_url = "https://pay.stripe.com/i/1/pdf"
        invoice.lines = [{"description": "Inkwell, a month", "quantity": 1, "amount": 900}]
        invoice.items = [
            InvoiceItem(description="x", unit_amount=900, total_amount=900, paid_amount=0)
        ]
        invoice.move_to(InvoiceStatus.OPEN, actor="stripe")
        session.add(invoice)
        session.flush()
        token = invoice.token

    text = client.get(f"/invoices/{token}").text

    assert 'href="https://invoice.stripe.com/i/1"' in text
    assert "Inkwell, a month" in text
    assert 'id="payments-form"' not in text
    assert client.get(f"/invoices/{token}/pdf").location == "https://pay.stripe.com/i/1/pdf"
    assert post(client, f"/invoices/{token}", agreed="900").status_code == 409


def test_an_invoice_on_paper_says_who_owes_what_until_when(app, client, adam, stripe_client, pump):
    app.extensions["settings"].shop_address = ("Ostbahnhofstr. 4", "10243 Berlin")
    app.extensions["settings"].shop_tax_id = "DE 123456789"
    invoice_id = open_invoice(adam, 1190, 2000, past_due=1)
    page = f"/invoices/{invoice_of(invoice_id).token}"
    pay_debt(stripe_client, Secret(post(client, page, agreed="1190").json["client_secret"]))
    pump()

    answer = client.get(f"{page}/pdf")
    said = words_of(answer.data)

    number = invoice_of(invoice_id).number
    assert answer.mimetype == "application/pdf"
    assert f'filename="{number}.pdf"' in answer.headers["Content-Disposition"]
    for words in (
        f"Invoice {number}", "Ostbahnhofstr. 4", "Tax id DE 123456789", "adam@example.com",
        "Адам Łukasz", "Work 1", "Paid", "€31.90", "Visa •••• 4242", "-€11.90", "Still to pay",
        "€20.00", f"http://localhost{page}",
    ):  # fmt: skip
        assert words in said, (words, said)


def test_a_long_invoice_takes_several_pages(client, adam):
    invoice_id = open_invoice(adam, *[1000 + n for n in range(100)])

    answer = client.get(f"/invoices/{invoice_of(invoice_id).token}/pdf")

    said = words_of(answer.data)
    assert answer.data.count(b"/Type /Page\n") >= 3
    assert "Work 100" in said
    assert said.count("Description") >= 3  # the table's head comes again


def test_an_invoice_that_is_due_later_is_open_not_past_due(client, adam, move_clock):
    token = invoice_of(open_invoice(adam, 1000)).token
    assert "Past due" not in client.get(f"/invoices/{token}").text

    move_clock(timedelta(days=15))

    assert "Past due" in client.get(f"/invoices/{token}").text
    assert invoice_of(1).due_at < clock.now()


def post(client, page, **form):
    return client.post(f"{page}/payments", data=form, headers=SCRIPT)


def test_what_the_paper_has_no_letters_for_is_seen_as_missing(adam):
    wanted = NewInvoice(
        customer_id=adam,
        currency="eur",
        items=(NewItem(description="Tee 茶 شاي \U0001f375 Čaj", unit_amount=1000),),
    )
    draft = invoices.draft(wanted, actor="ada")

    words = words_of(invoice_pdf.draw(invoice_of(draft), url=""))

    assert "Tee ? ??? ? Čaj" in words
    assert "Draft of an invoice" in words
    assert "None" not in words


DRAWN = rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj"


def words_of(pdf):
    """What is written on each page: a font's own numbers, turned back into letters."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    plain = [unpacked(stream) for stream in streams]
    maps = [letters_of(text) for text in plain if b"beginbfchar" in text]
    said = []
    for text in plain:
        for font, drawn in re.findall(DRAWN, text, re.DOTALL):
            if font:
                letters = maps[(int(font) - 1) % len(maps)]
            elif drawn:
                said.append(read(drawn, letters))
    return "\n".join(said)


def unpacked(stream):
    try:
        return zlib.decompressobj().decompress(stream)  # its last byte may look like a line's end
    except zlib.error:
        return stream


def letters_of(cmap):
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n", cmap.split(b"beginbfchar", 1)[1])
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def read(drawn, letters):
    raw = re.sub(rb"\\([()\\rn])", lambda m: {b"r": b"\r", b"n": b"\n"}.get(m[1], m[1]), drawn)
    codes = [int.from_bytes(raw[i : i + 2], "big") for i in range(0, len(raw), 2)]
    return "".join(letters.get(code, "?") for code in codes)


@pytest.fixture
def adam(app):
    """A guest, who never signed up."""
    return customers.find_or_create("adam@example.com", name="Адам Łukasz")


@pytest.fixture
def eve(customer):
    return db.session.scalars(db.select(Customer.id).filter_by(email="eve@example.com")).one()

"""An invoice that Stripe collects is paid on Stripe's page; one of ours by whoever has its link."""

from playwright.sync_api import expect

from app.db import db
from app.models import Invoice
from app.services import customers, stripe_customers
from tests.billing import invoice_of, open_invoice
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Shopper


def test_an_invoice_is_paid_on_stripes_page(shopper: Shopper, ledger: Ledger) -> None:
    shopper.open(f"/invoices/{billed_by_stripe(shopper, ledger)}")
    shopper.reads("€25.00 to pay")
    shopper.page.get_by_role("link", name="Pay on Stripe's page").click()
    shopper.fill_card()
    shopper.page.get_by_role("button", name="Pay €25.00").click()
    expect(shopper.page.get_by_role("heading", name="Invoice paid")).to_be_visible()

    shopper.page.go_back()

    shopper.reads("This invoice is paid")


def test_a_guest_pays_an_invoice_and_keeps_it_on_paper(shopper: Shopper, ledger: Ledger) -> None:
    with ledger.opened():
        guest = customers.find_or_create(shopper.email)
        invoice = invoice_of(open_invoice(guest, 1000))
        page = f"/invoices/{invoice.token}"
    shopper.open(page)
    shopper.pay()
    shopper.reads("This invoice is paid")

    with shopper.page.expect_download() as paper:
        shopper.page.get_by_role("link", name="Save as a PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")


def billed_by_stripe(shopper: Shopper, ledger: Ledger) -> str:
    """The token of an invoice that was made in Stripe's dashboard."""
    stripe = ledger.shop.stripe
    with ledger.opened():
        customer = stripe_customers.ensure(customers.find_or_create(shopper.email))
    draft = stripe.v1.invoices.create(
        {"customer": customer, "collection_method": "send_invoice", "days_until_due": 7}
    )
    item = {"customer": customer, "invoice": draft.id, "amount": 2500, "currency": "eur"}
    stripe.v1.invoice_items.create({**item, "description": "Blue mug"})
    stripe.v1.invoices.finalize_invoice(str(draft.id))
    ledger.check()  # the shop has heard of it
    with ledger.opened():
        return db.session.scalars(db.select(Invoice.token).filter_by(stripe_id=draft.id)).one()

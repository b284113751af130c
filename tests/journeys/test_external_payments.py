"""Money that arrives with a link made at Stripe: booked by its address, or given to somebody."""

import secrets

import requests
from playwright.sync_api import expect

from app.db import db
from app.models import Payment
from app.services import customers
from tests.billing import invoice_of, open_invoice
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Clerk
from tests.links import foreign_link


def test_a_known_address_pays_its_debt_and_staff_say_whose_the_other_is(
    clerk: Clerk, ledger: Ledger
) -> None:
    known, name = (f"{who}-{secrets.token_hex(4)}@example.com" for who in ("eve", "bob"))
    with ledger.opened():
        eve, bob = (customers.find_or_create(each, name=each[:12]) for each in (known, name))
        invoices = [open_invoice(eve, 4200), open_invoice(bob, 77_31)]

    pay(ledger, 4200, email=known)
    stray = f"bob-{secrets.token_hex(4)}@elsewhere.example"
    pay(ledger, 77_31, email=stray)
    ledger.check()

    with ledger.opened():
        assert [invoice_of(each).status for each in invoices] == ["paid", "open"]
    clerk.open("/admin/")
    clerk.page.get_by_role("link", name="Payments belong to nobody").click()
    clerk.page.get_by_role("link", name=stray).click()
    suggestion = clerk.page.locator(".item").filter(has_text=name)
    expect(suggestion).to_contain_text("has an open invoice over exactly €77.31")
    suggestion.get_by_role("link", name="Assign…").click()
    expect(clerk.page.locator("#impact")).to_contain_text("€77.31 pays Work 1")
    clerk.button("Assign it").click()

    expect(clerk.page.get_by_role("heading", level=1)).to_contain_text("Assigned")
    with ledger.opened():
        assert invoice_of(invoices[1]).status == "paid"
        payment = db.session.scalars(db.select(Payment).filter_by(payer_email=stray)).one()
        assert (payment.customer_id, payment.events[-1].kind) == (bob, "assigned")


def pay(ledger: Ledger, amount: int, *, email: str) -> None:
    """Open a link that the shop knows nothing of, and pay it on Stripe's page."""
    sandbox = ledger.shop.sandbox.url
    link = foreign_link(ledger.shop.stripe, amount)
    opened = requests.get(link.url, allow_redirects=False, timeout=10)
    session = opened.headers["Location"].rpartition("/")[2].split("?")[0].split("#")[0]
    requests.post(
        f"{sandbox}/v1/payment_pages/{session}/confirm",
        data={"email": email, "payment_method": "pm_card_visa"},
        headers={"Authorization": "Bearer sk_test_sandbox"},
        timeout=10,
    ).raise_for_status()

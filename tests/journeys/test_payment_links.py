"""Staff send a way to pay; the customer opens it, pays, and what they owed is closed."""

import re
import secrets

from playwright.sync_api import expect

from app.db import db
from app.models import PaymentLink
from app.services import customers, payment_links
from app.services.payment_links import NewLink
from tests.billing import invoice_of, open_invoice
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Clerk, Shopper
from tests.journeys.test_hosted_checkout import pay_there

MOST_CLICKS = 6  # from the first page to a letter on its way


def test_from_the_dashboard_to_a_sent_link_in_a_few_clicks(clerk: Clerk, shopper: Shopper) -> None:
    clerk.open("/admin/")
    clicks = count_clicks(clerk)

    clerk.page.get_by_role("link", name="Send a payment link").click()
    clerk.page.get_by_label("Who pays").fill(shopper.email)
    clerk.page.get_by_label("What for").fill("Two hours of work")
    clerk.page.get_by_label("Amount in EUR").fill("42")
    expect(clerk.page.locator("#letter")).to_contain_text("Two hours of work: €42.00")
    clerk.button("Send the link").click()

    expect(clerk.page.get_by_text(f"Sent to {shopper.email}.")).to_be_visible()
    assert len(clicks) <= MOST_CLICKS


def test_what_is_owed_is_paid_with_the_newest_link_and_the_other_is_dead(
    clerk: Clerk, shopper: Shopper, ledger: Ledger
) -> None:
    name = f"Eve {shopper.email[4:12]}"
    with ledger.opened():
        eve = customers.find_or_create(shopper.email, name=name)
        invoice_id = open_invoice(eve, 1000, 3200)
        first = sent_before(shopper.email, invoice_id, 4200)
    second = send_for_invoice(clerk, name)

    shopper.open(first)
    shopper.reads("There is a newer link")
    shopper.open(second)
    shopper.page.wait_for_url("**/c/pay/**")
    shopper.page.get_by_label("Email").first.fill(shopper.email)
    pay_there(shopper)

    shopper.reads("Thank you. This is paid.")
    with ledger.opened():
        assert invoice_of(invoice_id).status == "paid"
    clerk.page.reload()
    expect(clerk.page.get_by_role("heading", level=1)).to_contain_text("Paid")
    expect(clerk.page.locator("main")).to_contain_text("Opened")
    shopper.open(second)
    shopper.reads("Thank you. This is paid.")
    shopper.open(first)
    shopper.reads("There is nothing left to pay here")


def sent_before(email: str, invoice_id: int, amount: int) -> str:
    """Somebody sent one yesterday; its short address."""
    wanted = NewLink(
        email=email, description="Invoice", amount=amount, currency="eur", invoice_id=invoice_id
    )
    link_id = payment_links.send(wanted, form_token=secrets.token_hex(8), actor="ada")
    return f"/l/{db.session.get_one(PaymentLink, link_id).slug}"


def send_for_invoice(clerk: Clerk, name: str) -> str:
    """From the dashboard, by the customer's name, for what they owe; its short address."""
    clerk.open("/admin/")
    clerk.page.get_by_role("link", name="Send a payment link").click()
    clerk.page.get_by_label("Who pays").fill(name)
    clerk.page.get_by_role("link", name=re.compile("INV-.*€42.00")).click()
    clerk.button("Send the link").click()
    address = clerk.page.get_by_label("The link’s address")
    expect(address).to_have_value(re.compile("/l/"))
    return "/l/" + address.input_value().rpartition("/l/")[2]


def count_clicks(clerk: Clerk) -> list[None]:
    """One entry per click from now on, over every page."""
    clicks: list[None] = []
    clerk.page.expose_function("tellClick", lambda: clicks.append(None))
    clerk.page.add_init_script("addEventListener('click', () => tellClick(), true)")
    clerk.page.evaluate("addEventListener('click', () => tellClick(), true)")
    return clicks

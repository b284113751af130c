"""A dispute is answered from the back office, and Stripe has what was written there."""

from playwright.sync_api import expect

from app.db import db
from app.models import Dispute
from app.services import orders
from tests.buying import buy
from tests.journeys.ledger import Ledger
from tests.journeys.pages import Clerk


def test_evidence_is_drafted_submitted_and_read_back_at_stripe(
    clerk: Clerk, ledger: Ledger
) -> None:
    with ledger.opened():
        order = buy(ledger.shop.stripe, "pm_card_createDisputeProductNotReceived")
        order_id, number = order.id, order.number
    ledger.check()
    with ledger.opened():
        orders.ship(order_id, tracking="JJD01", actor="ada")
        dispute = db.session.scalars(db.select(Dispute).filter_by(order_id=order_id)).one()
        stripe_id = str(dispute.stripe_id)

    clerk.open("/admin/dispute/?flt0_needs_an_answer_equals=yes")
    clerk.page.get_by_role("link", name=f"Order #{number}").click()
    clerk.page.get_by_role("link", name="Edit the evidence").click()
    expect(clerk.page.get_by_label("Tracking")).to_have_value("JJD01")
    clerk.page.get_by_label("Carrier").fill("DHL")
    clerk.button("Save the draft").click()
    expect(clerk.page.get_by_text("Your draft is not with the bank yet.")).to_be_visible()
    clerk.page.get_by_role("link", name="Submit to the bank…").click()
    clerk.button("Submit it").click()

    expect(clerk.page.get_by_role("heading", level=1)).to_contain_text("Under review")
    remote = ledger.shop.stripe.v1.disputes.retrieve(stripe_id)
    sent = remote.evidence
    assert remote.evidence_details.submission_count == 1
    assert (sent.shipping_carrier, sent.shipping_tracking_number) == ("DHL", "JJD01")
    assert sent.customer_email_address == "eve@example.com"
    assert str(number) in str(sent.product_description)

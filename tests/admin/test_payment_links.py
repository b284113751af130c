"""Sending a way to pay from the back office, and looking after it, against the pretend Stripe."""

import csv
import io
from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.models import AuditEntry, Letter, Payment, PaymentLink, PaymentLinkStatus
from app.services import customers, debts
from tests.admin.forms import fields
from tests.billing import open_invoice, pay_debt
from tests.buying import fill_cart, order_of, place
from tests.goods import add_product
from tests.links import open_link, pay_link, pay_session

NEW = "/admin/payment_link/new/"


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com", name="Eve Example")


@pytest.fixture
def send(staff, eve):
    """Send a link through the form; answers the row."""
    client = staff("orders")

    def send(query="", **typed):
        values = {"who": "eve@example.com", "description": "Two hours", "amount": "42"} | typed
        sent = client.post(NEW, data=fields(client.get(NEW + query), "description") | values)
        assert sent.status_code == 303, sent.text
        return newest()

    return send


def newest():
    db.session.rollback()
    return db.session.scalars(db.select(PaymentLink).order_by(PaymentLink.id.desc())).first()


def page_of(client, link):
    return client.get(f"/admin/payment_link/details/?id={link.id}").text


def test_a_name_an_amount_and_some_words_are_enough(send, staff, run_jobs, eve):
    link = send(who="Eve Example", amount="42,50")
    run_jobs()

    letter = db.session.scalars(db.select(Letter)).one()
    assert (link.status, link.amount, link.customer_id) == (PaymentLinkStatus.ACTIVE, 4250, eve)
    assert (letter.to, letter.subject) == ("eve@example.com", "To pay: Two hours")
    assert link.sent_by == "orders@storekeeper.example"
    assert db.session.scalars(db.select(AuditEntry.action)).all() == ["sent"]
    page = page_of(staff("billing"), link)
    assert f"/l/{link.slug}" in page
    assert "Letter: Payment link" in page


def test_what_is_shown_before_is_what_is_sent(staff, send, run_jobs):
    client = staff()
    typed = {"who": "Eve Example", "message": "Thanks", "until": ""}
    typed |= {"description": "Two hours", "amount": "42"}

    shown = client.post("/admin/payment_link/preview", data=typed).text
    link = send(**typed)
    run_jobs()

    text = db.session.scalars(db.select(Letter)).one().text.replace(link.slug, "…")
    assert text.strip() in shown.replace("&#39;", "'")
    assert "Ready to send" in shown
    assert db.session.scalars(db.select(PaymentLink)).all() == [link]


def test_until_and_with_a_day_means_that_day_in_the_form_the_ledger_and_the_letter(
    staff, send, run_jobs
):
    client, until = staff("billing"), (clock.now() + timedelta(days=5)).date()
    words = f"The link works until {until:%-d %B %Y}."
    typed = {"who": "Eve Example", "description": "Two hours", "amount": "42"}

    shown = client.post("/admin/payment_link/preview", data=typed | {"until": str(until)}).text
    link = send(until=str(until))
    run_jobs()

    assert words in shown
    assert words in db.session.scalars(db.select(Letter)).one().text
    assert f'<time datetime="{until}">' in page_of(client, link)
    assert f'until <time datetime="{until}">' in client.get("/admin/payment_link/").text


WRONG = [
    ({"who": ""}, "Who pays"),
    ({"who": "Nobody"}, "No customer is called so"),
    ({"who": "Eve"}, "Several are called so"),
    ({"amount": ""}, "How much"),
    ({"amount": "0.10"}, "can be paid with a link"),
    ({"amount": "a lot"}, "an amount such as"),
    ({"description": ""}, "what it is"),
    ({"until": "2020-01-01"}, "has passed already"),
    ({"until": "9999-12-31"}, "too far away"),
]


def test_what_is_wrong_is_said_and_what_was_typed_stays(staff, eve):
    customers.find_or_create("eve@elsewhere.example", name="Eve Elsewhere")
    client = staff()
    form = fields(client.get(NEW), "description")
    right = {"who": "eve@example.com", "description": "Two hours", "amount": "42"}

    for typed, said in WRONG:
        values = right | typed
        refused = client.post(NEW, data=form | values)
        assert refused.status_code == 422
        assert said in refused.text
        assert all(f'"{value}"' in refused.text for value in values.values() if value)

    assert newest() is None


@pytest.mark.parametrize(
    "who",
    ["a@b.de\r\nBcc: evil@x.de", "a@b.de,c@d.de", "a@b.de c@d.de", "a@b", "Ruth <ruth@b.de>", "@"],
)
def test_what_is_not_one_address_gets_no_link(staff, eve, who):
    client = staff()
    form = fields(client.get(NEW), "description") | {"description": "Work", "amount": "42"}

    refused = client.post(NEW, data=form | {"who": who})

    assert (refused.status_code, newest()) == (422, None)
    assert "That is no address." in refused.text
    assert "Sent to" not in refused.text


def test_an_address_is_taken_in_any_spelling(send):
    assert send(who=" Ruth@Example.COM ").email == "ruth@example.com"


def test_the_same_form_is_one_link_and_with_another_amount_none(staff, eve):
    client = staff()
    values = fields(client.get(NEW), "description")
    values |= {"who": "eve@example.com", "description": "Two hours", "amount": "42"}

    first, again = client.post(NEW, data=values), client.post(NEW, data=values)
    other = client.post(NEW, data=values | {"amount": "43"})

    assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
    assert len(db.session.scalars(db.select(PaymentLink)).all()) == 1


def test_for_an_invoice_nobody_types_who_and_how_much(send, eve):
    invoice_id = open_invoice(eve, 1000, 3200)

    link = send(query=f"?invoice={invoice_id}", who="evil@example.com", amount="1")

    assert (link.email, link.amount, link.invoice_id) == ("eve@example.com", 4200, invoice_id)


def test_an_order_page_leads_to_a_link_over_what_it_still_needs(send, staff):
    order = order_of(place(fill_cart((add_product("mug"), 1))))
    total, order_id = order.total_amount, order.id
    assert (
        f"payment_link/new/?order={order_id}"
        in staff().get(f"/admin/order/details/?id={order_id}").text
    )

    link = send(query=f"?order={order_id}")

    assert (link.order_id, link.amount, link.email) == (order_id, total, "eve@example.com")


def test_a_customer_page_leads_to_a_link_for_them(staff, eve):
    client = staff("orders")

    page = client.get(f"/admin/customer/details/?id={eve}").text
    form = fields(client.get(f"{NEW}?customer={eve}"), "description")

    assert f"payment_link/new/?customer={eve}" in page
    assert form["who"] == ["eve@example.com"]


def test_while_stripe_is_away_the_link_is_kept_and_leaves_later(staff, eve, sandbox):
    sandbox.account.chaos.add(fault="500", path="^/v1/payment_links$", count=9)
    client = staff()
    values = {"who": "eve@example.com", "description": "Two hours", "amount": "42"}

    sent = client.post(NEW, data=fields(client.get(NEW), "description") | values)

    assert sent.status_code == 303
    assert "leaves by itself" in page_of(client, newest())


def test_it_is_sent_again_reminded_of_and_deactivated(send, staff, stripe_client):
    link, client = send(), staff("billing")
    place_ = f"/admin/payment_link/{link.id}"

    assert "still open" in client.get(f"{place_}/reminders").text
    for step in ("sendings", "reminders", "deactivation", "reminders"):
        assert client.post(f"{place_}/{step}").status_code == 303

    page = page_of(client, link)
    assert "It was deactivated." in page
    assert "Only a link that can still be paid is sent again." in page
    kinds = [event.kind for event in newest().events]
    assert kinds == ["asked", "status", "sent", "sent", "reminded", "status"]
    assert not stripe_client.v1.payment_links.retrieve(link.stripe_id).active
    actions = db.session.scalars(db.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["sent", "sent again", "reminded", "deactivated"]


def test_its_qr_code_is_a_picture_of_the_short_address(send, staff):
    link = send()

    answer = staff("support").get(f"/admin/payment_link/{link.id}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<?xml")


def test_a_debt_paid_twice_is_shown_with_what_is_too_much(
    send, staff, eve, sandbox, stripe_client, pump, assert_books
):
    invoice_id = open_invoice(eve, 4200)
    link = send(query=f"?invoice={invoice_id}")
    session = open_link(sandbox, link.url)
    pay_debt(stripe_client, debts.get_or_create_payment_intent(eve))
    pay_session(sandbox, session)  # in another tab, before the link could be closed
    pump()

    page = page_of(staff("billing"), link)
    listed = staff("support").get("/admin/payment_link/?flt0_paid_too_much_equals=yes")

    assert "€42.00 of it was not owed any more" in page
    assert "Paid too much" in page
    assert "Two hours" in listed.text
    assert_books()


def test_less_than_asked_is_shown_too(send, staff, sandbox, pump):
    link = send()
    pay_link(sandbox, link)
    pump()
    with transaction() as session:
        session.scalars(db.select(Payment)).one().received_amount = 4000

    assert "€40.00 arrived: €2.00 is missing." in page_of(staff("billing"), link)


def test_an_export_holds_what_is_waiting(send, staff):
    send()
    send(description="Another", amount="8")

    path = "/admin/payment_link/export/csv/?flt0_state_equals=active"
    rows = list(csv.DictReader(io.StringIO(staff("billing").get(path, buffered=True).text)))

    assert sorted(row["Amount"] for row in rows) == ["42.00", "8.00"]


def test_what_failed_waits_for_somebody(staff):
    with transaction() as session:
        session.add(
            PaymentLink(
                email="a@example.com",
                description="Lost",
                amount=100,
                currency="eur",
                sent_by="ada",
                created_at=clock.now() - timedelta(hours=1),
            )  # fmt: skip
        )
    listed = staff("support").get("/admin/payment_link/?flt0_failed_equals=yes").text

    assert "Lost" in listed

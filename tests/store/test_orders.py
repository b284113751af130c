from dataclasses import replace

import pytest

from app import settings
from app.db import db, transaction
from app.models import Customer, Order, OrderStatus, Payment
from app.plugins.storage import Local
from app.services import evidence, refunds
from tests import people
from tests.buying import fill_cart, order_of, pay, place, request_for
from tests.goods import add_product
from tests.store.asking import HTMX, SCRIPT


def test_coming_back_from_stripe_asks_stripe_itself(client, stripe_client):
    sheet = place(fill_cart((add_product(unit_amount=1900), 1)))
    pay(stripe_client, sheet)
    assert order_of(sheet).status == OrderStatus.PENDING

    answer = client.get(f"/orders/{sheet.order_token}/return?redirect_status=failed")

    assert (answer.status_code, answer.location) == (303, f"/orders/{sheet.order_token}")
    page = client.get(answer.location).text
    for words in ("Thank you. The money is here.", "€23.90", str(only_payment().stripe_id)):
        assert words in page
    assert "checkout.js" not in page


def test_an_address_that_claims_success_is_not_believed(client):
    sheet = place(fill_cart((add_product(), 1)))

    answer = client.get(f"/orders/{sheet.order_token}/return?redirect_status=succeeded")

    assert "Your order waits for its payment" in client.get(answer.location).text


def test_a_declined_card_is_explained_and_may_be_tried_again_on_the_same_order(
    client, stripe_client
):
    sheet = place(fill_cart((add_product(), 1)))
    pay(stripe_client, sheet, "pm_card_visa_chargeDeclined")
    client.get(f"/orders/{sheet.order_token}/return")

    page = client.get(f"/orders/{sheet.order_token}").text
    again = client.post(f"/orders/{sheet.order_token}/payments", headers=SCRIPT)

    assert "The payment did not go through" in page
    assert "Your card was declined." in page
    assert 'id="payment-form"' in page
    assert again.json["client_secret"].startswith("pi_")
    assert len(all_of(Order)) == 1


def test_a_paid_order_cannot_be_paid_again(client, stripe_client, pump):
    sheet = paid(stripe_client, pump)

    answer = client.post(f"/orders/{sheet.order_token}/payments", headers=SCRIPT)

    assert answer.json == {"url": f"/orders/{sheet.order_token}"}
    assert len(all_of(Payment)) == 1


def test_a_payment_that_is_still_unknown_is_looked_at_again(client, stripe_client):
    sheet = place(fill_cart((add_product(), 1)))
    path = f"/orders/{sheet.order_token}?confirming=1"

    waiting = client.get(path)
    pay(stripe_client, sheet)
    arrived = client.get(f"{path}&wait=2", headers=HTMX)

    assert "We are confirming your payment" in waiting.text
    assert 'hx-trigger="load delay:2s"' in waiting.text
    assert 'id="payment-form"' not in waiting.text
    assert "The money is here" in arrived.text
    assert "hx-trigger" not in arrived.text


@pytest.mark.parametrize("wait", ["", "x", "-1", "99999999999", "３"])
def test_an_odd_wait_is_answered(client, wait):
    sheet = place(fill_cart((add_product(), 1)))

    answer = client.get(f"/orders/{sheet.order_token}?confirming=1&wait={wait}")

    assert "load delay:2s" in answer.text


def test_a_bank_debit_says_that_it_is_on_its_way(client, stripe_client):
    sheet = place(fill_cart((add_product(), 1)))
    debit(stripe_client, sheet)
    client.get(f"/orders/{sheet.order_token}/return")

    page = client.get(f"/orders/{sheet.order_token}").text

    assert "Your payment is on its way" in page
    assert 'id="payment-form"' not in page
    assert "hx-trigger" in page


def test_an_unpaid_order_may_be_canceled_by_its_buyer(client):
    sheet = place(fill_cart((add_product(), 1)))

    answer = client.post(f"/orders/{sheet.order_token}/cancellation", headers=HTMX)

    assert "This order was canceled" in answer.text
    assert "Nothing was charged." in answer.text
    assert order_of(sheet).status == OrderStatus.CANCELED


def test_a_paid_order_is_not_canceled_that_way(client, stripe_client, pump):
    sheet = paid(stripe_client, pump)

    answer = client.post(f"/orders/{sheet.order_token}/cancellation")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert order_of(sheet).status == OrderStatus.PAID


@pytest.mark.parametrize("token", ["x", "0", "%F0%9F%AB%96", "a" * 500, "%00"])
def test_a_foreign_link_leads_nowhere(client, token):
    place(fill_cart((add_product(), 1)))

    for path in ("", "/return", "/downloads/1"):
        assert client.get(f"/orders/{token}{path}").status_code == 404
    for path in ("/payments", "/cancellation"):
        assert client.post(f"/orders/{token}{path}").status_code == 404


def test_numbers_are_no_links(client, stripe_client, pump):
    order = order_of(paid(stripe_client, pump))

    assert client.get(f"/orders/{order.number}").status_code == 404
    assert client.get(f"/orders/{order.token}").status_code == 200


def test_a_refund_is_shown_where_the_money_is(client, stripe_client, pump):
    sheet = paid(stripe_client, pump)
    refunds.issue(order_of(sheet).id, 500, form_token="once", actor="ada")
    pump()

    page = client.get(f"/orders/{sheet.order_token}").text

    assert "€5.00 refunded" in page
    assert "Partly refunded" in page


def test_a_file_opens_when_it_is_paid_and_closes_when_it_is_refunded(
    client, files, stripe_client, pump
):
    sheet = place_file(files)
    path = f"/orders/{sheet.order_token}/downloads/{order_of(sheet).goods[0].id}"

    unpaid = client.get(path)
    pay(stripe_client, sheet)
    pump()
    opened = client.get(path, buffered=True)
    refunds.issue(order_of(sheet).id, order_of(sheet).total_amount, form_token="a", actor="ada")
    pump()
    refunded = client.get(path)

    assert (unpaid.status_code, opened.status_code, refunded.status_code) == (403, 200, 403)
    assert "as soon as this order is paid" in unpaid.text
    assert "was refunded" in refunded.text
    assert opened.data == b"leaves and flowers"
    assert opened.headers["Content-Disposition"] == "attachment; filename=pattern-book.pdf"
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in opened.headers["Cache-Control"]


def test_a_disputed_file_closes_by_the_shops_setting_and_its_log_is_evidence(
    client, files, stripe_client, pump, monkeypatch
):
    sheet = place_file(files)
    path = f"/orders/{sheet.order_token}/downloads/{order_of(sheet).goods[0].id}"
    pay(stripe_client, sheet, "pm_card_createDispute")
    pump()
    opened = client.get(path, buffered=True)

    monkeypatch.setattr(settings.current(), "disputes_close_access", "opened")
    closed = client.get(path)

    assert (opened.status_code, closed.status_code) == (200, 403)
    assert "until the bank has decided" in closed.text
    found = evidence.gather(db.session(), order_of(sheet).disputes[0])
    assert "downloaded Pattern Book, from 127.0.0.1" in found["access_activity_log"]
    assert found["access_activity_log"].count("downloaded") == 1


def test_a_line_of_another_order_or_without_a_file_is_a_404(client, files, stripe_client, pump):
    mine, theirs = place_file(files, "pattern-book"), place_file(files, "other-book")
    pay(stripe_client, mine)
    pay(stripe_client, theirs)
    pump()
    foreign = order_of(theirs).goods[0].id

    for line in (foreign, 10**30, 0):
        assert client.get(f"/orders/{mine.order_token}/downloads/{line}").status_code == 404


def test_pictures_come_from_storage_and_from_nowhere_else(client, files, app):
    (files / "pictures").mkdir()
    (files / "pictures" / "mug-front-640.webp").write_bytes(b"a picture")
    (files / "secret-640.webp").write_bytes(b"a secret")

    picture = client.get("/pictures/mug-front-640.webp", buffered=True)

    assert picture.data == b"a picture"
    assert picture.mimetype == "image/webp"
    assert "immutable" in picture.headers["Cache-Control"]
    for name in (
        "mug-front-641.webp",
        "mug-back-640.webp",
        "..%2fsecret-640.webp",
        "../secret-640.webp",
        "%2e%2e/secret-640.webp",
        ".webp",
        "%00-640.webp",
    ):
        assert client.get(f"/pictures/{name}").status_code == 404


def test_customers_see_their_own_orders_and_nobody_elses(app, client, stripe_client, pump):
    eve = people.sign_in(app, people.add_customer("eve@example.com"))
    ada = people.sign_in(app, people.add_customer("ada@example.com"))
    sheet = paid(stripe_client, pump)
    with transaction() as session:
        owner = session.scalars(db.select(Customer).filter_by(email="eve@example.com")).one()
        session.scalars(db.select(Order)).one().customer_id = owner.id
    number = order_of(sheet).number

    assert f"Order {number}" in eve.get("/account/orders").text
    assert f"Order {number}" not in ada.get("/account/orders").text
    assert eve.get(f"/account/orders/{number}").location == f"/orders/{sheet.order_token}"
    assert ada.get(f"/account/orders/{number}").status_code == 404
    assert client.get(f"/account/orders/{number}").status_code in {302, 401}


def paid(stripe_client, pump):
    sheet = place(fill_cart((add_product(), 1)))
    pay(stripe_client, sheet)
    pump()
    return sheet


def debit(stripe_client, sheet):
    """Confirm with a bank account, as the Payment Element does: it takes days."""
    acceptance = {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "test"}}
    stripe_client.v1.payment_intents.confirm(
        sheet.client_secret.split("_secret_")[0],
        {
            "payment_method_data": {
                "type": "sepa_debit",
                "sepa_debit": {"iban": "DE89370400440532013000"},
                "billing_details": {"name": "Eve Example", "email": "eve@example.com"},
            },
            "mandate_data": {"customer_acceptance": acceptance},
            "return_url": "http://localhost/return",
        },
    )


def place_file(files, slug="pattern-book"):
    name = f"{slug}.pdf"
    (files / name).write_bytes(b"leaves and flowers")
    book = add_product(slug, kind="digital", stock=None, download_file=name)
    cart = fill_cart((book, 1))
    return place(cart, request_for(cart))


def all_of(model):
    db.session.rollback()
    return db.session.scalars(db.select(model)).all()


def only_payment():
    (payment,) = all_of(Payment)
    return payment


@pytest.fixture
def files(app, tmp_path):
    """The folder in which this shop keeps its files."""
    folder = tmp_path / "files"
    folder.mkdir()
    own = replace(app.extensions["plugins"], storage=Local(folder=str(folder)))
    app.extensions["plugins"] = own
    return folder

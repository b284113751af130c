"""Fifty windows make one payment: over a real server, in threads and in processes."""

from collections import Counter

import requests
from sqlalchemy import func, select

from app.db import db
from app.models import Customer, InvoicePayment, InvoiceStatus, Payment
from tests import people
from tests.billing import invoice_of, open_invoice
from tests.faults.buyer import CARD, field
from tests.faults.test_races import PATIENCE, at_once, processes, wait_until_quiet

WINDOWS = 50
PAGE = "/account/payments"


def test_fifty_windows_make_one_payment(start_shop, database):
    # the key that shop.opened() has, too: so a password that is written there fits
    shop = start_shop(processes=processes(database), SECRET_KEY="test")
    with shop.opened():
        people.add_customer("eve@example.com")
        eve = db.session.scalars(select(Customer.id)).one()
        invoice_id = open_invoice(eve, 6500, 4000, 3000, past_due=2)
    windows = [Window(shop) for _ in range(WINDOWS)]
    windows[0].sign_in()
    for window in windows[1:]:
        window.http.cookies.update(windows[0].http.cookies)
    token = windows[0].read_token()

    answers = at_once(lambda window: window.pay(token), windows)

    wait_until_quiet(shop)
    statuses = Counter(status for window in windows for status in window.statuses)
    paid = [answer for answer in answers if answer == "succeeded"]
    with shop.opened():
        invoice = invoice_of(invoice_id)
        assert [item.due_amount for item in invoice.items] == [0, 0, 3000]
        assert invoice.status == InvoiceStatus.OPEN
        succeeded = select(func.count()).where(Payment.status == "succeeded")
        assert db.session.scalar(succeeded) == 1
        applied = select(func.sum(InvoicePayment.applied_amount))
        assert db.session.scalar(applied) == 10500
    assert paid
    assert not [status for status in statuses if status >= 500], statuses
    assert set(answers) <= {"succeeded", "refused"}, Counter(answers)
    shop.assert_books()


class Window:
    """One of many windows of the same person; remembers every status the shop answered with."""

    def __init__(self, shop):
        self.shop, self.http, self.statuses = shop, requests.Session(), []

    def sign_in(self):
        page = self.http.get(f"{self.shop.url}/account/sign-in", timeout=PATIENCE).text
        form = {"csrf_token": field(page, "csrf_token"), "email": "eve@example.com"}
        form["password"] = people.PASSWORD
        self.http.post(f"{self.shop.url}/account/sign-in", form, timeout=PATIENCE)

    def read_token(self):
        return field(self.http.get(self.shop.url + PAGE, timeout=PATIENCE).text, "csrf_token")

    def pay(self, token):
        """Press Pay, then what Stripe's script does with the card."""
        form = {"csrf_token": token, "scope": "past_due", "agreed": "10500", "currency": "eur"}
        answer = self.http.post(
            self.shop.url + PAGE, form, headers={"Accept": "application/json"}, timeout=PATIENCE
        )
        self.statuses.append(answer.status_code)
        if answer.status_code != 200:  # it was paid meanwhile, and the page says so
            return "refused"
        secret = answer.json()["client_secret"]
        intent = secret.split("_secret_")[0]
        what = {"client_secret": secret, "key": "pk_test_sandbox", **CARD}
        what["return_url"] = f"{self.shop.url}/"
        confirmed = requests.post(
            f"{self.shop.sandbox.url}/v1/payment_intents/{intent}/confirm", what, timeout=PATIENCE
        )
        return confirmed.json().get("status", "refused")

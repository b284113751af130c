"""B13 for what is sent or copied: many hands press at the same moment, and it is done once."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.emails import letters
from app.errors import FormAlreadyUsed, GatewayUnavailable
from app.models import AuditEntry, Invoice, Job, Letter, PaymentLink
from app.services import customers, invoices, payment_links
from app.services.payment_links import NewLink
from tests import people
from tests.billing import open_invoice

HANDS = 16
A_WHILE = timedelta(minutes=1, seconds=5)


@dataclass(frozen=True)
class Step:
    """Something that staff press, and how often it was done so far."""

    path: str
    done: object

    def count(self):
        db.session.rollback()
        return db.session.scalar(self.done)


def test_one_press_from_sixteen_windows_is_done_once(step, press, run_jobs):
    before = step.count()

    assert set(press(step)) == {303}
    run_jobs()

    assert step.count() == before + 1


def test_pressed_again_after_the_minute_it_is_done_once_more(step, press, run_jobs, move_clock):
    before = step.count()
    press(step)
    move_clock(A_WHILE)

    press(step)
    run_jobs()

    assert step.count() == before + 2


def test_an_invoice_is_sent_and_copied_once(eve, at_once, run_jobs, move_clock):
    """Of the verbs themselves, without a door that looks before."""
    invoice_id = open_invoice(eve, 1000)
    for times in (1, 2):
        at_once(lambda _: invoices.send(invoice_id, actor="ada"), range(HANDS))
        made = at_once(lambda _: invoices.copy(invoice_id, actor="ada"), range(HANDS))
        run_jobs()

        assert len(set(made)) == 1
        assert count(Letter.message == "invoice_issued") == times
        assert count(Invoice.copied_from_id == invoice_id) == times
        move_clock(A_WHILE)


def test_somebody_else_may_send_it_at_once_and_so_may_who_did_something_since(eve, run_jobs):
    invoice_id = open_invoice(eve, 1000)

    for who in ("ada", "bob", "bob"):
        invoices.send(invoice_id, actor=who)
    run_jobs()
    assert count(Letter.message == "invoice_issued") == 2

    invoices.set_repeat(invoice_id, "month", actor="bob")
    invoices.send(invoice_id, actor="bob")
    run_jobs()
    assert count(Letter.message == "invoice_issued") == 3


@pytest.mark.parametrize("kind", ["resend", "remind"])
def test_a_link_is_mailed_again_once(eve, kind, at_once, run_jobs, move_clock):
    link_id = send_link("form", customer_id=eve)
    verb = getattr(payment_links, kind)
    for times in (1, 2):
        at_once(lambda _: verb(link_id, actor="ada"), range(HANDS))
        run_jobs()

        assert count(Letter.message == "payment_link") == 1 + times
        move_clock(A_WHILE)


@pytest.mark.parametrize("for_what", ["nothing in the books", "a stranger", "an invoice"])
def test_one_form_sent_from_sixteen_windows_is_one_link(
    eve, for_what, stripe_client, at_once, run_jobs
):
    wanted = {
        "nothing in the books": {"customer_id": eve},
        "a stranger": {"email": "who@example.com"},
        "an invoice": {"invoice_id": open_invoice(eve, 4200), "customer_id": eve},
    }[for_what]

    made = set(at_once(lambda _: try_to_send("form", **wanted), range(HANDS))) - {None}
    run_jobs()

    assert len(made) == 1
    assert count(Letter.message == "payment_link") == 1
    assert len(stripe_client.v1.payment_links.list().data) == 1
    with pytest.raises(FormAlreadyUsed):
        send_link("form", **(wanted | {"email": "another@example.com"}))
    assert send_link("another form", **wanted) not in made


def test_of_many_links_to_one_invoice_sent_at_once_one_can_be_paid(
    eve, stripe_client, at_once, move_clock
):
    """Each with a form of its own; what Stripe had no time for is left to the sweep."""
    wanted = {"invoice_id": open_invoice(eve, 4200), "customer_id": eve}

    at_once(lambda _: try_to_send(secrets.token_hex(8), **wanted), range(HANDS))
    move_clock(A_WHILE)
    payment_links.sweep()

    assert count(PaymentLink.status == "active") == 1
    assert count(PaymentLink.status == "superseded") == HANDS - 1
    remote = stripe_client.v1.payment_links.list({"limit": 100}).data
    assert sum(link.active for link in remote) == 1


def test_a_letter_that_was_not_sent_anew_leaves_no_line_in_the_audit_log(press):
    press(letter_step())

    assert count(AuditEntry.action == "sent again") == 1


@pytest.fixture(params=["invoice sent", "invoice copied", "link sent", "link reminded", "letter"])
def step(request, eve, run_jobs):
    if request.param == "letter":
        return letter_step()
    if request.param.startswith("invoice"):
        invoice_id = open_invoice(eve, 1000)
        sent, copied = Letter.message == "invoice_issued", Invoice.copied_from_id == invoice_id
        name, done = ("sendings", sent) if request.param == "invoice sent" else ("copies", copied)
        return Step(f"/admin/invoice/{invoice_id}/{name}", select(func.count()).where(done))
    link_id = send_link("form", customer_id=eve)
    run_jobs()
    name = "sendings" if request.param == "link sent" else "reminders"
    done = select(func.count()).where(Letter.message == "payment_link")
    return Step(f"/admin/payment_link/{link_id}/{name}", done)


@pytest.fixture
def press(app, at_once):
    """Press it in sixteen windows of one person; answers the statuses."""
    user = people.add_user("ada@storekeeper.example", role="owner")

    def press(step):
        windows = [people.sign_in(app, user) for _ in range(HANDS)]
        return at_once(lambda window: window.post(step.path).status_code, windows)

    return press


@pytest.fixture
def eve(app):
    return customers.find_or_create("eve@example.com")


def letter_step():
    """Sending a letter again; what counts are the jobs that hand it over."""
    with transaction():
        letters.keep("x", cause="c", to="eve@example.com", subject="S", text="t", html="h")
    letter_id = db.session.scalar(select(Letter.id))
    done = select(func.count()).where(Job.name == "emails.letters.deliver")
    return Step(f"/admin/letter/{letter_id}/sendings", done)


def send_link(form_token, **wanted):
    values = {"email": "eve@example.com", "description": "A deposit", "amount": 4200}
    link = NewLink(**({"currency": "eur"} | values | wanted))
    return payment_links.send(link, form_token=form_token, actor="ada")


def try_to_send(form_token, **wanted):
    """The link's id; None where Stripe says that the same was asked of it a moment ago."""
    with suppress(GatewayUnavailable):
        return send_link(form_token, **wanted)


def count(condition):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(condition))

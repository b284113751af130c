"""Accounts: letters come by the outbox, nobody can be found out, old sessions end."""

import re
import time

import pytest
from passlib.totp import TOTP

from app import plugins, sign_in
from app.db import db
from app.models import Job, Letter, User
from tests.people import PASSWORD, add_user
from tests.people import sign_in as signed_in

NEW = "another correct horse"


def register(client, email, password=PASSWORD):
    form = {"email": email, "password": password, "password_confirm": password}
    return client.post("/account/register", data=form)


def sign_in_form(client, email, password=PASSWORD):
    return client.post("/account/sign-in", data={"email": email, "password": password})


def link_in(letter):
    """The path of the link in a letter."""
    return re.search(r"http://localhost(/account/\S+)", letter[2])[1]


def test_an_account_opens_once_its_address_is_confirmed(client, run_jobs):
    register(client, "eve@example.com")
    run_jobs()
    (letter,) = plugins.mailer().sent
    assert letter[0] == "eve@example.com"
    assert sign_in_form(client, "eve@example.com").status_code == 200  # not yet

    client.get(link_in(letter))

    assert sign_in_form(client, "eve@example.com").status_code == 302
    assert client.get("/account/password").status_code == 200


def test_confirming_claims_the_orders_of_a_guest(client, run_jobs, monkeypatch):
    claimed = []
    monkeypatch.setattr(
        sign_in.customers, "claim", lambda user: claimed.append((user.email, user.confirmed))
    )
    register(client, "eve@example.com")
    run_jobs()
    assert claimed == []

    client.get(link_in(plugins.mailer().sent[0]))

    assert claimed == [("eve@example.com", True)]


def test_account_and_letter_are_written_together(client, monkeypatch):
    monkeypatch.setattr(sign_in.OutboxMail, "send_mail", lambda *_, **__: 1 / 0)
    client.application.config["PROPAGATE_EXCEPTIONS"] = False

    assert register(client, "eve@example.com").status_code == 500

    assert db.session.query(User).count() == 0


def test_a_reset_letter_gives_a_new_password_and_ends_old_sessions(app, client, run_jobs):
    thief = signed_in(app, add_user("eve@example.com"))
    assert thief.get("/account/password").status_code == 200
    client.post("/account/reset", data={"email": "eve@example.com"})
    run_jobs()
    path = link_in(plugins.mailer().sent[-1])

    assert client.get(path).status_code == 200
    client.post(path, data={"password": NEW, "password_confirm": NEW})

    assert sign_in_form(app.test_client(), "eve@example.com").status_code == 200
    assert sign_in_form(app.test_client(), "eve@example.com", NEW).status_code == 302
    assert thief.get("/account/password").status_code == 302


def test_a_reset_link_works_once(app, client, run_jobs):
    add_user("eve@example.com")
    client.post("/account/reset", data={"email": "eve@example.com"})
    run_jobs()
    path = link_in(plugins.mailer().sent[-1])
    client.post(path, data={"password": NEW, "password_confirm": NEW})

    client.post(path, data={"password": PASSWORD, "password_confirm": PASSWORD})

    assert sign_in_form(app.test_client(), "eve@example.com", NEW).status_code == 302


def test_a_changed_password_ends_other_sessions(app):
    user = add_user("eve@example.com")
    here, elsewhere = signed_in(app, user), signed_in(app, user)
    assert elsewhere.get("/account/password").status_code == 200
    form = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}

    assert here.post("/account/password", data=form).status_code == 302

    assert elsewhere.get("/account/password").status_code == 302
    assert here.get("/account/password").status_code == 200


@pytest.mark.parametrize("path", ["/account/reset", "/account/confirm"])
def test_a_letter_is_promised_to_everybody_alike(client, path):
    add_user("known@example.com")

    known = client.post(path, data={"email": "known@example.com"}, follow_redirects=True)
    unknown = client.post(path, data={"email": "nobody@example.com"}, follow_redirects=True)

    assert known.status_code == unknown.status_code
    assert same(known.text, "known@example.com") == same(unknown.text, "nobody@example.com")


def test_registering_twice_looks_like_registering_once(app, run_jobs):
    add_user("known@example.com")

    known = register(app.test_client(), "known@example.com")
    unknown = register(app.test_client(), "nobody@example.com")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    run_jobs()
    assert "You have an account already" in plugins.mailer().sent[0][2]
    assert db.session.query(User).count() == 2


def test_a_wrong_password_and_an_unknown_address_look_alike(app):
    add_user("known@example.com")

    known = sign_in_form(app.test_client(), "known@example.com", "wrong password")
    unknown = sign_in_form(app.test_client(), "nobody@example.com", "wrong password")

    assert known.status_code == unknown.status_code == 200
    assert same(known.text, "known@example.com") == same(unknown.text, "nobody@example.com")


def test_letters_wait_in_the_outbox_until_a_job_takes_them(client, run_jobs):
    register(client, "eve@example.com")

    assert db.session.query(Letter).one().to == "eve@example.com"
    assert db.session.query(Job).one().name == "emails.letters.deliver"
    assert plugins.mailer().sent == []


def test_after_sign_in_nobody_is_sent_elsewhere(client):
    add_user("eve@example.com")
    form = {"email": "eve@example.com", "password": PASSWORD}

    ours = client.post("/account/sign-in?next=/cart", data=form)
    client.post("/account/sign-out")
    theirs = client.post("/account/sign-in?next=https://evil.example/", data=form)

    assert ours.location == "/cart"
    assert "evil" not in theirs.headers.get("Location", "")


@pytest.mark.changes_shop
def test_a_stale_sign_in_is_asked_again_before_money_moves(app):
    app._got_first_request = False
    app.add_url_rule("/money", "money", sign_in.fresh(lambda: "moved"), methods=["POST"])
    client = signed_in(app, add_user("ada@example.com", role="owner"))
    assert client.post("/money").text == "moved"

    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= 3600
    asked = client.post("/money", headers={"Referer": "http://localhost/admin/order/?id=7"})

    assert asked.location == "/account/verify?next=/admin/order/?id%3D7"
    client.post(asked.location, data={"password": PASSWORD})
    assert client.post("/money").text == "moved"


def test_staff_may_have_to_use_the_second_step_and_customers_do_not(app, monkeypatch):
    add_user("ada@example.com", role="owner")
    add_user("eve@example.com")
    app.extensions["settings"].staff_two_factor = True
    staff, customer = app.test_client(), app.test_client()

    assert sign_in_form(customer, "eve@example.com").location == "/account"
    assert sign_in_form(staff, "ada@example.com").location.startswith("/account/two-factor")
    assert staff.get("/account/password").status_code == 302  # not in yet


def test_the_second_step_is_set_up_and_then_asked_for(app):
    user = add_user("ada@example.com", role="owner")
    ada = signed_in(app, user)
    page = ada.post("/account/two-factor", data={"setup": "authenticator"})
    key = re.search(r"<code>([A-Z2-7 -]+)</code>", page.text)[1]
    address = re.search(r'action="(/account/two-factor/[^"]+)"', page.text)[1]
    ada.post(address, data={"code": TOTP(key).generate().token})

    again = app.test_client()
    asked = sign_in_form(again, "ada@example.com")

    assert asked.location.startswith("/account/two-factor/code")
    assert "six digits" in again.get(asked.location).text
    again.post(asked.location, data={"code": "000000"})
    assert again.get("/account/password").status_code == 302
    again.post(asked.location, data={"code": TOTP(key).generate(time.time() + 30).token})
    assert again.get("/account/password").status_code == 200


def test_staff_are_added_on_the_command_line(app):
    done = app.test_cli_runner().invoke(
        args=["staff", "add", "Ada@example.com", "--role", "owner", "--password", PASSWORD]
    )
    db.session.rollback()

    assert done.output == "ada@example.com is owner now.\n"
    user = db.session.query(User).one()
    assert user.is_staff
    assert user.has_role("owner")
    assert sign_in_form(app.test_client(), "ada@example.com").status_code == 302


def test_a_stranger_who_registered_an_address_first_never_gets_its_role(app, client):
    """Their password ends with the role; the letter that sets a new one reaches the owner."""
    register(client, "ada@example.com", password="a password of mallory")

    sign_in.add_staff("ada@example.com", role="owner")
    db.session.rollback()

    mallory, ada = app.test_client(), app.test_client()
    assert sign_in_form(mallory, "ada@example.com", "a password of mallory").status_code == 200
    assert db.session.query(User).one().has_role("owner")
    db.session.rollback()
    ada.post("/account/reset", data={"email": "ada@example.com"})
    letters = db.session.scalars(db.select(Letter).order_by(Letter.id)).all()
    assert [letter.subject for letter in letters][1:] == ["Choose a new password"]


def test_a_customer_who_joins_the_staff_keeps_their_password(app):
    add_user("ada@example.com")

    sign_in.add_staff("ada@example.com", role="orders")
    db.session.rollback()

    assert sign_in_form(app.test_client(), "ada@example.com").status_code == 302


def same(text, email):
    """A page without what differs on every page."""
    text = re.sub(r'nonce="[^"]*"|value="[^"]*"|"X-CSRFToken": "[^"]*"', "", text)
    return re.sub(r"<code>\w+</code>", "", text).replace(email, "")

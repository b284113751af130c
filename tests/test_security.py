"""Headers, policies, hosts and limits."""

import re

import pytest
from flask import render_template_string

from app import create_app, security
from app.security import audience
from config import load
from config import testing as settings_for_tests

pytestmark = pytest.mark.changes_shop
STRIPE_JS = "https://js.stripe.com/endive/stripe.js"


@pytest.fixture
def add_page(app):
    app._got_first_request = False

    def add(view, path="/page"):
        app.add_url_rule(path, path, view)
        return path

    return add


def policy(response):
    rules = response.headers["Content-Security-Policy"].split("; ")
    return {rule.split()[0]: rule.split()[1:] for rule in rules}


def test_a_page_may_load_only_what_is_ours(client, add_page):
    page = client.get(add_page(lambda: "<p>hello"))

    assert policy(page)["default-src"] == ["'none'"]
    assert policy(page)["frame-ancestors"] == ["'none'"]
    assert not re.search(r"stripe|unsafe|\*", page.headers["Content-Security-Policy"])
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


def test_each_answer_has_its_own_nonce_and_the_template_knows_it(client, add_page):
    path = add_page(lambda: render_template_string("<script nonce={{ csp_nonce() }}></script>"))

    first, second = client.get(path), client.get(path)

    assert first.text != second.text
    assert f"'nonce-{first.text[14:-10]}'" in policy(first)["script-src"]


def test_a_page_that_takes_a_card_also_loads_stripe_and_nothing_else(client, add_page):
    page = client.get(add_page(security.stripe_page(lambda: "<p>pay")))

    scripts = [s for s in policy(page)["script-src"] if "nonce" not in s]
    assert scripts == ["'self'", "https://js.stripe.com", "https://*.js.stripe.com"]
    assert policy(page)["connect-src"] == ["'self'", "https://api.stripe.com"]
    assert "https://hooks.stripe.com" in policy(page)["frame-src"]


def test_the_policy_follows_the_configured_script(tmp_path, database):
    pretend = "http://127.0.0.1:12111"
    app = create_app(
        settings_for_tests(database_url=database, stripe_js_url=f"{pretend}/endive/stripe.js")
    )
    app.add_url_rule("/pay", "pay", security.stripe_page(lambda: "<p>pay"))

    page = app.test_client().get("/pay")

    assert pretend in policy(page)["script-src"]
    assert "js.stripe.com" not in page.headers["Content-Security-Policy"]


def test_a_foreign_host_name_is_refused_and_our_own_is_not(client):
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/healthz", headers={"Host": "localhost"}).status_code == 200


def test_production_insists_on_https(database, tmp_path):
    app = create_app(
        load(
            _env_file=None,
            env="production",
            job_engine="memory",
            database_url=database,
            var_folder=tmp_path,
            secret_key="k" * 32,
            installation_id="inst",
            public_url="https://shop.example",
            stripe_secret_key="sk_test_1",
            stripe_publishable_key="pk_test_1",
            stripe_webhook_secret="whsec_1",
        )
    )
    page = app.test_client().get("/healthz", base_url="https://shop.example")

    assert "max-age=" in page.headers["Strict-Transport-Security"]
    assert app.config["SESSION_COOKIE_SECURE"]


def test_too_many_tries_at_a_password_are_turned_away(database, tmp_path):
    app = create_app(
        settings_for_tests(database_url=database, var_folder=tmp_path, rate_limits=True)
    )
    client = app.test_client()
    form = {"email": "eve@example.com", "password": "wrong password"}

    answers = [client.post("/account/sign-in", data=form).status_code for _ in range(11)]

    assert answers[:10] == [200] * 10
    assert answers[10] == 429
    assert client.get("/account/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("who", "role", "status"),
    [
        (security.CUSTOMER, None, 200),
        (security.STAFF, None, 403),
        (security.STAFF, "support", 200),
        (security.staff("orders"), "support", 403),
        (security.staff("orders"), "orders", 200),
        (security.staff("orders"), "owner", 200),
    ],
)
def test_an_audience_is_let_in_and_others_are_not(app, add_page, who, role, status):
    from tests.people import add_user, sign_in

    path = add_page(audience(who)(lambda: "in"))
    client = sign_in(app, add_user("somebody@example.com", role=role))

    assert client.get(path).status_code == status
    assert app.test_client().get(path).status_code in {302, 401}

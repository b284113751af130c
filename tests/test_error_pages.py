"""Whatever goes wrong, somebody reads a sentence and finds a way on."""

import pytest
from flask import abort
from sqlalchemy.exc import OperationalError

from app.errors import OutOfStock

pytestmark = pytest.mark.changes_shop
STATUSES = [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def break_with(app):
    """A page that fails in a given way."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def add(error):
        def view():
            raise error

        app._got_first_request = False
        app.add_url_rule("/broken", "broken", view)
        return "/broken"

    return add


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_page_has_its_status_a_sentence_and_a_way_on(app, client, status):
    app._got_first_request = False
    app.add_url_rule("/broken", "broken", lambda: abort(status))

    page = client.get("/broken")

    assert page.status_code == status
    assert "<h1>" in page.text
    assert 'href="/"' in page.text
    assert page.headers["X-Request-ID"] in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_htmx_gets_the_fragment_alone(client):
    fragment = client.get("/nowhere", headers=PARTIAL)

    assert fragment.status_code == 404
    assert fragment.text.startswith('<div id="error"')
    assert "HX-Request-Type" in fragment.headers["Vary"]


def test_programs_get_json(client):
    answer = client.get("/webhooks/nowhere")

    assert answer.status_code == 404
    assert answer.json["error"]


def test_a_shop_error_says_its_own_sentence(client, break_with):
    page = client.get(break_with(OutOfStock("Only 2 mugs are left.")))

    assert page.status_code == 409
    assert "Only 2 mugs are left." in page.text
    assert "Nothing was charged." in page.text


def test_an_error_of_ours_says_nothing_of_its_inside(client, break_with):
    page = client.get(break_with(RuntimeError("secret inside")))

    assert page.status_code == 500
    assert "This is our mistake" in page.text
    assert "secret inside" not in page.text


def test_a_database_that_is_away_is_said_and_worth_another_try(client, break_with):
    away = OperationalError("SELECT 1", {}, Exception("connection refused"))

    page = client.get(break_with(away))

    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert "nothing is charged twice" in page.text


def test_a_missing_table_is_our_mistake_and_not_a_busy_moment(client, break_with):
    missing = OperationalError("SELECT 1", {}, Exception("no such table: orders"))

    assert client.get(break_with(missing)).status_code == 500


def test_an_expired_form_says_that_nothing_was_charged(app, client):
    app.config["WTF_CSRF_ENABLED"] = True

    page = client.post("/account/sign-in", data={"email": "eve@example.com"})

    assert page.status_code == 400
    assert "open for too long" in page.text
    assert "Nothing was charged." in page.text

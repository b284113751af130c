"""The license API: seats, refusals with their codes, and nothing of a browser."""

from datetime import timedelta

import pytest

import config
from app import clock, create_app
from app.db import db, transaction
from app.models import Activation, Customer, License, LicenseStatus
from sandbox.client import SandboxClient
from tests.conftest import FreshClient
from tests.goods import add_product

PATHS = ("validate", "activate", "deactivate")


def test_a_machine_takes_one_seat_however_often_it_asks(ask, key):
    first = ask("activate", key=key, machine="studio")
    again = ask("activate", key=key, machine="studio")

    assert first.json == again.json
    assert first.status_code == 200
    assert (first.json["activated"], first.json["seats_used"]) == (True, 1)
    assert first.json["product"] == {"slug": "inkwell", "name": "Inkwell"}


def test_no_more_machines_than_seats_until_one_is_freed(ask, key):
    for machine in ("studio", "laptop"):
        assert ask("activate", key=key, machine=machine).status_code == 200

    refused = ask("activate", key=key, machine="attic")
    assert (refused.status_code, refused.json["code"]) == (409, "seats_taken")
    assert ask("validate", key=key, machine="attic").json["activated"] is False

    assert ask("deactivate", key=key, machine="studio").json["seats_used"] == 1
    assert ask("activate", key=key, machine="attic").json["activated"] is True


@pytest.mark.parametrize(
    "spell",
    [str.lower, lambda key: key.replace("-", ""), lambda key: f"  {key.replace('-', ' ')} "],
)
def test_a_key_is_known_in_any_spelling(ask, key, spell):
    assert ask("validate", key=spell(key)).json["valid"] is True


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("change", ["other", "longer", "x", "É" * 25, "%", "\x00"])
def test_another_key_opens_nothing(ask, key, path, change):
    wrong = {"other": "A" + key[1:] if key[0] != "A" else "B" + key[1:], "longer": key + "A"}
    answer = ask(path, key=wrong.get(change, change), machine="studio")

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_license")
    assert key not in answer.text
    assert db.session.query(Activation).count() == 0


def test_a_key_for_another_product_is_refused(ask, key):
    wrong = [ask(path, key=key, machine="a", product="tidepool") for path in PATHS]
    right = [ask(path, key=key, machine="a", product="inkwell") for path in PATHS]

    assert [answer.status_code for answer in wrong] == [404] * 3
    assert [answer.status_code for answer in right] == [200] * 3


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"_status": LicenseStatus.SUSPENDED}, "suspended"),
        ({"_status": LicenseStatus.REVOKED}, "revoked"),
        ({"expires_at": clock.now() - timedelta(days=1)}, "expired"),
    ],
)
def test_what_may_not_be_used_says_so_and_takes_no_seat(ask, key, change, status):
    with transaction() as session:
        license = session.query(License).one()
        for name, value in change.items():
            setattr(license, name, value)

    said = ask("validate", key=key)
    refused = ask("activate", key=key, machine="studio")

    assert (said.status_code, said.json["valid"], said.json["status"]) == (200, False, status)
    assert (refused.status_code, refused.json["code"]) == (403, "license_unusable")
    assert status in refused.json["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{", "application/json", 400, "malformed_request"),
        ("[]", "application/json", 400, "malformed_request"),
        ("null", "application/json", 400, "malformed_request"),
        ("key=x", "application/x-www-form-urlencoded", 415, "not_json"),
        ("{}", "application/json", 422, "missing_field"),
        ('{"key": 7, "machine": "a"}', "application/json", 422, "missing_field"),
        ('{"key": ["x"], "machine": "a"}', "application/json", 422, "missing_field"),
        ('{"key": "x"}', "application/json", 422, "missing_field"),
        ('{"key": "KEY", "machine": "a\\u0000b"}', "application/json", 422, "invalid_machine"),
        ("[" * 4000, "application/json", 400, "malformed_request"),
        ('{"key":' * 1000, "application/json", 400, "malformed_request"),
        ('{"key": "\\ud800", "machine": "a"}', "application/json", 400, "malformed_request"),
        ('{"key": "KEY", "machine": "\\udfff"}', "application/json", 400, "malformed_request"),
        (
            '{"key": "KEY", "machine": "a", "product": "\\ud800"}',
            "application/json",
            400,
            "malformed_request",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_json(client, key, body, kind, status, code):
    body = body.replace("KEY", key)

    answer = client.post("/api/v1/licenses/activate", data=body, content_type=kind)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["error"]


@pytest.mark.parametrize("path", PATHS)
def test_letters_beyond_the_first_plane_are_as_good_as_any(client, key, path):
    """Two halves that belong together are a letter."""
    body = '{"key": "KEY", "machine": "\\ud83d\\udcbb"}'.replace("KEY", key)

    answer = client.post(f"/api/v1/licenses/{path}", data=body, content_type="application/json")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_half_a_letter_is_refused_wherever_it_is_sent(client, path):
    answer = client.post(
        f"/api/v1/licenses/{path}",
        data='{"key": "\\ud800", "machine": "a"}',
        content_type="application/json",
    )

    assert (answer.status_code, answer.json["code"]) == (400, "malformed_request")


def test_other_methods_addresses_and_sizes_are_refused_in_json(client):
    assert client.get("/api/v1/licenses/validate").status_code == 405
    assert client.post("/api/v1/licenses/steal").json["error"]
    huge = client.post("/api/v1/licenses/validate", json={"key": "x" * 20_000})
    assert (huge.status_code, bool(huge.json["error"])) == (413, True)


def test_no_cookie_is_set_and_none_is_needed(app, client, key):
    app.config["WTF_CSRF_ENABLED"] = True

    answer = client.post("/api/v1/licenses/validate", json={"key": key})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_account_sees_when_a_machine_was_seen(ask, key, move_clock):
    ask("activate", key=key, machine="studio")
    move_clock(timedelta(days=1))

    ask("validate", key=key, machine="studio")

    db.session.rollback()
    assert db.session.query(Activation).one().seen_at > clock.now() - timedelta(minutes=1)


def test_who_asks_too_often_has_to_wait(limited):
    answers = [limited.post("/api/v1/licenses/validate", json={"key": "x"}) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [404] * 60 + [429]
    assert answers[-1].json["code"] == "too_many_requests"
    assert answers[-1].headers["Retry-After"]


@pytest.fixture
def ask(client):
    """`ask("activate", key=…, machine=…)`."""
    return lambda path, **body: client.post(f"/api/v1/licenses/{path}", json=body)


@pytest.fixture
def key(app):
    """The key of a license for inkwell with two seats."""
    return add_license(seats=2)


def add_license(*, seats=1):
    variant = add_product("inkwell", stock=None, kind="license")
    with transaction() as session:
        eve = Customer(email="eve@example.com", name="Eve")
        session.add(eve)
        session.flush()
        license = License(customer_id=eve.id, product_id=variant.product_id, seats=seats)
        license.expires_at = clock.now() + timedelta(days=30)
        session.add(license)
        return license.key


@pytest.fixture
def limited(database, sandbox, tmp_path):
    """Nobody in particular, in a shop as it runs for customers."""
    settings = config.testing(database_url=database, var_folder=tmp_path / "var", rate_limits=True)
    app = create_app(settings, stripe_http_client=SandboxClient(sandbox))
    app.test_client_class = FreshClient
    with app.app_context():
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()

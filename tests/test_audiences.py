"""Every route says who it is for, and nobody else gets in."""

import re

import pytest

from app import security
from app.models import StaffRole
from tests.people import add_user, sign_in

KINDS = {
    security.ANYBODY,
    security.CUSTOMER,
    security.OWNER,
    security.PROGRAM,
    security.STRIPE,
    security.STAFF,
}
REFUSED = {302, 401, 403, 404, 405}
ROLES = [role.value for role in StaffRole]
# Reached only in the middle of signing in; without that, they lead back to its start.
HALF_SIGNED_IN = {
    "security.two_factor_token_validation",
    "security.two_factor_rescue",
    "security.mf_recovery",
    "security.tf_select",
}


def test_every_route_declares_its_audience(app):
    undeclared = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if security.audience_of(app, rule.endpoint) is None
    }

    assert undeclared == set()


def test_every_declared_audience_exists(app):
    for rule, who in routes(app):
        kind, _, roles = who.partition(":")
        assert kind in KINDS, rule
        assert not roles or set(roles.split(",")) <= set(ROLES), rule


@pytest.mark.changes_shop
def test_a_new_route_without_an_audience_is_noticed(app):
    app._got_first_request = False
    app.add_url_rule("/forgotten", "forgotten", lambda: "in")

    assert security.audience_of(app, "forgotten") is None


def test_the_table_names_no_route_that_is_gone(app):
    assert set(security.DECLARED) - set(app.view_functions) == set()


def test_nobody_is_let_in_where_somebody_has_to_be(app, client):
    for rule, who in routes(app, security.CUSTOMER, security.STAFF):
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path(rule), method=method)
            assert answer.status_code in REFUSED, f"{method} {rule} for {who}"
            if answer.status_code == 302:
                assert "/account/" in answer.location, f"{method} {rule} for {who}"


def test_a_customer_is_not_let_in_where_staff_has_to_be(app):
    customer = sign_in(app, add_user("eve@example.com"))

    for rule, who in routes(app, security.STAFF):
        for method in rule.methods & {"GET", "POST"}:
            answer = customer.open(path(rule), method=method)
            assert answer.status_code in {403, 404, 405}, f"{method} {rule} for {who}"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_sees_the_pages_of_others(app, role):
    staff = sign_in(app, add_user("ada@example.com", role=role))

    for rule, who in routes(app, security.STAFF):
        if rule.arguments or "GET" not in rule.methods:
            continue
        _, _, wanted = who.partition(":")
        if wanted and role not in {"owner", *wanted.split(",")}:
            assert staff.get(path(rule)).status_code in {403, 404}, f"{rule} for {who} to {role}"


def test_each_role_has_pages_of_its_own(app):
    """The positive twin: a back office that refused everybody would pass the test above."""
    for role in ROLES:
        staff = sign_in(app, add_user(f"{role}@example.com", role=role))
        opened = [
            rule
            for rule, who in routes(app, security.STAFF)
            if not rule.arguments
            and "GET" in rule.methods
            and role in [*who.split(":")[-1].split(","), "owner"]
            and staff.get(path(rule)).status_code == 200
        ]
        assert len(opened) > 1, role


def test_somebody_with_the_wrong_link_finds_nothing(app, client):
    for rule, _ in routes(app, security.OWNER):
        if rule.endpoint in HALF_SIGNED_IN or "GET" not in rule.methods:
            continue
        answer = client.get(path(rule))
        assert answer.status_code in {302, 403, 404, 410}, rule


def test_what_is_for_anybody_is_open_to_nobody_in_particular(app, client):
    for rule, _ in routes(app, security.ANYBODY):
        if rule.arguments or "GET" not in rule.methods:
            continue
        assert client.get(path(rule)).status_code < 400, rule


def test_a_customer_reaches_what_is_for_customers(app):
    customer = sign_in(app, add_user("eve@example.com"))

    for rule, _ in routes(app, security.CUSTOMER):
        if rule.arguments or "GET" not in rule.methods:
            continue
        answer = customer.get(path(rule))
        assert answer.status_code < 400, rule
        assert "sign-in" not in answer.headers.get("Location", ""), rule


def test_every_form_needs_its_token_and_what_has_no_browser_does_not(app):
    app.config["WTF_CSRF_ENABLED"] = True
    owner = sign_in(app, add_user("ada@example.com", role="owner"))

    for rule in app.url_map.iter_rules():
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            answer = owner.open(path(rule), method=method)
            who = security.audience_of(app, rule.endpoint)
            if who == security.STRIPE:
                assert answer.json["error"] == "bad signature"
            elif who == security.PROGRAM:
                assert answer.json["code"] == "not_json"
            else:
                assert answer.status_code == 400, f"{method} {rule}"
                assert "open for too long" in answer.text, f"{method} {rule}"


def routes(app, *kinds):
    """Each route with its audience, of some kinds or of all."""
    for rule in app.url_map.iter_rules():
        who = security.audience_of(app, rule.endpoint) or "undeclared"
        if not kinds or who.partition(":")[0] in kinds:
            yield rule, who


def path(rule):
    """A path that fits, to a record that is not there."""
    filled = re.sub(r"<int[^>]*>", "999999", rule.rule)
    return re.sub(r"<[^>]+>", "nothing-with-this-name", filled)

"""Logs tell what happened, and never a secret."""

import json
import logging

import pytest
import structlog

from app import logs

CANARIES = [
    "sk_live_canary51H",
    "whsec_canary",
    "pi_3canary_secret_canary",
    "4242 4242 4242 4242",
    "4242424242424242",
]


@pytest.fixture
def written(app, capsys):
    """Everything that reached the log so far, one dict a line."""
    logs.set_up(app.extensions["settings"].model_copy(update={"log_format": "json"}))
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_secret_is_hidden_wherever_it_stands(written, canary):
    structlog.get_logger("shop").info(f"said {canary}", note=f"a {canary} b", deep={"x": [canary]})
    logging.getLogger("library").error("failed with %s", canary)

    lines = written()

    assert len(lines) == 2
    assert canary not in json.dumps(lines)
    assert logs.HIDDEN in lines[0]["note"]


def test_what_has_a_secret_name_is_hidden_and_the_rest_is_not(written):
    structlog.get_logger("shop").info("x", password="hunter2", client_secret="abc", order="1001")

    (line,) = written()

    assert (line["password"], line["client_secret"], line["order"]) == ("…", "…", "1001")


def test_an_exception_is_logged_without_its_secret(written):
    try:
        raise RuntimeError("refused: whsec_canary")
    except RuntimeError:
        logging.getLogger("library").exception("it broke")

    (line,) = written()

    assert "RuntimeError: refused: …" in line["exception"]


def test_one_line_per_request_names_neither_link_nor_query(client, written):
    client.get("/account/reset/a-token-that-opens-an-account?next=whoever")

    (line,) = [line for line in written() if line["event"] == "request"]

    assert (line["method"], line["path"]) == ("GET", "/account/reset/…")


def test_a_request_keeps_the_id_that_a_proxy_gave_it(client):
    given = client.get("/healthz", headers={"X-Request-ID": "proxy-12345678"})
    odd = client.get("/healthz", headers={"X-Request-ID": "<script>"})

    assert given.headers["X-Request-ID"] == "proxy-12345678"
    assert len(odd.headers["X-Request-ID"]) == 16

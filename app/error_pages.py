"""What somebody sees when something is refused or breaks: a sentence, and a way on."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app import htmx
from app.db import db, is_away
from app.errors import ShopError

RETRY_AFTER = "5"  # seconds
FOR_PROGRAMS = ("/webhooks/", "/api/")
NOTHING_CHARGED = "Nothing was charged."

log = structlog.get_logger("errors")


@dataclass(frozen=True)
class Words:
    title: str
    sentence: str
    money: str = NOTHING_CHARGED


PAGES = {
    400: Words("That did not make sense", "Your browser sent something we could not read."),
    401: Words("Please sign in", "This page is for people with an account."),
    403: Words("Not for you", "You are signed in, but this page belongs to somebody else."),
    404: Words(
        "This is not on our shelves",
        "The page has moved or never was.",
        "Nothing of yours is lost.",
    ),
    405: Words("Not like that", "This page cannot be used in this way."),
    409: Words("Somebody was quicker", "What you wanted to change has changed meanwhile."),
    413: Words("Too large", "What you sent is larger than we accept."),
    422: Words("Something is missing", "Please check what you wrote."),
    429: Words("One moment, please", "You have tried this many times. Please wait a minute."),
    500: Words(
        "This is our mistake",
        "We have written it down and will look at it.",
        "If you were paying, your order page shows whether the money arrived.",
    ),
    503: Words(
        "Back in a moment",
        "The shop cannot answer just now. Please try again in a few seconds.",
        "If you were paying, nothing is charged twice.",
    ),
}
EXPIRED = Words(
    "This page was open for too long",
    "For your safety we did not accept the form. Please load the page again and send it once more.",
)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(ShopError, _shop_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def _expired(_error: CSRFError) -> Response:
    return show(400, EXPIRED)


def _shop_error(error: ShopError) -> Response:
    words = PAGES.get(error.status_code, PAGES[400])
    return show(error.status_code, Words(words.title, str(error) or words.sentence, words.money))


def _database_error(error: SQLAlchemyError) -> Response:
    if not is_away(error):
        return _bug(error)
    log.error("the database is away", error=str(error.__cause__ or type(error).__name__))
    return show(503)


def _http_error(error: HTTPException) -> Response:
    answered = error.response is not None  # a limit whose view has words of its own
    if answered or error.code is None or error.code < 400 or error.code not in PAGES:
        return error.get_response()  # type: ignore[return-value]
    response = show(error.code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _bug(error: Exception) -> Response:
    log.error("unhandled error", exc_info=error)
    return show(500)


def show(status: int, words: Words | None = None) -> Response:
    """The answer for an error: a page, a fragment for htmx, or JSON for programs."""
    words = words or PAGES[status]
    db.session.rollback()  # whatever failed, the page must be able to read
    if request.path.startswith(FOR_PROGRAMS):
        response = jsonify(error=words.sentence, request_id=g.get("request_id", ""))
    else:
        response = make_response(_page(status, words))
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    response.vary.add("HX-Request-Type")
    return response


def _page(status: int, words: Words) -> str:
    if htmx.wants_fragment():
        return render_template("errors/_error.html", status=status, words=words)
    if status < 500:
        try:
            return render_template("errors/error.html", status=status, words=words)
        except Exception:  # an error page must not fail
            log.warning("the error page has lost its frame", exc_info=True)
            db.session.rollback()
    # The shop's own frame asks the database for its menu; this one asks nobody.
    return render_template("errors/plain.html", status=status, words=words)

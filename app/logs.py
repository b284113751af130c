"""One line per request and per event, as JSON or for a person; never a secret."""

import logging
import re
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from config import Settings

HIDDEN = "…"
GOOD_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECRET_NAMES = re.compile(
    r"secret|password|passwd|token|authorization|cookie|api_?key|card|cvc|totp|signature", re.I
)
SECRET_TEXTS = re.compile(
    r"\b(?:sk|rk)_(?:live|test)_\w+"  # keys
    r"|\bwhsec_\w+"
    r"|\b(?:pi|seti|cs)_\w+_secret_\w+"  # client secrets
    r"|\b(?:\d[ -]?){13,19}\b"  # card numbers
    r"|(?<=/orders/)[\w-]{16,}"  # links that are keys
    r"|(?<=/reset/)[\w.-]{16,}"
    r"|(?<=/confirm/)[\w.-]{16,}"
)
QUIET = {"werkzeug": logging.WARNING, "huey": logging.WARNING, "stripe": logging.WARNING}

log = structlog.get_logger("shop")


def init_app(app: Flask, settings: Settings) -> None:
    set_up(settings)
    app.before_request(_begin)
    app.after_request(_end)


def set_up(settings: Settings) -> None:
    """Send structlog and the standard library through the same steps, to stderr."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=False,
    )
    as_json = settings.log_format == "json"
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
    )
    handler = _Stderr()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, _Stderr)] + [handler]
    root.setLevel(settings.log_level)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


class _Stderr(logging.Handler):
    """Writes to what is stderr now, not to what it was at the start."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:
            self.handleError(record)


def request_id() -> str:
    """The id of the request or job at work; it appears on every line and in the audit."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def redact(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Hide what is secret by its name or by its look, at any depth."""
    return {name: _safe(name, value) for name, value in event.items()}


def _safe(name: str, value: Any) -> Any:
    if SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _safe(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_safe("", inner) for inner in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return SECRET_TEXTS.sub(HIDDEN, str(value))


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    good = GOOD_REQUEST_ID.fullmatch(given)
    g.request_id = given if good else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    if "request_id" not in g:
        return response  # refused before it began
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint != "static":
        took = round((time.perf_counter() - g.started) * 1000, 1)
        log.info(
            "request", method=request.method, path=_path(), status=response.status_code, ms=took
        )
    return response


def _path() -> str:
    """The path without the tokens that open an order or an account."""
    path = request.path
    for name, value in (request.view_args or {}).items():
        if "token" in name:
            path = path.replace(str(value), HIDDEN)
    return path

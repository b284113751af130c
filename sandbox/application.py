"""The Flask application: the API under /v1, the control API, the browser side, and the rest 404."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from sandbox import objects
from sandbox.account import Account
from sandbox.api import Api
from sandbox.browser import blueprint as browser
from sandbox.clock import Clock
from sandbox.control import blueprint as control
from sandbox.deliveries import Deliveries, Send
from sandbox.objects import authentication, test_clocks
from sandbox.protocol import Protocol
from sandbox.shapes import Row

LARGEST_BODY = 2_000_000


class Sandbox(Flask):
    """A pretend Stripe."""

    def __init__(
        self, *, state: Path | None = None, seed: int | None = None, at: int | None = None
    ) -> None:
        super().__init__("sandbox", static_folder=None, template_folder=None)
        self.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
        self.account = Account(state=state, seed=seed, at=at)
        self.protocol = Protocol(self.account)
        self.api = Api(self.protocol, largest_body=LARGEST_BODY)
        self.deliveries = Deliveries(self.account)
        self._has_pages = False
        self._making_pages = threading.Lock()

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """The API by itself, everything else through Flask."""
        path = environ["PATH_INFO"]
        if path.startswith("/v1/") or path == "/v1":
            return self.api(environ, start_response)
        self._make_pages()
        return super().wsgi_app(environ, start_response)

    def _make_pages(self) -> None:
        """Flask compiles every address, which a test that never looks at a page need not wait for."""
        with self._making_pages:
            if self._has_pages:
                return
            self.register_blueprint(control)
            self.register_blueprint(browser)
            _rest(self)
            self._has_pages = True

    @property
    def events(self) -> list[Row]:
        """Every event there is, oldest first."""
        with self.account.store.lock:
            return list(self.account.store.table("event").rows.values())

    @property
    def requests(self) -> list[Row]:
        """The last few hundred calls, oldest first."""
        return list(self.protocol.log)

    def deliver_to(self, url: str, secret: str, send: Send | None = None) -> str:
        """Registers a webhook endpoint; with `send` its deliveries go there instead of over HTTP.
        Answers the endpoint's id."""
        return self.deliveries.register(url, secret, send)

    def deliver_due(self, *, ahead: float = 0.0) -> int:
        """Makes the deliveries that are due, or will be so many seconds ahead; how many."""
        return self.deliveries.deliver_due(ahead=ahead)

    def signed(self, event: Row, secret: str | None = None) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a delivery of this event, signed with the (first) endpoint's secret."""
        return self.deliveries.signed(event, secret)

    def finish_authentication(self, intent_id: str, outcome: str) -> Row:
        """Decides a 3-D Secure challenge: `complete` goes on with the payment, `fail` ends it."""
        with self.account.transaction():
            return dict(authentication.finish(self.account, intent_id, outcome))

    def advance(self, seconds: int) -> None:
        """Moves the sandbox's clock on, and every test clock with it; does what became due."""
        with self.moving() as clock:
            clock.advance(seconds)

    @contextmanager
    def moving(self) -> Iterator[Clock]:
        """Inside, the clock is moved while nobody else looks. Then the test clocks go along, before
        anything is done for which the sandbox itself waited."""
        account = self.account
        with account.store.lock:
            before = account.clock.moved_by
            yield account.clock
            test_clocks.take_along(account, account.clock.moved_by - before)
            account.moved()

    def reset(self) -> None:
        """Forgets every object, event and delivery; endpoints given to `deliver_to` stay."""
        self.account.reset()
        self.account.chaos.begin_again()
        self.protocol.idempotency.under_way.clear()
        self.deliveries.register_again()


def create_sandbox(
    state: Path | None = None, seed: int | None = None, at: int | None = None
) -> Sandbox:
    """A pretend Stripe, in memory or in one file. With `at` its clock stands still at that moment
    (seconds since 1970) until it is moved."""
    objects.load()
    return Sandbox(state=state, seed=seed, at=at)


def _rest(sandbox: Sandbox) -> None:
    @sandbox.errorhandler(404)
    @sandbox.errorhandler(405)
    @sandbox.errorhandler(413)
    def unknown(error: Any) -> ResponseReturnValue:
        return jsonify(error={"message": error.description, "sandbox": True}), error.code

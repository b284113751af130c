"""The websocket on which Stripe's command-line program listens."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock, Thread
from typing import Any

from simple_websocket import ConnectionClosed, Server

from sandbox.application import Sandbox
from sandbox.objects.cli_sessions import SOCKET

Wsgi = Callable[..., Iterable[bytes]]
SUBPROTOCOL = "stripecli-devproxy-v1"
BACKGROUND = partial(Thread, daemon=True)


def with_websocket(sandbox: Sandbox, app: Wsgi) -> Wsgi:
    """Answers the websocket's address, and leaves the others to the application."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != SOCKET:
            return app(environ, start_response)
        if environ.get("HTTP_WEBSOCKET_ID") not in sandbox.account.listening.sessions:
            start_response("404 Not Found", [("Content-Type", "application/json")])
            return [json.dumps({"error": {"message": "Unknown WebSocket ID."}}).encode()]
        if environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            start_response("426 Upgrade Required", [("Upgrade", "websocket")])
            return [b""]
        _converse(sandbox, environ)
        raise ConnectionAbortedError("The conversation is over: there is nothing to answer.")

    return application


def _converse(sandbox: Sandbox, environ: dict[str, Any]) -> None:
    socket = Server(environ, subprotocols=[SUBPROTOCOL], thread_class=BACKGROUND)
    say = _one_at_a_time(socket)
    session = sandbox.account.listening.connect(environ["HTTP_WEBSOCKET_ID"], say)
    try:
        while session is not None:
            sandbox.deliveries.heard(session, str(socket.receive()))
    except ConnectionClosed:
        pass
    finally:
        if session is not None:
            sandbox.account.listening.leave(session, say)


def _one_at_a_time(socket: Server) -> Callable[[str], None]:
    lock = Lock()

    def say(text: str) -> None:
        try:
            with lock:
                socket.send(text)
        except ConnectionClosed as error:
            raise ConnectionError("The program that listens has just left.") from error

    return say

"""The sandbox on a port: one process, a thread per connection, keep-alive, quick to leave.

Werkzeug's threaded server and not gunicorn: the state lives in this one process, and an arbiter
that silently replaces a worker would lose it.
"""

import signal
import socket
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.application import Sandbox
from sandbox.websocket import with_websocket

Wsgi = Callable[..., Iterable[bytes]]


class Handler(WSGIRequestHandler):
    """HTTP/1.1 with keep-alive and without Nagle's wait; says nothing unless asked."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 75
    verbose = False

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """One line a request with --verbose."""
        if self.verbose:
            super().log_request(code, size)


class Server(ThreadedWSGIServer):
    """Threads that do not hold up the end."""

    daemon_threads = True


def cutting(app: Wsgi) -> Wsgi:
    """Closes the connection instead of answering where chaos says so."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if any(name == "X-Sandbox-Cut" for name, _ in headers):
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return application


def serve(sandbox: Sandbox, host: str, port: int, *, verbose: bool = False) -> None:
    """Answer until SIGTERM or Ctrl-C."""
    Handler.verbose = verbose
    listening = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=512
    )
    server = Server(
        host,
        port,
        with_websocket(sandbox, cutting(sandbox.wsgi_app)),
        Handler,
        fd=listening.fileno(),
    )
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell's background job ignores Ctrl-C
        signal.signal(number, _leave)
    sandbox.deliveries.start()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        sandbox.deliveries.stop()
        server.server_close()
        listening.close()
        sandbox.account.store.close()


def _leave(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt

"""The sandbox as a program, and a shop that opens late."""

import json
import queue
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.request import Request, urlopen

import stripe


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """A running `python -m sandbox`."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> stripe.StripeClient:
        """The official library on it, over HTTP, without its own retries."""
        addresses: Any = {"api": self.url, "files": self.url}
        return stripe.StripeClient(
            "sk_test_program", base_addresses=addresses, max_network_retries=0
        )

    def control(self, what: str, **given: Any) -> Any:
        """One call of the control API."""
        body = json.dumps(given).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/_sandbox/{what}", body, headers)  # noqa: S310
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def look(self, what: str) -> Any:
        """What the control API says."""
        with urlopen(f"{self.url}/_sandbox/{what}", timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def started(*arguments: str) -> Program:
    """Start it and wait until it answers."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "sandbox", "--port", str(port), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Program(process, port)
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the sandbox did not start: {process.communicate()[0]}")


@dataclass
class LateShop:
    """An address where nobody answers until `open()`."""

    port: int = field(default_factory=free_port)
    received: list[tuple[bytes, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._arrivals: queue.Queue[tuple[bytes, str]] = queue.Queue()
        self._server: HTTPServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks"

    def open(self) -> None:
        """Answer 200 from now on."""
        self._server = HTTPServer(("127.0.0.1", self.port), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def wait_for_one(self) -> tuple[bytes, str]:
        """Body and signature of the next delivery."""
        return self._arrivals.get(timeout=30)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                delivery = (body, self.headers["Stripe-Signature"])
                shop.received.append(delivery)
                shop._arrivals.put(delivery)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        return Handler

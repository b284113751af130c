"""Visitors on loopback: kept connections, as many at once as the measurement says."""

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

HOST = "shop.test"
VISITORS = 4
SECONDS = 0.7
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
_COOKIE = re.compile(r"(?im)^set-cookie: ([^;]+)")


class Answer(NamedTuple):
    status: int
    head: str
    body: bytes

    @property
    def cookies(self) -> list[str]:
        return _COOKIE.findall(self.head)


class Connection:
    """One HTTP connection, as plain as it can be: the client must not be what is measured."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, message: bytes) -> Answer:
        self._socket.sendall(message)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        missing = int(length[1]) if length else 0
        while len(body) < missing:
            body += self._more()
        return Answer(int(head[9:12]), head.decode("latin-1"), body)

    def _more(self) -> bytes:
        received = self._socket.recv(1 << 16)
        if not received:
            raise ConnectionError("the server hung up")
        return received


Visit = Callable[[Connection], None]


def get(path: str, cookie: str = "", **headers: str) -> bytes:
    return _message("GET", path, {"Cookie": cookie, **headers}, b"")


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    return _message("POST", path, headers, body)


def reading(message: bytes) -> Callable[[], Visit]:
    """Visitors who ask for the same thing again and again."""

    def visit(connection: Connection) -> None:
        require(connection.ask(message), 200)

    return lambda: visit


def require(answer: Answer, status: int) -> Answer:
    """A refusal is quick to give: it must not count."""
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.body[:2000]!r}")
    return answer


def rate(port: int, visitor: Callable[[], Visit], *, seconds: float = SECONDS) -> float:
    """Answers per second to visitors who each wait for one before they want the next."""
    begin = threading.Barrier(VISITORS)

    def come(visit: Visit) -> tuple[int, float]:
        with Connection(port) as connection:
            begin.wait()
            started = time.perf_counter()
            count = 0
            while time.perf_counter() - started < seconds:
                visit(connection)
                count += 1
            return count, time.perf_counter() - started

    with ThreadPoolExecutor(VISITORS) as visitors:
        done = list(visitors.map(come, [visitor() for _ in range(VISITORS)]))
    return sum(count / took for count, took in done)


def _message(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body

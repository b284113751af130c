"""The official Python library on a sandbox without a socket: `SandboxClient(sandbox)`."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import stripe

from sandbox.application import Sandbox


class SandboxClient(stripe.HTTPClient):
    """Hands each request to a Sandbox application in this process."""

    name = "sandbox"

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        """One call, there and back."""
        status, answer_headers, body = self._call(_environ(method, url, headers or {}, post_data))
        if "X-Sandbox-Cut" in answer_headers:
            raise stripe.APIConnectionError(
                "The connection was cut before the answer (sandbox chaos).", should_retry=True
            )
        return body, status, answer_headers

    def request_stream(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[io.BytesIO, int, Mapping[str, str]]:
        """The same with a body to read from."""
        body, status, answer_headers = self.request(method, url, headers, post_data)
        return io.BytesIO(body), status, answer_headers

    def close(self) -> None:
        """Nothing is open."""

    def _call(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc: Any = None) -> Any:
            started[:] = [int(status[:3]), headers]

        body = b"".join(self.sandbox.wsgi_app(environ, start_response))
        return started[0], _Headers(started[1]), body


class _Headers(dict[str, str]):
    """Found whatever their letters' case."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._lower = {key.lower(): value for key, value in pairs}

    def __getitem__(self, key: str) -> str:
        return self._lower[key.lower()]

    def __contains__(self, key: object) -> bool:
        return str(key).lower() in self._lower

    def get(self, key: str, default: Any = None) -> Any:
        return self._lower.get(key.lower(), default)


def _environ(method: str, url: str, headers: Mapping[str, str], data: Any) -> dict[str, Any]:
    parts = urlsplit(url)
    body = data.encode() if isinstance(data, str) else (data or b"")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "sandbox",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme or "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ

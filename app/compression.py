"""Text leaves the shop compressed; files that stay the same are compressed only once."""

import gzip
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TEXT = {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"}
SHORTEST = 500  # bytes; below that gzip's own frame eats the gain


class Compression:
    """WSGI middleware around the whole shop, static files included."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        response = Response.from_app(self._app, environ)
        if response.mimetype in TEXT:
            response.vary.add("Accept-Encoding")
            if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and _is_whole(response, environ):
                _compress(response)
        return response(environ, start_response)


def _is_whole(response: Response, environ: "WSGIEnvironment") -> bool:
    """Neither a part of a file, nor empty, nor compressed already."""
    asked = environ["REQUEST_METHOD"] != "HEAD"
    return (
        asked
        and response.status_code not in {204, 206, 304}
        and "Content-Encoding" not in response.headers
    )


def _compress(response: Response) -> None:
    body = response.get_data()
    if len(body) < SHORTEST:
        return
    is_file = "Last-Modified" in response.headers
    response.set_data(_once(body) if is_file else gzip.compress(body, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    if etag := response.headers.get("ETag"):
        response.headers["ETag"] = f"W/{etag.removeprefix('W/')}"


@lru_cache(maxsize=64)
def _once(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)

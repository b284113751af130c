"""Buttons of the dashboard may only be pressed in the dashboard."""

from urllib.parse import urlsplit

from flask import Request


def from_ourselves(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this.

    Sec-Fetch-Site is sent by every current browser and cannot be set by a page; Origin is the
    answer of older ones. A request with neither does not come from a browser's page.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host

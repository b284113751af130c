"""Filling in a form as a browser does: everything it shows, and what somebody changes."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Forms(HTMLParser):
    """The fields of each form of a page, as they would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._at: dict[str, Any] | None = None
        self._area = self._select = self._option = ""
        self._template = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._template += 1
        elif tag == "form":
            self._at = {"action": given.get("action", ""), "fields": {}}
            self.forms.append(self._at)
        elif self._at is not None and not self._template:
            self._add(tag, given, self._at["fields"])

    def _add(self, tag: str, given: dict[str, str], fields: dict[str, list[str]]) -> None:
        name = given.get("name", "")
        if tag == "input" and name and _is_sent(given):
            fields.setdefault(name, []).append(
                given.get("value", "on" if given.get("type") == "checkbox" else "")
            )
        elif tag == "textarea":
            self._area, fields[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = [given.get("value", "")]
        elif tag == "option" and self._select:
            fields.setdefault(self._select, [given.get("value", "")])

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._template -= 1
        elif tag == "form":
            self._at = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._at is not None:
            self._at["fields"][self._area][0] += data.removeprefix("\r\n")


def _is_sent(given: dict[str, str]) -> bool:
    """Whether a browser would send this input."""
    if given.get("type") in {"checkbox", "radio"}:
        return "checked" in given
    return given.get("type") not in {"submit", "file", "search"} and "form" not in given


def fields(page: TestResponse, having: str) -> dict[str, list[str]]:
    """What the form with this field would send."""
    parser = _Forms()
    parser.feed(page.text)
    found = [form["fields"] for form in parser.forms if having in form["fields"]]
    assert found, f"no form with {having} on this page"
    return found[0]


def fill(client: FlaskClient, path: str, having: str, **changed: Any) -> TestResponse:
    """Open a page, change some fields of its form, and send it to the same address."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    return client.post(path, data=fields(page, having) | changed)


def said(client: FlaskClient, path: str = "/admin/") -> str:
    """What the next page says."""
    return client.get(path).text

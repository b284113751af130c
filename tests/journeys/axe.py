"""What axe-core finds serious or critical on a page, by day and by night."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

BAD = ("serious", "critical")
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}  # all that the night can change


def problems(page: Page) -> list[str]:
    """A line for each finding on the page that is open."""
    page.evaluate(AXE_SCRIPT)
    page.emulate_media(color_scheme="light")
    found = _run(page, EVERYTHING, "by day")
    page.emulate_media(color_scheme="dark")
    return found + _run(page, COLOURS, "by night")


def _run(page: Page, options: dict[str, Any], when: str) -> list[str]:
    violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{page.url} {when}: {each['id']}: {node['html'][:200]} {node['any'][:1]}"
        for each in violations
        if each["impact"] in BAD
        for node in each["nodes"][:3]
    ]

"""The browser's side of the sandbox: Stripe.js, its frames, the bank's page and the dashboard."""

from flask import Blueprint

blueprint = Blueprint(
    "browser",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/assets",
)

from sandbox.browser import (  # noqa: E402
    actions,  # noqa: F401
    authentication,  # noqa: F401
    checkout,  # noqa: F401
    dashboard,  # noqa: F401
    file_links,  # noqa: F401
    invoice,  # noqa: F401
    links,  # noqa: F401
    pages,  # noqa: F401
    portal,  # noqa: F401
    portal_person,  # noqa: F401
    portal_plans,  # noqa: F401
)

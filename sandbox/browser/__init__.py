"""The browser's side of the sandbox: Stripe.js, its frames, the bank's page and the dashboard."""

from flask import Blueprint

blueprint = Blueprint(
    "browser",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/assets",
)

from sandbox.browser import actions, authentication, dashboard, pages  # noqa: E402, F401

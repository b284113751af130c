"""What our pages may load and who may show them."""

from flask import Response, make_response

OWN_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'"
)
STRIPE_API = "https://api.stripe.com"  # when Stripe's host names are led here


def framed(html: str, *, anywhere: bool = False) -> Response:
    """A page made to be shown inside any shop; fonts may be the shop's own.

    `anywhere`: its form may lead to another site, as the bank's page leads back to the shop.
    """
    rest = f"connect-src 'self' {STRIPE_API}; font-src * data:"
    target = "*" if anywhere else "'self'"
    return _page(html, f"{OWN_ONLY}; {rest}; form-action {target}; frame-ancestors *")


def hosted(html: str, *, anywhere: bool = False) -> Response:
    """A page for a customer, with our own frames in it (the card form, the bank's question).

    `anywhere`: a shop may show it in a frame of its own page."""
    rest = f"connect-src 'self' {STRIPE_API}; frame-src 'self'; form-action 'self'"
    parents = "*" if anywhere else "'none'"
    return _page(html, f"{OWN_ONLY}; {rest}; frame-ancestors {parents}")


def standing(html: str) -> Response:
    """A page that nobody may put into a frame."""
    return _page(
        html, f"{OWN_ONLY}; connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _page(html: str, policy: str) -> Response:
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer

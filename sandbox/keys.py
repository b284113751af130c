"""Who may call: test keys only, as a bearer token or as the user name of basic authentication."""

import base64
import re

from sandbox.errors import Unauthorized

KEY = re.compile(r"(sk|rk|pk)_test_[A-Za-z0-9_]{1,250}\Z")
LIVE = re.compile(r"(sk|rk|pk)_live_")
NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, "
    "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
    "https://stripe.com/docs/api#authentication for details, or we can help at "
    "https://support.stripe.com/."
)
LIVE_KEY = (
    "This is a pretend Stripe for development: it refuses live mode keys, and no money moves here. "
    "Use a test mode key (sk_test_…), and take this live key out of the environment it came from."
)
NOT_IN_BROWSERS = (
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can "
    "find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
)


def key_of(authorization: str, in_form: str = "") -> str:
    """The key of a request, checked; raises Unauthorized."""
    key = _sent(authorization) or in_form
    if not key:
        raise Unauthorized(NO_KEY)
    if LIVE.match(key):
        raise Unauthorized(LIVE_KEY, code="livemode_mismatch")
    if not KEY.match(key):
        raise Unauthorized(f"Invalid API Key provided: {_masked(key)}")
    return key


def _sent(authorization: str) -> str:
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[0]
        except ValueError:
            return "malformed"
    return ""


def _masked(key: str) -> str:
    shown = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in key)
    if len(shown) < 12:
        return "*" * len(shown)
    return f"{shown[:8]}{'*' * min(len(shown) - 12, 20)}{shown[-4:]}"

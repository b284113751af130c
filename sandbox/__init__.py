"""A pretend Stripe that runs offline: `create_sandbox()` in a test, `python -m sandbox` beside it."""

from sandbox.application import Sandbox, create_sandbox

__all__ = ["Sandbox", "create_sandbox"]

"""Webhook messages as Stripe would send them."""

import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "whsec_test"


def event(type: str, object: dict[str, Any], id: str = "evt_1", **fields: Any) -> dict[str, Any]:
    """An event about one object."""
    return {
        "id": id,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "type": type,
        "data": {"object": object},
        **fields,
    }


def sign(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """The Stripe-Signature header for a body sent at a moment (default: now)."""
    stamp = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def message(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()

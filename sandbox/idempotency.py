"""Idempotency keys: the same answer for the same request, for a day."""

import hashlib
import json
from dataclasses import dataclass

from werkzeug.wrappers import Request

from sandbox.account import Account
from sandbox.answers import Answer
from sandbox.errors import Conflict, IdempotencyMismatch, InvalidRequest
from sandbox.shapes import Row

DAY = 24 * 60 * 60
LONGEST = 255


@dataclass(frozen=True)
class Kept:
    """Under which name an answer will be kept, and for which request."""

    id: str
    key: str
    fingerprint: str


class Idempotency:
    """The keys of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.under_way: set[str] = set()

    def of(self, request: Request, api_key: str, given: Row) -> Kept | None:
        """The key of a request that has one; only POST may."""
        key = request.environ.get("HTTP_IDEMPOTENCY_KEY")
        if request.method != "POST" or key is None:
            return None
        if not key or len(key) > LONGEST:
            raise InvalidRequest(
                f"The Idempotency-Key header must be 1 to {LONGEST} characters long."
            )
        text = f"{request.path} {json.dumps(given, sort_keys=True)}"
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        return Kept(f"idem_{api_key[:2]}_{key}", key, fingerprint)

    def known_or_begun(self, kept: Kept) -> Answer | None:
        """The kept answer; or None, and then the request is under way until `over`."""
        with self.account.store.lock:
            if kept.id in self.under_way:
                raise Conflict(
                    "There is currently another in-progress request using this Idempotent Key "
                    "(that probably means you submitted twice, and the other request is still "
                    f"going through): {kept.key}. Please try again later.",
                    code="idempotency_key_in_use",
                )
            row = self.account.find(kept.id)
            if row is None or row.get("_written", 0) < self.account.clock.own() - DAY:
                self.under_way.add(kept.id)
                return None
        if row["fingerprint"] != kept.fingerprint:
            raise IdempotencyMismatch(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{kept.key}' if you meant to execute "
                "a different request."
            )
        return Answer(row["status"], row["body"].encode(), replayed=row["request"])

    def keep(self, kept: Kept, answer: Answer, request_id: str) -> None:
        """Remember an answer; in the transaction that did the work, so both last or neither."""
        self.account.store.add(
            {
                "id": kept.id,
                "object": "_idempotency",
                "fingerprint": kept.fingerprint,
                "status": answer.status,
                "body": answer.body.decode(),
                "request": request_id,
                "_written": self.account.clock.own(),
            }
        )

    def over(self, kept: Kept) -> None:
        """No longer under way."""
        self.under_way.discard(kept.id)

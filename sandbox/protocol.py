"""From a request to its answer: key, version, parameters, idempotency, faults, expansion."""

import hashlib
import json
import re
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from flask import Request, Response
from stripe.params import PaymentMethodCreateParams

from sandbox.account import VERSION, Account, public
from sandbox.chaos import Rule
from sandbox.errors import (
    ApiError,
    CardError,
    Conflict,
    IdempotencyMismatch,
    InvalidRequest,
    RateLimited,
    StripeError,
    Unauthorized,
)
from sandbox.expand import expanded
from sandbox.form import decode
from sandbox.keys import NOT_IN_BROWSERS, key_of
from sandbox.params import checker, refuse_types
from sandbox.routes import Call, Route
from sandbox.shapes import Row

DEFAULT_VERSION = "2025-02-24.acacia"
VERSION_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?(;.*)?\Z")
DAY = 24 * 60 * 60
LONGEST_KEY = 255
# What Stripe.js sends along and no object cares for.
_FROM_STRIPE_JS = """
key _stripe_version _stripe_account payment_user_agent guid muid sid time_on_page referrer
pasted_fields client_context client_attribution_metadata expected_payment_method_type
is_stripe_sdk radar_options captcha_token
"""
FROM_STRIPE_JS = frozenset(_FROM_STRIPE_JS.split())


@dataclass
class Answer:
    """What goes back: a status, a body, and whether the connection is cut instead."""

    status: int
    body: bytes
    replayed: str | None = None  # the id of the request that was answered first
    cut: bool = False


class Protocol:
    """Answers the calls of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.under_way: set[str] = set()
        self.log: deque[Row] = deque(maxlen=500)

    def respond(self, request: Request, route: Route, path: dict[str, str]) -> Response:
        """The HTTP answer to one call."""
        request_id = self.account.ids.new("req", 14)
        try:
            answer = self._answer(request, route, path, request_id)
        except StripeError as error:
            answer = Answer(error.status, error_body(error, request_id))
        return self.response(request, answer, request_id)

    def response(self, request: Request, answer: Answer, request_id: str) -> Response:
        """Headers on, and a line in the log."""
        headers = {
            "Content-Type": "application/json",
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("Stripe-Version") or DEFAULT_VERSION,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Request-Id",
            "Cache-Control": "no-cache, no-store",
        }
        if key := request.headers.get("Idempotency-Key"):
            headers["Idempotency-Key"] = key
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
            headers["Original-Request"] = answer.replayed
        if answer.cut:
            headers["X-Sandbox-Cut"] = "1"
        self.log.append(
            {
                "id": request_id,
                "at": time.time(),
                "method": request.method,
                "path": request.path,
                "status": answer.status,
                "idempotency_key": key,
                "replayed": bool(answer.replayed),
                "cut": answer.cut,
            }
        )
        return Response(answer.body, answer.status, headers)

    def _answer(
        self, request: Request, route: Route, path: dict[str, str], request_id: str
    ) -> Answer:
        given = _given(request)
        key = key_of(request.headers.get("Authorization", ""), str(given.get("key", "")))
        call = self._call(request, route, given, publishable=key.startswith("pk_"))
        rule = self.account.chaos.for_request(request.method, request.path, key)
        _before(rule)
        if request.method != "POST" or "Idempotency-Key" not in request.headers:
            return self._run(call, route, path, given, rule, request_id, None)
        keep = _kept_id(request, key)
        with_fingerprint = (keep, _fingerprint(request, given))
        if known := self._known(request, with_fingerprint):
            return _cut(known, rule)
        try:
            return self._run(call, route, path, given, rule, request_id, with_fingerprint)
        finally:
            self.under_way.discard(keep)

    def _call(self, request: Request, route: Route, given: Row, *, publishable: bool) -> Call:
        if publishable and not route.publishable:
            raise Unauthorized(NOT_IN_BROWSERS, code="secret_key_required")
        version = request.headers.get("Stripe-Version") or given.get("_stripe_version") or ""
        if version and not (isinstance(version, str) and VERSION_FORM.match(version)):
            raise InvalidRequest(f"Invalid Stripe API version: {str(version)[:60]}")
        return Call(
            account=self.account,
            params={},
            pinned=str(version).startswith(VERSION) or publishable,
            publishable=publishable,
            base_url=request.host_url.rstrip("/"),
            url=request.path,
        )

    def _known(self, request: Request, keep: tuple[str, str]) -> Answer | None:
        sent = request.headers["Idempotency-Key"]
        with self.account.store.lock:
            if keep[0] in self.under_way:
                raise Conflict(
                    "There is currently another in-progress request using this Idempotent Key "
                    "(that probably means you submitted twice, and the other request is still "
                    f"going through): {sent}. Please try again later.",
                    code="idempotency_key_in_use",
                )
            row = self.account.find(keep[0])
            if row is None or row["created"] < self.account.now - DAY:
                self.under_way.add(keep[0])
                return None
        if row["fingerprint"] != keep[1]:
            raise IdempotencyMismatch(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{sent}' if you meant to execute a "
                "different request."
            )
        return Answer(row["status"], row["body"].encode(), replayed=row["request"])

    def _run(
        self,
        call: Call,
        route: Route,
        path: dict[str, str],
        given: Row,
        rule: Rule | None,
        request_id: str,
        keep: tuple[str, str] | None,
    ) -> Answer:
        if rule is not None and rule.fault == "429":
            raise RateLimited(
                "Request rate limit exceeded. You can learn more about rate limits here "
                "https://stripe.com/docs/rate-limits.",
                code="rate_limit",
            )
        if rule is not None and rule.fault == "409":
            raise Conflict(
                "This object cannot be accessed right now because another API request or Stripe "
                "process is currently accessing it.",
                code="lock_timeout",
            )
        call.params = self._checked(route, call, given)
        self.account.run_due()
        with self.account.store.transaction():
            self.account.request = {"id": request_id, "idempotency_key": keep and _sent(keep)}
            answer = self._worked(call, route, path, rule, request_id)
            if keep is not None:
                self._keep(keep, answer, request_id)
        return _cut(answer, rule)

    def _checked(self, route: Route, call: Call, given: Row) -> Row:
        if call.publishable:
            given = {key: value for key, value in given.items() if key not in FROM_STRIPE_JS}
        if call.pinned and "payment_method_types" in route.legacy:
            refuse_types(given)
        legacy = {} if call.pinned else route.legacy
        if call.publishable:
            legacy = {
                "client_secret": str,
                "payment_method_data": PaymentMethodCreateParams,
                **legacy,
            }
        return checker(route.params, tuple(legacy.items()))(given)

    def _worked(
        self, call: Call, route: Route, path: dict[str, str], rule: Rule | None, request_id: str
    ) -> Answer:
        store = self.account.store
        try:
            if rule is not None and rule.fault == "500":
                raise ApiError("An unknown error occurred (the sandbox was told to fail here).")
            row = route.handler(call, **path)
            answer = Answer(200, _body(expanded(self.account, row, call.params.get("expand", []))))
            if rule is not None and rule.fault == "lost_answer" and rule.answer == "500":
                error = ApiError("An unknown error occurred (the work was done, though).")
                answer = Answer(500, error_body(error, request_id))
            return answer
        except CardError as error:
            return Answer(error.status, error_body(error, request_id))
        except StripeError as error:
            store.working.clear()
            store.dropped.clear()
            return Answer(error.status, error_body(error, request_id))

    def _keep(self, keep: tuple[str, str], answer: Answer, request_id: str) -> None:
        self.account.store.add(
            {
                "id": keep[0],
                "object": "_idempotency",
                "fingerprint": keep[1],
                "status": answer.status,
                "body": answer.body.decode(),
                "request": request_id,
                "created": self.account.now,
            }
        )


def _given(request: Request) -> Row:
    query = request.query_string.decode("utf-8", "replace")
    given = decode(query) if query else {}
    if request.method in ("POST", "DELETE") and request.content_length:
        if (request.mimetype or "").startswith("application/json"):
            raise InvalidRequest(
                "Invalid request: this API takes form-encoded parameters, not JSON "
                "(Content-Type: application/x-www-form-urlencoded)."
            )
        given |= decode(request.get_data().decode("utf-8", "replace"))
    return given


def _kept_id(request: Request, key: str) -> str:
    sent = request.headers["Idempotency-Key"]
    if not sent or len(sent) > LONGEST_KEY:
        raise InvalidRequest(
            f"The Idempotency-Key header must be 1 to {LONGEST_KEY} characters long."
        )
    return f"idem_{key[:2]}_{sent}"


def _sent(keep: tuple[str, str]) -> str:
    return keep[0][len("idem_sk_") :]


def _fingerprint(request: Request, given: Row) -> str:
    text = f"{request.method} {request.path} {json.dumps(given, sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _before(rule: Rule | None) -> None:
    if rule is not None and rule.fault == "slow":
        time.sleep(rule.seconds)
    if rule is not None and rule.fault == "hang":
        time.sleep(max(rule.seconds, 90.0) if rule.seconds == 2.0 else rule.seconds)


def _cut(answer: Answer, rule: Rule | None) -> Answer:
    cut = rule is not None and (
        rule.fault == "hang" or (rule.fault == "lost_answer" and rule.answer == "cut")
    )
    return Answer(answer.status, answer.body, answer.replayed, cut=cut)


def _body(row: Row) -> bytes:
    return json.dumps(row).encode()


def error_body(error: StripeError, request_id: str) -> bytes:
    body: dict[str, Any] = {
        key: public(value) if isinstance(value, dict) else value
        for key, value in error.body.items()
    }
    body["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}?t=0"
    return json.dumps({"error": body}).encode()

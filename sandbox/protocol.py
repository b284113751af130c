"""From a request to its answer: key, version, parameters, idempotency, faults, expansion."""

import base64
import re
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlencode

from stripe.params import PaymentMethodCreateParams
from werkzeug.wrappers import Request, Response

from sandbox.account import VERSION, Account
from sandbox.answers import Answer, Document, error_answer, object_answer
from sandbox.chaos import Rule
from sandbox.errors import (
    ApiError,
    CardError,
    Conflict,
    InvalidRequest,
    RateLimited,
    StripeError,
    Unauthorized,
)
from sandbox.expand import expanded
from sandbox.form import Upload, decode
from sandbox.idempotency import Idempotency, Kept
from sandbox.keys import NOT_IN_BROWSERS, key_of
from sandbox.params import checker, refuse_types
from sandbox.routes import Call, Route
from sandbox.shapes import Row

DEFAULT_VERSION = "2025-02-24.acacia"
VERSION_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z_]+)?(;[a-z0-9_=;. ]*)?\Z")
PRINTABLE = re.compile(r"[ -~]{1,255}\Z")
# What Stripe.js sends along and no object cares for.
_FROM_STRIPE_JS = """
key _stripe_version _stripe_account payment_user_agent guid muid sid time_on_page referrer
pasted_fields client_context client_attribution_metadata expected_payment_method_type
is_stripe_sdk radar_options captcha_token
"""
FROM_STRIPE_JS = frozenset(_FROM_STRIPE_JS.split())
IN_BROWSERS = {"client_secret": str, "payment_method_data": PaymentMethodCreateParams}
LIMIT = (
    "Request rate limit exceeded. You can learn more about rate limits here "
    "https://stripe.com/docs/rate-limits."
)
LOCKED = (
    "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it."
)


@dataclass(frozen=True)
class Asked:
    """One request, read and let in."""

    call: Call
    route: Route
    path: dict[str, str]
    given: Row
    request_id: str
    rule: Rule | None
    kept: Kept | None


class Protocol:
    """Answers the calls of one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.idempotency = Idempotency(account)
        self.log: deque[Row] = deque(maxlen=500)

    def respond(self, request: Request, route: Route, path: dict[str, str]) -> Response:
        """The HTTP answer to one call."""
        request_id = self.new_request_id()
        try:
            answer = self._answer(self._read(request, route, path, request_id))
        except StripeError as error:
            answer = error_answer(error, request_id)
        return self.response(request, answer, request_id)

    def refusal(self, request: Request, error: StripeError) -> Response:
        """The HTTP answer to what is no call at all."""
        request_id = self.new_request_id()
        return self.response(request, error_answer(error, request_id), request_id)

    def new_request_id(self) -> str:
        """`req_…`."""
        return self.account.ids.new("req", 14)

    def response(self, request: Request, answer: Answer, request_id: str) -> Response:
        """Headers on, and a line in the log."""
        version = request.environ.get("HTTP_STRIPE_VERSION", "")
        headers = {
            "Content-Type": answer.type,
            "Request-Id": request_id,
            "Stripe-Version": version if VERSION_FORM.match(version) else DEFAULT_VERSION,
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Request-Id",
            "Cache-Control": "no-cache, no-store",
        }
        key = request.environ.get("HTTP_IDEMPOTENCY_KEY", "")
        if PRINTABLE.match(key):
            headers["Idempotency-Key"] = key
        if answer.replayed:
            headers["Idempotent-Replayed"] = "true"
            headers["Original-Request"] = answer.replayed
        if answer.cut:
            headers["X-Sandbox-Cut"] = "1"
        self._note(request, answer, request_id, key)
        return Response(answer.body, answer.status, headers)

    def _note(self, request: Request, answer: Answer, request_id: str, key: str) -> None:
        line = {
            "id": request_id,
            "at": time.time(),
            "method": request.method,
            "path": request.path,
            "status": answer.status,
            "idempotency_key": key or None,
            "replayed": bool(answer.replayed),
            "cut": answer.cut,
        }
        self.log.append(line)
        if self.account.listening.sessions:
            self.account.listening.log(line, answer.body)

    def _read(self, request: Request, route: Route, path: dict[str, str], request_id: str) -> Asked:
        given = _given(request)
        key = key_of(request.environ.get("HTTP_AUTHORIZATION", ""), str(given.get("key", "")))
        call = self._call(request, route, given, publishable=key.startswith("pk_"))
        rule = self.account.chaos.for_request(request.method, request.path, key)
        kept = self.idempotency.of(request, key, given)
        return Asked(call, route, path, given, request_id, rule, kept)

    def _call(self, request: Request, route: Route, given: Row, *, publishable: bool) -> Call:
        if publishable and not route.publishable:
            raise Unauthorized(NOT_IN_BROWSERS, code="secret_key_required")
        version = request.environ.get("HTTP_STRIPE_VERSION") or given.get("_stripe_version") or ""
        if version and not (isinstance(version, str) and VERSION_FORM.match(version)):
            raise InvalidRequest(f"Invalid Stripe API version: {str(version)[:60]}")
        self.account.base_url = (
            f"{request.scheme}://{request.environ.get('HTTP_HOST', 'localhost')}"
        )
        return Call(
            account=self.account,
            params={},
            pinned=str(version).startswith(VERSION) or publishable,
            publishable=publishable,
            base_url=self.account.base_url,
            url=request.path,
        )

    def _answer(self, asked: Asked) -> Answer:
        fault = asked.rule.fault if asked.rule else ""
        if asked.rule and fault in ("slow", "hang"):
            time.sleep(asked.rule.seconds)
        if fault == "hang":
            return Answer(500, b"").but_cut()
        if fault == "429":
            raise RateLimited(LIMIT, code="rate_limit")
        if fault == "409":
            raise Conflict(LOCKED, code="lock_timeout")
        answer = self._once(asked)
        return answer.but_cut() if fault == "lost_answer" and _cuts(asked) else answer

    def _once(self, asked: Asked) -> Answer:
        if asked.kept is None:
            return self._run(asked)
        if known := self.idempotency.known_or_begun(asked.kept):
            return known
        try:
            return self._run(asked)
        finally:
            self.idempotency.over(asked.kept)

    def _run(self, asked: Asked) -> Answer:
        asked.call.params = params = _checked(asked)
        self.account.run_due()
        store = self.account.store
        test_clock = self.account.clock_of(*asked.path.values(), *params.values())
        with store.lock, self.account.on_clock(test_clock), store.transaction():
            key = asked.kept.key if asked.kept else None
            self.account.request = {"id": asked.request_id, "idempotency_key": key}
            answer = self._work(asked)
            if asked.kept is not None:
                self.idempotency.keep(asked.kept, answer, asked.request_id)
        return answer

    def _work(self, asked: Asked) -> Answer:
        """A declined card is written down; any other refusal leaves no trace."""
        call, fault = asked.call, asked.rule.fault if asked.rule else ""
        try:
            if fault == "500":
                raise ApiError("An unknown error occurred (the sandbox was told to fail here).")
            row = asked.route.handler(call, **asked.path)
            answer = self._shown(row, call.params.get("expand", []))
            if fault == "lost_answer" and not _cuts(asked):
                error = ApiError("An unknown error occurred (the work was done, though).")
                return error_answer(error, asked.request_id)
            return answer
        except CardError as error:
            return error_answer(error, asked.request_id)
        except StripeError as error:
            refusal = error_answer(error, asked.request_id)
            self.account.store.undo()
            return refusal

    def _shown(self, row: Row | Document, expand: list[str]) -> Answer:
        if isinstance(row, Document):
            return Answer(200, row.body, type=row.type)
        return object_answer(expanded(self.account, row, expand))


def _given(request: Request) -> Row:
    query = request.query_string.decode("utf-8", "replace")
    given = decode(query) if query else {}
    if request.method in ("POST", "DELETE") and request.content_length:
        if (request.mimetype or "").startswith("application/json"):
            raise InvalidRequest(
                "Invalid request: this API takes form-encoded parameters, not JSON "
                "(Content-Type: application/x-www-form-urlencoded)."
            )
        if request.mimetype == "multipart/form-data":
            return given | _uploaded(request)
        given |= decode(request.get_data().decode("utf-8", "replace"))
    return given


def _uploaded(request: Request) -> Row:
    """The fields of a form with files; a file comes with its name and content."""
    fields = decode(urlencode(list(request.form.items(multi=True))))
    for name, file in request.files.items():
        content = base64.b64encode(file.read()).decode()
        fields[name] = Upload(filename=file.filename, content=content)
    request.close()
    return fields


def _checked(asked: Asked) -> Row:
    call, given = asked.call, asked.given
    legacy = {} if call.pinned else asked.route.legacy
    if call.publishable:
        given = {key: value for key, value in given.items() if key not in FROM_STRIPE_JS}
        legacy = IN_BROWSERS | asked.route.browser
    elif call.pinned and "payment_method_types" in asked.route.legacy:
        refuse_types(given)
    return checker(asked.route.params, tuple(legacy.items()))(given)


def _cuts(asked: Asked) -> bool:
    return asked.rule is not None and asked.rule.answer == "cut"

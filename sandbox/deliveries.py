"""Webhook deliveries: signed as Stripe signs, tried again later when the other side fails."""

import hashlib
import hmac
import json
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from sandbox.account import VERSION, Account, public
from sandbox.listening import Session, event_frames
from sandbox.shapes import Row

Send = Callable[[str, bytes, dict[str, str]], int | tuple[int, str]]  # the status, or text, too
RETRY_AFTER = (1, 5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
TIMEOUT = 15
KEPT_ANSWER = 4_096
CARRIERS = 4


def signature(body: bytes, secret: str, moment: int | None = None) -> str:
    """The Stripe-Signature header of a body, at the real time."""
    stamp = int(time.time()) if moment is None else moment
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def over_http(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Posts one delivery; status and beginning of the answer."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(KEPT_ANSWER).decode("utf-8", "replace")
    finally:
        connection.close()


class Deliveries:
    """Takes queued deliveries to their endpoints, on demand or in the background."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sends: dict[str, Send] = {}
        self.given: list[tuple[str, str, Send | None]] = []
        self._sending: set[str] = set()
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[Row] = queue.SimpleQueue()

    def register(self, url: str, secret: str, send: Send | None = None) -> str:
        """A webhook endpoint for all events; one with the same address and secret is kept."""
        self.given.append((url, secret, send))
        with self.account.transaction():
            row = self._endpoint(url, secret)
        if send is not None:
            self.sends[row["id"]] = send
        return str(row["id"])

    def _endpoint(self, url: str, secret: str) -> Row:
        for row in self.account.store.table("webhook_endpoint").rows.values():
            if row["url"] == url:
                known = self.account.store.edit(row)
                known.update(_secret=secret, status="enabled")
                return known
        return self.account.add(
            "webhook_endpoint",
            url=url,
            enabled_events=["*"],
            status="enabled",
            api_version=VERSION,
            _secret=secret,
        )

    def register_again(self) -> None:
        """After a reset."""
        given, self.given, self.sends = self.given, [], {}
        for url, secret, send in given:
            self.register(url, secret, send)

    def signed(self, event: Row, secret: str | None = None) -> tuple[bytes, dict[str, str]]:
        """Body and headers of one delivery."""
        body = json.dumps(public(event)).encode()
        if secret is None:
            endpoints = self.account.store.table("webhook_endpoint").rows.values()
            secret = next(str(row["_secret"]) for row in endpoints)
        return body, {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Stripe-Signature": signature(body, secret),
        }

    def deliver_due(self, *, ahead: float = 0.0) -> int:
        """Every delivery that is due, one after the other; how many arrived."""
        return sum(self.deliver(row) for row in self._take_due(ahead))

    def _take_due(self, ahead: float) -> list[Row]:
        until = time.time() + ahead
        with self.account.store.lock:
            table = self.account.store.table("_delivery")
            pending = [table.rows[table.ids[n]] for n in table.places_where("state", "pending")]
            due = [row for row in pending if row["next_at"] <= until]
            due = [row for row in due if row["id"] not in self._sending]
            self._sending.update(row["id"] for row in due)
        return sorted(due, key=lambda row: float(row["next_at"]))

    def deliver(self, row: Row) -> bool:
        """One try; whether it arrived."""
        session = self.account.listening.sessions.get(row["endpoint"])
        try:
            if session is not None:
                return self._tell(session, row)
            with self.account.store.lock:
                endpoint = self.account.find(row["endpoint"], "webhook_endpoint")
                event = self.account.find(row["event"], "event")
            if endpoint is None or event is None or endpoint["status"] != "enabled":
                return self._record(
                    row, {"error": "the endpoint is gone", "status": None}, last=True
                )
            body, headers = self.signed(event, endpoint["_secret"])
            send = self.sends.get(endpoint["id"], over_http)
            attempt = _tried(send, endpoint["url"], body, headers)
            return self._record(row, attempt | {"pending_webhooks": event["pending_webhooks"]})
        finally:
            self._sending.discard(row["id"])

    def _tell(self, session: Session, row: Row) -> bool:
        """Over the websocket; what becomes of it is `heard` later, or it is told again."""
        if session.say is None:
            return self._record(row, {"status": None, "error": "nobody is connected just now"})
        event = self._begun(row)
        if event is not None:
            body, headers = self.signed(event, session.secret)
            with suppress(OSError):  # it has just left
                for frame in event_frames(row["id"], session, body.decode(), headers):
                    session.tell(frame)
        return event is not None

    def _begun(self, row: Row) -> Row | None:
        """The event, with an attempt written down that nobody has acknowledged yet."""
        with self.account.store.transaction():
            known, event = self.account.find(row["id"]), self.account.find(row["event"])
            if known is None or event is None:
                return None
            delivery = self.account.store.edit(known)
            attempt = {"at": time.time(), "status": None, "error": "not acknowledged"}
            delivery["attempts"].append(attempt)
            tries_left = len(delivery["attempts"]) <= len(RETRY_AFTER)
            delivery["state"] = "pending" if tries_left else "failed"
            delivery["next_at"] = time.time() + TIMEOUT
        return event

    def heard(self, session: Session, text: str) -> None:
        """What a program that listens says: it took an event, or how the shop answered to it."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        with self.account.store.transaction():
            row = self.account.find(said.get("webhook_conversation_id"), "_delivery")
            if row is None or row["endpoint"] != session.id:
                return
            delivery = self.account.store.edit(row)
            delivery["attempts"][-1]["error"] = None
            if delivery["state"] == "pending":
                delivery["state"] = "delivered"
                self._count_down(row["event"])
            if said.get("type") == "webhook_response":
                status, answer = int(said["status"]), str(said.get("body", ""))
                delivery["attempts"][-1] |= {"status": status, "body": answer[:KEPT_ANSWER]}
                delivery["state"] = "delivered" if 200 <= status < 300 else "failed"

    def _record(self, row: Row, attempt: Row, *, last: bool = False) -> bool:
        arrived = attempt["status"] is not None and 200 <= attempt["status"] < 300
        with self.account.store.transaction():
            if self.account.find(row["id"]) is None:
                return arrived
            delivery = self.account.store.edit(row)
            delivery["attempts"].append({"at": time.time(), **attempt})
            number = len(delivery["attempts"])
            if arrived:
                delivery["state"] = "delivered"
                self._count_down(row["event"])
            elif last or number > len(RETRY_AFTER):
                delivery["state"] = "failed"
            else:
                delivery["next_at"] = time.time() + RETRY_AFTER[number - 1]
        return arrived

    def _count_down(self, event_id: str) -> None:
        event = self.account.find(event_id, "event")
        if event is not None and event["pending_webhooks"]:
            self.account.store.edit(event)["pending_webhooks"] -= 1

    def resend(self, event: Row) -> int:
        """Queue an event once more for everybody; how many."""
        receivers = [*self.account.store.table("webhook_endpoint").rows]
        receivers += self.account.listening.hearing()
        for receiver in receivers:
            self.account.queue_delivery(event, receiver)
        return len(receivers)

    def start(self) -> None:
        """Deliver in the background, and let the clock's due things happen as time passes."""
        for name, work in [("due", self._watch)] + [("delivery", self._carry)] * CARRIERS:
            threading.Thread(target=work, name=name, daemon=True).start()

    def stop(self) -> None:
        """End the background threads; what is under way is tried again after the next start."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.account.run_due()
            for row in self._take_due(0.0):
                self._queue.put(row)

    def _carry(self) -> None:
        while True:
            self.deliver(self._queue.get())


def _tried(send: Send, url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    started = time.monotonic()
    attempt: dict[str, Any] = {"status": None, "error": None, "headers": headers}
    try:
        answer = send(url, body, headers)
        status, text = answer if isinstance(answer, tuple) else (answer, "")
        attempt |= {"status": int(status), "body": text[:KEPT_ANSWER]}
    except (OSError, HTTPException) as error:
        attempt["error"] = getattr(error, "strerror", None) or str(error) or type(error).__name__
    attempt["ms"] = round((time.monotonic() - started) * 1000)
    return attempt

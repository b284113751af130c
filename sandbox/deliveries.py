"""Webhook deliveries: signed as Stripe signs, tried again later when the other side fails."""

import hashlib
import hmac
import json
import queue
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from sandbox.account import VERSION, Account, public
from sandbox.shapes import Row

Send = Callable[[str, bytes, dict[str, str]], int]
RETRY_AFTER = (1, 5, 30, 120, 600, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
TIMEOUT = 15
KEPT_ANSWER = 2_000
CARRIERS = 4


def signature(body: bytes, secret: str, moment: int | None = None) -> str:
    """The Stripe-Signature header of a body, at the real time."""
    stamp = int(time.time()) if moment is None else moment
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def over_http(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Posts one delivery; the status of the answer."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(KEPT_ANSWER)
        return answer.status
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
        try:
            with self.account.store.lock:
                endpoint = self.account.find(row["endpoint"], "webhook_endpoint")
                event = self.account.find(row["event"], "event")
            if endpoint is None or event is None or endpoint["status"] != "enabled":
                return self._record(
                    row, {"error": "the endpoint is gone", "status": None}, last=True
                )
            body, headers = self.signed(event, endpoint["_secret"])
            send = self.sends.get(endpoint["id"], over_http)
            return self._record(row, _tried(send, endpoint["url"], body, headers))
        finally:
            self._sending.discard(row["id"])

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
        """Queue an event once more for every endpoint; how many."""
        endpoints = self.account.store.table("webhook_endpoint").rows.values()
        for endpoint in endpoints:
            self.account.store.add(
                {
                    "id": self.account.ids.new("whd"),
                    "object": "_delivery",
                    "event": event["id"],
                    "endpoint": endpoint["id"],
                    "state": "pending",
                    "next_at": time.time(),
                    "attempts": [],
                }
            )
        return len(endpoints)

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
    attempt: dict[str, Any] = {"status": None, "error": None}
    try:
        attempt["status"] = int(send(url, body, headers))
    except (OSError, HTTPException) as error:
        attempt["error"] = str(error) or type(error).__name__
    attempt["ms"] = round((time.monotonic() - started) * 1000)
    return attempt

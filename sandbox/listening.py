"""Who listens in on a websocket: the sessions of `stripe listen` and `stripe logs tail`.

A session is told every event (or every request); what the program at the other end does with it,
it says afterwards. A session whose connection is gone may come back for a while: the program
renews its connection now and then.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.shapes import Row

Say = Callable[[str], None]
EVENTS, LOGS = "webhooks", "request_logs"
COMES_BACK_WITHIN = 60


@dataclass
class Session:
    """One run of the program."""

    feature: str
    secret: str
    forward_to: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    id: str = field(default_factory=lambda: f"cliws_{secrets.token_hex(16)}")
    say: Say | None = None
    seen: float = field(default_factory=time.monotonic)
    connected: bool = False  # whether it ever was

    def tell(self, frame: Row) -> None:
        """Say something; OSError when nobody is connected just now."""
        if self.say is None:
            raise ConnectionError("The program that listens is not connected just now.")
        self.say(json.dumps(frame))

    @property
    def gone(self) -> bool:
        return self.say is None and time.monotonic() - self.seen > COMES_BACK_WITHIN


class Listening:
    """All sessions; they outlive a reset, but not the sandbox."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def begin(self, device: str, feature: str, forward_to: str, filters: str) -> Session:
        """A session that nobody is connected to yet. A device has the same secret every time."""
        digest = hashlib.sha256(f"pretend Stripe {device}".encode()).hexdigest()
        session = Session(feature, f"whsec_{digest}", forward_to, _read(filters))
        self.sessions = {key: one for key, one in self.sessions.items() if not one.gone}
        self.sessions[session.id] = session
        return session

    def connect(self, session_id: str, say: Say) -> Session | None:
        """Somebody is there now; None when there is no such session (any more)."""
        session = self.sessions.get(session_id)
        if session is not None:
            session.say, session.connected = say, True
        return session

    def leave(self, session: Session, say: Say) -> None:
        """A connection is over; a newer one of the same session stays."""
        if session.say == say:
            session.say, session.seen = None, time.monotonic()

    def hearing(self) -> list[str]:
        """The sessions that are told events."""
        known = self.sessions.values()
        return [one.id for one in known if one.feature == EVENTS and one.connected and not one.gone]

    def log(self, line: Row, answer: bytes) -> None:
        """Tell a request to those who tail the log."""
        for session in list(self.sessions.values()):
            if session.feature == LOGS and session.say and _wanted(line, session.filters):
                try:
                    session.tell(_log_frame(line, answer))
                except OSError:
                    continue  # a log is not told twice


def event_frames(delivery_id: str, session: Session, body: str, headers: Row) -> list[Row]:
    """An event as the program expects it: once without a version, and once as of the latest one,
    of which it takes the one that it was started for."""
    return [
        {
            "type": "webhook_event",
            "endpoint": {"api_version": version},
            "event_payload": body,
            "http_headers": headers,
            "webhook_id": session.id,
            "webhook_conversation_id": delivery_id,
        }
        for version in (None, json.loads(body)["api_version"])
    ]


def _log_frame(line: Row, answer: bytes) -> Row:
    error = json.loads(answer).get("error", {}) if line["status"] >= 400 and answer else {}
    told = {
        "created_at": int(line["at"]),
        "livemode": False,
        "method": line["method"],
        "request_id": line["id"],
        "status": line["status"],
        "url": line["path"],
        "error": {key: text for key, text in error.items() if isinstance(text, str)},
    }
    return {
        "type": "request_log_event",
        "request_log_id": line["id"],
        "event_payload": json.dumps(told),
    }


def _read(filters: str) -> dict[str, list[str]]:
    try:
        known = json.loads(filters or "{}")
    except ValueError:
        known = {}
    return known if isinstance(known, dict) else {}


def _wanted(line: Row, filters: dict[str, list[str]]) -> bool:
    status = str(line["status"])
    facts = {
        "filter_http_method": line["method"],
        "filter_request_path": line["path"],
        "filter_status_code": status,
        "filter_status_code_type": f"{status[:1]}XX",
        "filter_request_status": "SUCCEEDED" if status < "400" else "FAILED",
    }
    return all(facts[name] in wanted for name, wanted in filters.items() if name in facts)

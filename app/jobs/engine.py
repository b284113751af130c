"""huey runs the jobs; losing what huey holds loses nothing, the rows are the truth."""

import logging
import signal
import threading
from typing import Any

import structlog
from flask import Flask
from huey import MemoryHuey, RedisHuey, crontab
from huey.api import Huey
from huey.consumer import Consumer
from huey.storage import MemoryStorage

from app.jobs import outbox
from config import Settings

STOP_WITHIN = 20  # seconds a job may take to end when the process is told to stop

log = logging.getLogger(__name__)


class Engine:
    """One huey task that runs an outbox row, and one that finds rows left behind."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.huey = _choose(settings.job_engine)
        self.in_process = settings.job_engine == "thread"
        self._workers = settings.job_workers
        self._consumer: _InProcess | None = None
        self._starting = threading.Lock()
        self._run = self.huey.task(name="run")(self._run_row)
        self._sweep = self.huey.periodic_task(crontab(minute="*"), name="sweep")(self.sweep)

    def nudge(self, job_id: int, *, wait: float = 0) -> None:
        """Say that a row is waiting; if huey's storage is away, the sweep will."""
        try:
            if wait:
                self._run.schedule((job_id,), delay=wait)
            else:
                self._run(job_id)
        except Exception:
            log.warning("job %s waits for the sweep", job_id, exc_info=True)

    def sweep(self) -> None:
        """Add what recurs and nudge whatever is due."""
        with self.app.app_context():
            outbox.add_recurring()
            for job_id in outbox.due():
                self.nudge(job_id)

    def start(self) -> None:
        """Run jobs in threads of this process, once it serves; a command never does."""
        if not self.in_process or self._consumer:
            return
        with self._starting:
            if self._consumer:
                return
            self._consumer = _InProcess(self.huey, workers=self._workers)
            self._consumer.start()
            self._sweep()  # what a former process left behind

    def stop(self) -> None:
        """Let the jobs at work end; what waits stays in its row."""
        if self._consumer:
            self._consumer.stop(graceful=True)

    def consume(self, *, workers: int) -> None:
        """Run jobs in this process until SIGTERM or SIGINT, and then end those at work."""
        consumer = self.huey.create_consumer(
            workers=workers,
            initial_delay=0.05,
            max_delay=1,
            graceful_signal="TERM",
            shutdown_timeout=STOP_WITHIN,
        )
        consumer._signal_actions[signal.SIGINT] = (False, True)
        consumer._set_signal_handlers()  # its own start() is late: jobs run by then
        self._sweep()
        consumer.run()

    def _run_row(self, job_id: int) -> None:
        with (
            self.app.app_context(),
            structlog.contextvars.bound_contextvars(request_id=f"job-{job_id}"),
        ):
            outbox.run(job_id)


class _InProcess(Consumer):
    """huey's consumer without its signal handlers, which belong to the server."""

    def __init__(self, huey: Huey, *, workers: int) -> None:
        super().__init__(huey, workers=workers, shutdown_timeout=STOP_WITHIN)

    def _set_signal_handlers(self) -> None:
        """Leave them alone."""


class _WakingStorage(MemoryStorage):
    """A queue that wakes a worker at once and costs nothing while it is empty."""

    blocking = True
    PAUSE = 1.0  # seconds until a worker looks whether it should stop

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrived = threading.Condition()

    def enqueue(self, data: bytes, priority: int | None = None) -> None:
        super().enqueue(data, priority)
        with self._arrived:
            self._arrived.notify()

    def dequeue(self) -> bytes | None:
        with self._arrived:
            if not self.queue_size():
                self._arrived.wait(self.PAUSE)
        found: bytes | None = super().dequeue()
        return found


def init_app(app: Flask, settings: Settings) -> None:
    engine = app.extensions["jobs"] = Engine(app, settings)
    if engine.in_process:
        app.before_request(engine.start)


def _choose(setting: str) -> Huey:
    """`thread`, `memory` (for tests: nobody consumes it) or `redis://host/0`."""
    if setting.startswith("redis"):
        patience = "&" if "?" in setting else "?"
        url = f"{setting}{patience}socket_connect_timeout=2&socket_timeout=5"
        return RedisHuey("shop", url=url, results=False)
    if setting == "thread":
        return Huey("shop", storage_class=_WakingStorage, results=False)
    return MemoryHuey("shop", results=False)

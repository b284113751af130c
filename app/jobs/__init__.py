"""Does later what must not be done now."""

from app.jobs.outbox import enqueue
from app.jobs.schedule import hours, job, minutes

__all__ = ["enqueue", "hours", "job", "minutes"]

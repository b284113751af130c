"""gunicorn reads this by itself: `gunicorn wsgi:app`."""

from typing import Any

from config import load

_settings = load()

bind = f"0.0.0.0:{_settings.port}" if _settings.production else f"127.0.0.1:{_settings.port}"
worker_class = "gthread"
workers = _settings.server_processes
threads = _settings.server_threads
preload_app = True
timeout = 60
graceful_timeout = 30  # requests in flight are answered before a worker ends
keepalive = 75  # longer than proxies keep theirs: none sends into one that is just closed
control_socket_disable = True


def post_fork(_server: Any, worker: Any) -> None:
    """A database connection cannot be shared by two processes."""
    from app.db import db

    app = worker.app.callable
    if app is not None:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Jobs run where requests are answered, from the first moment."""
    worker.app.callable.extensions["jobs"].start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Let the jobs at work end."""
    if worker.app.callable is not None:
        worker.app.callable.extensions["jobs"].stop()

"""What runs the jobs: threads of the web process, or workers on Redis."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from redis import Redis
from redis.exceptions import RedisError

import config
from app import create_app, jobs
from app.db import db, transaction
from app.jobs import outbox
from app.models import Job, JobState
from sandbox.client import SandboxClient
from tests.needs import missing

arrived = threading.Event()
WORKER = """
import config, sys
from app import create_app
import tests.jobs.test_engine

app = create_app(config.testing(database_url=sys.argv[1], job_engine=sys.argv[2]))
with app.app_context():
    app.extensions["jobs"].consume(workers=2)
"""


@jobs.job()
def ring() -> None:
    arrived.set()


@jobs.job()
def take_a_second() -> None:
    arrived.set()
    time.sleep(1)


def test_a_job_runs_in_the_web_process_at_once(serving):
    serving.test_client().get("/healthz")  # the first request starts the threads

    started = time.monotonic()
    with serving.app_context(), transaction():
        jobs.enqueue(ring)

    assert arrived.wait(5)
    assert time.monotonic() - started < 2  # it is milliseconds; make bench measures them


def test_what_a_former_process_left_behind_is_done_at_the_start(app, serving):
    with transaction():
        jobs.enqueue(ring)  # into this app's queue, which nobody serves
    assert not arrived.wait(0.3)

    serving.extensions["jobs"].start()

    assert arrived.wait(5)


def test_a_command_runs_no_threads(serving):
    serving.test_cli_runner().invoke(args=["jobs"])
    with serving.app_context(), transaction():
        jobs.enqueue(ring)

    assert not arrived.wait(0.3)


def test_idle_threads_cost_no_time(serving):
    without = _seconds_of_work()
    serving.extensions["jobs"].start()
    time.sleep(0.5)

    assert _seconds_of_work() - without < 0.05


def _seconds_of_work():
    """What this process has to do in half a second when least is going on beside it."""

    def once():
        before = time.process_time()
        time.sleep(0.5)
        return time.process_time() - before

    return min(once() for _ in range(4))


def test_stopping_lets_the_job_at_work_end(serving):
    engine = serving.extensions["jobs"]
    engine.start()
    with serving.app_context(), transaction():
        jobs.enqueue(take_a_second)
    assert arrived.wait(20)

    engine.stop()

    assert state(serving) == JobState.DONE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_on_redis_ends_what_it_does_and_loses_nothing(open_shop, database, redis, number):
    shop = open_shop(job_engine=redis)
    with shop.app_context(), transaction():
        jobs.enqueue(take_a_second)
        jobs.enqueue(ring)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, database, redis])  # noqa: S603
    wait_until_taken(shop)

    worker.send_signal(number)

    assert worker.wait(20) == 0
    with shop.app_context():
        assert state(shop) == JobState.DONE
        left = set(outbox.due())
        done = {job.id for job in db.session.query(Job).filter_by(state=JobState.DONE)}
        assert {1, 2} <= left | done


def test_the_shop_takes_jobs_while_redis_is_away(open_shop):
    away = open_shop(job_engine="redis://127.0.0.1:1/0")
    with away.app_context():
        with transaction():
            jobs.enqueue(ring)

        assert outbox.due() == [1]


def wait_until_taken(shop):
    until = time.monotonic() + 30
    while state(shop) == JobState.WAITING:
        assert time.monotonic() < until, "no worker took the job"
        time.sleep(0.02)


def state(shop):
    with shop.app_context():
        db.session.rollback()
        return db.session.get(Job, 1).state


@pytest.fixture
def serving(open_shop):
    """The shop as a server runs it, with its own threads."""
    arrived.clear()
    return open_shop(job_engine="thread")


@pytest.fixture
def open_shop(app, database, sandbox):
    """Another process's shop on the same database, by its settings."""
    shops = []

    def start(**settings):
        given = config.testing(database_url=database, **settings)
        shops.append(create_app(given, stripe_http_client=SandboxClient(sandbox)))
        return shops[-1]

    yield start
    for shop in shops:
        shop.extensions["jobs"].stop()
        with shop.app_context():
            db.engine.dispose()


@pytest.fixture
def redis():
    """An empty Redis database; $TEST_REDIS_URL, or number 15 of the one on this machine."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    client = Redis.from_url(url, socket_connect_timeout=1)
    try:
        client.flushdb()
    except RedisError:
        missing("no Redis server answers (set TEST_REDIS_URL, or run: make test)")
    yield url
    client.flushdb()
    client.close()

"""What the drills share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.db import db

PATIENCE = 30  # seconds until everybody stands at the line


@pytest.fixture
def at_once(app):
    """Do it for each in a thread of its own, all at the same moment."""

    def at_once(work, of):
        db.session.rollback()
        start = Barrier(len(of))

        def begin(each):
            with app.app_context():
                try:
                    start.wait(PATIENCE)
                    return work(each)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(of)) as pool:
            return list(pool.map(begin, of))

    return at_once

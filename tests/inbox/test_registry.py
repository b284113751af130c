"""Which events are handled, and that whoever sets up the endpoint at Stripe can read it."""

import re
from fnmatch import fnmatch
from pathlib import Path

from app.inbox.registry import handlers

DOCS = Path(__file__).parents[2] / "docs" / "payments.md"


def test_the_docs_name_every_event_that_is_handled():
    _, _, sentence = DOCS.read_text().partition("webhook endpoint at Stripe should send")
    named = re.findall(r"`([\w.*]+)`", sentence.partition(";")[0])

    assert [e for e in handlers if not any(fnmatch(e, name) for name in named)] == []
    assert [name for name in named if not any(fnmatch(e, name) for e in handlers)] == []

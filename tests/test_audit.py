"""Who changed what, when, why, from what, to what."""

from datetime import timedelta

import pytest

from app import audit, clock
from app.db import db, rehearsal, transaction
from app.models import AuditEntry, Job
from tests.goods import add_product
from tests.people import add_user


def test_a_change_is_written_down_with_it(app):
    product = add_product("mug").product

    with transaction():
        product.name = "Cup"
        audit.record("product.edited", product, actor="ada@example.com", reason="a typo")

    entry = db.session.query(AuditEntry).one()
    assert (entry.actor, entry.action, entry.reason) == (
        "ada@example.com",
        "product.edited",
        "a typo",
    )
    assert (entry.record_type, entry.record_id) == ("Product", str(product.id))
    assert (entry.before, entry.after) == ({"name": "Mug"}, {"name": "Cup"})


def test_what_is_undone_was_never_written_down(app):
    product = add_product("mug").product

    with rehearsal():
        product.name = "Cup"
        audit.record("product.edited", product, actor="ada")
        db.session.flush()

    assert db.session.query(AuditEntry).count() == 0


def test_a_new_row_is_written_down_with_its_id(app):
    soon = clock.now() + timedelta(hours=1)
    with transaction() as session:
        job = Job(name="x", arguments={"order_id": 7}, run_after=soon)
        session.add(job)
        audit.record("job.added", job, actor="ada")

    entry = db.session.query(AuditEntry).one()
    assert entry.record_id == "1"
    assert entry.after["arguments"] == {"order_id": 7}
    assert entry.after["run_after"] == soon.isoformat()


def test_a_secret_is_never_written_down(app):
    user = add_user("eve@example.com")

    with transaction():
        user.password = "canary"
        audit.record("user.edited", user, actor="ada")

    assert db.session.query(AuditEntry).one().after == {"password": "…"}


def test_an_entry_cannot_be_changed_or_deleted(app):
    user = add_user("eve@example.com")
    with transaction():
        entry = audit.record("x", user, actor="ada", before={}, after={})

    def attempt(change):
        with transaction():
            change()

    for change in (lambda: setattr(entry, "actor", "eve"), lambda: db.session.delete(entry)):
        with pytest.raises(RuntimeError, match="may not be changed"):
            attempt(change)
    assert db.session.query(AuditEntry).one().actor == "ada"


def test_an_entry_belongs_inside_a_transaction(app):
    user = add_user("eve@example.com")

    with pytest.raises(RuntimeError, match="inside a transaction"):
        audit.record("x", user, actor="ada")

"""A form from another site is refused at every door; one of our own is let in."""

import re

import pytest

from app.db import db
from app.models import Category
from tests.admin.addresses import every, ids_of
from tests.admin.forms import fields


@pytest.fixture
def guarded(app):
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_no_form_is_accepted_without_its_token(guarded, staff, full_shop):
    owner = staff("owner")
    posts = [a.path.format(**ids_of(full_shop)) for a in every() if a.method == "POST"]

    answers = {path: owner.post(path, data={"name": "x"}).status_code for path in posts}

    assert {path: status for path, status in answers.items() if status != 400} == {}
    assert len(answers) > 30


def test_a_form_with_its_token_is_accepted(guarded, staff):
    owner = staff("owner")
    form = fields(owner.get("/admin/category/new/"), "slug")

    assert owner.post("/admin/category/new/", data=form | {"name": "Tea"}).status_code == 302
    assert db.session.scalar(db.select(Category.name)) == "Tea"


def test_every_form_that_posts_carries_a_token(guarded, staff, full_shop):
    owner = staff("owner")
    for address in every():
        if address.method != "GET" or "export" in address.path:
            continue
        answer = owner.get(address.path.format(**ids_of(full_shop)))
        page = answer.text if answer.mimetype == "text/html" else ""  # paper and pictures have none
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.S):
            assert 'name="csrf_token"' in form, address.path

"""Lists on PostgreSQL, which is stricter than SQLite: filtered, sorted, searched, and their pages."""

from datetime import timedelta

import pytest
from flask import current_app

from app import clock
from app.admin.registry import TABLE
from app.db import transaction
from app.models import Customer, Invoice
from tests.admin.addresses import IDS, ids_of

pytestmark = pytest.mark.databases("postgresql")
BILLING = [entry.endpoint for entry in TABLE if entry.group in {"Sell", "Bill"}]
WORDS = ("ada@example.com", "#1001", "pi_1", "ABCDE%")
TYPED = {"datepicker": "2026-11-21"}  # what else is typed into a filter is a number, or a word


def views():
    pages = current_app.view_functions
    return [pages[f"{endpoint}.index_view"].__self__ for endpoint in [*BILLING, "customer"]]


def queries(view):
    """All filters at once, every sorting in both directions, and searches."""
    known = list((view._filter_args or {}).items())
    for choice in (0, -1):
        yield {
            f"flt{place}_{name}": fitting(view, filter_)[choice]
            for place, (name, (_number, filter_)) in enumerate(known)
        }
    for number, column in enumerate(view.column_list or []):
        if view.is_sortable(column):
            yield {"sort": number}
            yield {"sort": number, "desc": 1}
    for words in WORDS if view.searched_by else ():
        yield {"search": words}


def fitting(view, filter_):
    """What can be chosen, or typed, for a filter."""
    options = [value for value, _ in filter_.get_options(view) or [] if value]
    return options or [TYPED.get(filter_.data_type, "12")]


def test_every_list_answers_however_it_is_asked(staff, full_shop):
    owner = staff()

    for view in views():
        path = f"/admin/{view.endpoint}/"
        for query in queries(view):
            answer = owner.get(path, query_string=query)
            assert answer.status_code == 200, (path, query)
        if view.can_export:
            assert b"Traceback" not in owner.get(f"{path}export/csv/", buffered=True).data
        if view.can_view_details and view.endpoint in IDS:
            record = ids_of(full_shop)[IDS[view.endpoint]]
            assert owner.get(f"{path}details/?id={record}").status_code == 200, path


@pytest.mark.databases("sqlite", "postgresql")
def test_what_is_alike_keeps_its_place_and_what_is_empty_comes_last(staff):
    with transaction() as session:
        ada = Customer(email="ada@example.com")
        for number in range(30):
            due = clock.now() + timedelta(days=9) if number % 3 else None
            session.add(
                Invoice(
                    customer=ada, currency="eur", number=f"N-{number:02}", due_at=due,
                    _status="open", total_amount=100,
                )
            )  # fmt: skip
    owner = staff()

    def numbers(**query):
        pages = [
            owner.get("/admin/invoice/", query_string=query | {"page": page}).text.partition(
                "<tbody>"
            )[2]
            for page in (0, 1)
        ]
        return [part[:4] for page in pages for part in page.split(">N-")[1:]]

    totals = numbers(sort=3)
    due = numbers(sort=5)
    assert sorted(totals) == sorted(due) == [f"{number:02}</" for number in range(30)]
    assert [number for number in due if int(number[:2]) % 3 == 0] == due[20:]

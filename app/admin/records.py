"""Views of tables: lists, forms and pages, with every door shut that is not opened."""

import json
from typing import Any

from flask import Response, abort, request
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import func, or_, select

from app.admin import cells, lookups, states
from app.admin.base import StaffPage
from app.admin.export import SafeExport
from app.admin.writing import SafeWrites
from app.db import db

LAST_PAGE = 10_000
MOST = 1000  # what is counted exactly
LONGEST_SEARCH = 200


class RecordView(StaffPage, SafeWrites, SafeExport, ModelView):
    """A table. Creating, editing and deleting are off unless a view says otherwise."""

    one = "record"  # what one row is called
    searched_by = ""  # what can be typed to find a row, see `found_by`
    creates = edits = deletes = False
    can_view_details = True
    can_set_page_size = True
    page_size_options = (20, 50, 100)
    named_filter_urls = True
    simple_list_pager = True  # no COUNT(*) over a big table
    column_display_pk = False
    column_auto_select_related = True
    column_formatters_export: dict[str, Any] = {}
    column_type_formatters = column_type_formatters_detail = cells.TYPE_CELLS
    state_column = ""  # whose values become chips
    chip_states: tuple[str, ...] = ()
    saved: list[tuple[str, dict[str, str]]] = []

    @property
    def can_create(self) -> bool:
        return self.may("create_view")

    @property
    def can_edit(self) -> bool:
        return self.may("edit_view")

    @property
    def can_delete(self) -> bool:
        return self.may("delete_view")

    def offers(self, name: str) -> bool:
        switches = {
            "create_view": self.creates,
            "edit_view": self.edits,
            "delete_view": self.deletes,
            "details_view": self.can_view_details,
            "export": self.can_export,
            "ajax_lookup": bool(self._form_ajax_refs),
            "ajax_update": bool(self.column_editable_list),
            "action_view": self.deletes or any(name != "delete" for name, _ in self._actions),
        }
        return super().offers(name) and switches.get(name, True)

    def is_action_allowed(self, name: str) -> bool:
        return self.may("delete_view" if name == "delete" else "action_view")

    def heading(self, row: Any) -> str:
        """What stands over the form in which a row is changed."""
        return str(row)

    def delete_words(self, row: Any) -> str:
        """The question before a row is deleted."""
        return f"Delete “{row}”? This cannot be undone."

    def found_by(self, words: str) -> list[Any]:
        """The conditions any of which makes a row one that is searched for."""
        raise NotImplementedError(f"{type(self).__name__} says nothing about searching")

    def init_search(self) -> bool:
        return bool(self.searched_by)

    def search_placeholder(self) -> str:
        return self.searched_by

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> tuple[Any, Any, Any, Any]:
        return query.filter(or_(*self.found_by(search))), count_query, joins, count_joins

    def _apply_sorting(
        self, query: Any, joins: Any, sort_column: Any, sort_desc: bool
    ) -> tuple[Any, Any]:
        """What is alike stands in the order of its keys: else a row may be on two pages, or none."""
        query, joins = super()._apply_sorting(query, joins, sort_column, sort_desc)
        key = self.model.__mapper__.primary_key[0]
        column = self.model.__mapper__.columns.get(sort_column or "")
        if sort_desc and column is not None and column.nullable:
            return (
                query,
                joins,
            )  # PostgreSQL would have to sort all the empty ones, which come first
        return query.order_by(key.desc() if sort_desc else key), joins

    def _order_by(
        self, query: Any, joins: Any, sort_joins: Any, sort_field: Any, sort_desc: bool
    ) -> tuple[Any, Any]:
        """What is empty comes last when the smallest comes first, on every database."""
        if sort_joins:
            return super()._order_by(query, joins, sort_joins, sort_field, sort_desc)
        order = sort_field.desc() if sort_desc else sort_field.asc().nulls_last()
        return query.order_by(order), joins

    def get_one(self, id: Any) -> Any:
        """A row by what the address says; nonsense finds nothing on every database."""
        key = lookups.id_of(id) if self._has_number else str(id).replace("\x00", "")
        return db.session.get(self.model, key) if key is not None else None

    def chips(self) -> list[dict[str, Any]]:
        """Quick filters by state, each with how many there are, counted up to a limit."""
        if not self.chip_states:
            return []
        argument = "flt0_state_equals"  # the filter is called State on every page
        chosen = request.args.get(argument, "")
        rows = [("", "All", "")]
        rows += [(s, states.word(s), self.count_of(s)) for s in self.chip_states]
        return [
            {
                "label": label,
                "count": count,
                "on": state == chosen,
                "url": self.get_url(".index_view", **({argument: state} if state else {})),
            }
            for state, label, count in rows
        ]

    def count_of(self, state: str) -> str:
        column = getattr(self.model, self.state_column)
        return capped(select(1).select_from(self.model).where(column == state))

    def saved_views(self) -> list[tuple[str, str]]:
        return [(label, self.get_url(".index_view", **args)) for label, args in self.saved]

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> Response:
        loader = self._form_ajax_refs.get(request.args.get("name", ""))
        if loader is None:
            abort(404)
        found = loader.get_list(request.args.get("query", ""), 0, 10)
        answer = json.dumps([loader.format(row) for row in found])
        return Response(answer, mimetype="application/json")

    @property
    def _has_number(self) -> bool:
        return self.model.__mapper__.primary_key[0].type.python_type is int

    def _get_list_extra_args(self) -> Any:
        args = super()._get_list_extra_args()
        args.page = min(max(args.page or 0, 0), LAST_PAGE)
        if args.search:
            args.search = args.search.replace("\x00", "").strip()[:LONGEST_SEARCH]
        return args


def capped(rows: Any) -> str:
    """How many, exactly as far as it is cheap."""
    found = db.session.scalar(select(func.count()).select_from(rows.limit(MOST + 1).subquery()))
    return str(found) if (found or 0) <= MOST else f"{MOST:,}+"

"""The first page: how the shop is doing, and what needs somebody now. And the search."""

from typing import Any

from flask import request
from flask_admin import AdminIndexView, expose

from app.admin import figures, searching
from app.admin.base import StaffPage

PERIODS = (7, 30, 90)


class Dashboard(StaffPage, AdminIndexView):
    @expose("/")
    def index(self) -> str:
        days = request.args.get("days", 30, type=int)
        days = days if days in PERIODS else 30
        return self.render("admin/dashboard.html", **figures.dashboard(days), periods=PERIODS)

    @expose("/search")
    def search(self) -> str:
        """Whatever a few words find; `part` asks for hits only."""
        words = request.args.get("q", "").replace("\x00", "").strip()[:100]
        hits: list[Any] = searching.hits(words) if words else []
        template = "admin/_search_hits.html" if "part" in request.args else "admin/search.html"
        return self.render(template, words=words, hits=hits)

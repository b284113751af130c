"""How the catalog is divided."""

from typing import Any

from flask_admin.form import BaseForm
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from app.admin.cells import link_to, number
from app.admin.fields import PlainText
from app.admin.lookups import Lookup, contains
from app.admin.records import RecordView
from app.db import db
from app.errors import ShopError
from app.models import Category, Product
from app.services import products


class CategoryView(RecordView):
    one = "category"
    lead = "The shelves of the shop."
    creates = edits = deletes = True
    can_view_details = False
    column_list = ["name", "parent", "slug", "position"]
    column_labels = {"slug": "In the address", "parent": "Part of"}
    column_default_sort = "position"
    column_sortable_list = ["name", "position"]
    searched_by = "Name"
    column_formatters = {"name": link_to("category.edit_view"), "position": number}
    form_columns = ["name", "slug", "parent", "description", "position"]
    form_overrides = {"name": PlainText, "description": TextAreaField}
    form_extra_fields = {
        "slug": PlainText("In the address", description="Such as tea; empty: made from the name.")
    }
    form_ajax_refs = {"parent": Lookup("parent", Category, Category.name)}
    form_args = {
        "parent": {"label": "Part of", "allow_blank": True},
        "position": {"description": "Lower numbers come first."},
    }
    form_widget_args = {"description": {"rows": 3}}

    def found_by(self, words: str) -> list[Any]:
        return [contains(Category.name, words)]

    def on_model_change(self, form: BaseForm, model: Category, is_created: bool) -> None:
        model.slug = products.slug_of(model.slug or model.name)
        model.position = model.position or 0
        above = model.parent
        while above is not None:
            if above is model:
                raise ValidationError("A category cannot be part of itself.")
            above = above.parent

    def on_model_delete(self, model: Category) -> None:
        if db.session.scalar(select(Product.id).where(Product.category_id == model.id).limit(1)):
            raise ShopError(f"{model} was kept: there are products in it.")
        if model.children:
            raise ShopError(f"{model} was kept: other categories are part of it.")

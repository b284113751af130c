"""Tax rates: how much tax is on what, where it goes."""

from decimal import Decimal
from typing import Any

from flask_admin.form import BaseForm
from markupsafe import Markup
from sqlalchemy import select
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app import plugins, settings
from app.admin import filters
from app.admin.fields import PlainText, country
from app.admin.lookups import contains
from app.admin.money_fields import PercentField
from app.admin.records import RecordView
from app.admin.writing import SeenField
from app.db import db
from app.models import Product, TaxRate
from app.plugins.tax import FromTable


def _rate(_view: Any, _context: Any, row: TaxRate, _name: str) -> Markup:
    url = _view.get_url(".details_view", id=row.id)
    return Markup('<a class="strong" href="{}">{:g} %</a>').format(url, row.rate / 100)


def _country(_view: Any, _context: Any, row: TaxRate, _name: str) -> str:
    return row.country or "Everywhere else"


def _category(_view: Any, _context: Any, row: TaxRate, _name: str) -> str:
    return row.tax_category or "Everything else"


class TaxRateForm(BaseForm):
    country = PlainText(
        "Country",
        description="Two letters; empty: everywhere else.",
        validators=[Optional(), country],
    )
    tax_category = PlainText(
        "Tax category",
        description="As products have it, such as books; empty: everything else.",
        validators=[Length(max=40, message="At most 40, please.")],
    )
    name = PlainText("Name", description="Such as VAT.", validators=[Length(max=60)])
    rate = PercentField("Percent", validators=[InputRequired("How much, please?")])
    active = BooleanField("In use", default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row: TaxRate | None = kwargs.get("obj")

    def validate_rate(self, field: PercentField) -> None:
        if field.data is None or not 0 <= field.data < 10_000:
            raise ValidationError("From 0 to less than 100 percent, please.")

    def validate_tax_category(self, field: PlainText) -> None:
        place = (self.country.data or "").upper()
        same = select(TaxRate.id).where(
            TaxRate.country == place, TaxRate.tax_category == field.data
        )
        other = db.session.scalar(same)
        if other is not None and (self.row is None or other != self.row.id):
            raise ValidationError("There is a line for this country and category already.")


class EditTaxRateForm(TaxRateForm):
    seen = SeenField()


class TaxRateView(RecordView):
    one = "tax rate"
    creates = edits = deletes = can_export = True
    column_list = ["rate", "name", "country", "tax_category", "active"]
    column_details_list = ["rate", "name", "country", "tax_category", "active"]
    column_labels = {"rate": "Percent", "tax_category": "Category", "active": "In use"}
    column_formatters = {"rate": _rate, "country": _country, "tax_category": _category}
    column_formatters_export = {"rate": lambda v, c, row, n: f"{row.rate / 100:g}"}
    column_default_sort = "country"
    column_sortable_list = ["country", "rate"]
    searched_by = "Country, category or name"
    column_filters = [
        filters.Equals(TaxRate.country, "Country"),
        filters.Contains(TaxRate.tax_category, "Category"),
        filters.Condition(TaxRate.id, "In use", TaxRate.active),
    ]
    form_columns = ["country", "tax_category", "name", "rate", "active"]

    @property
    def lead(self) -> str:  # type: ignore[override]
        """What counts now: this table, or another plug-in, or what both say of the shop's own."""
        if not isinstance(plugins.tax(), FromTable):
            return f"Not used: the setting TAX_PROVIDER names {type(plugins.tax()).__name__}."
        place = settings.current().shop_country
        usual = plugins.tax().rate(country=place, tax_category="standard") * 100
        how = "in the prices" if settings.current().prices_include_tax else "on top of the prices"
        return f"The most fitting line counts. In {place} it is {_plain(usual)} % now, {how}."

    def get_create_form(self) -> type[BaseForm]:
        return TaxRateForm

    def get_edit_form(self) -> type[BaseForm]:
        return EditTaxRateForm

    def found_by(self, words: str) -> list[Any]:
        return [
            TaxRate.country == words.upper(),
            contains(TaxRate.tax_category, words),
            contains(TaxRate.name, words),
        ]

    def delete_words(self, row: TaxRate) -> str:
        used = select(Product.id).where(Product.tax_category == row.tax_category).limit(1)
        some = row.tax_category and db.session.scalar(used)
        more = " Products of this category take the next fitting line." if some else ""
        return f"Delete {row}?{more} What was sold keeps its tax."


def _plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"

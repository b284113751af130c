"""What is on the shelf, what is reserved, and the ledger of every change."""

from typing import Any

from flask_admin.form import BaseForm
from wtforms import RadioField
from wtforms.validators import InputRequired, Length, NumberRange

from app.admin import filters, states
from app.admin.cells import badge, link_to, number
from app.admin.fields import PlainText, WholeField
from app.admin.lookups import contains
from app.admin.records import RecordView
from app.admin.todo import low
from app.admin.variant import product_cell, with_product
from app.admin.writing import PlainWords, SeenField
from app.db import db
from app.models import MovementKind, Product, Stock, StockMovement, Variant
from app.services import stock
from app.sign_in import actor

COUNTED = "counted"
WAYS = [
    (MovementKind.RESTOCK.value, "More came in"),
    (MovementKind.CORRECTION.value, "Some are gone (broken, lost, given away)"),
    (COUNTED, "We counted: this many are there"),
]


class StockForm(BaseForm):
    seen = SeenField()
    way = RadioField("What happened", choices=WAYS, default=MovementKind.RESTOCK.value)
    quantity = WholeField(
        "Pieces",
        validators=[
            InputRequired("How many, please?"),
            NumberRange(0, stock.LARGEST, "A number from 0 on, please."),
        ],
    )
    reason = PlainText(
        "Why",
        validators=[
            InputRequired("A few words, please: the ledger keeps them."),
            Length(max=300, message="A little shorter, please."),
        ],
    )


def _available(_view: Any, _context: Any, row: Stock, _name: str) -> Any:
    if row.available <= 0:
        return states.badge("sold out")
    return number(None, None, row, "available")


class StockView(RecordView):
    one = "stock"
    lead = "Pieces on the shelf, those that orders hold, and what is left for sale."
    edits = can_export = True
    can_view_details = False
    edit_template = "admin/stock_form.html"
    column_list = ["variant", "sku", "on_hand", "reserved", "available"]
    column_labels = {
        "variant": "Product",
        "sku": "Article no.",
        "on_hand": "On hand",
        "available": "For sale",
    }
    searched_by = "Name or article number"
    column_sortable_list = ["on_hand", "reserved"]
    column_default_sort = "on_hand"
    column_formatters = {
        "variant": link_to("stock.edit_view", lambda row: row.variant.full_name, key="variant_id"),
        "sku": lambda v, c, row, n: row.variant.sku,
        "available": _available,
        "on_hand": number,
        "reserved": number,
    }
    column_formatters_export = {
        "variant": lambda v, c, row, n: row.variant.full_name,
        "sku": lambda v, c, row, n: row.variant.sku,
    }
    column_filters = [filters.Condition(Stock.on_hand, "Low", low())]
    saved = [("Almost gone", {"flt0_low_equals": "yes"})]
    form_columns = ["on_hand"]
    column_auto_select_related = False  # see get_query

    def attention(self) -> int:
        found = db.session.query(Stock.variant_id).join(Stock.variant).join(Variant.product)
        return len(found.filter(low()).limit(100).all())

    def get_query(self) -> Any:
        return with_product(db.session.query(Stock), Stock.variant)

    def found_by(self, words: str) -> list[Any]:
        return [contains(Variant.sku, words), contains(Product.name, words)]

    def get_edit_form(self) -> type[BaseForm]:
        return StockForm

    def update_model(self, form: StockForm, model: Stock) -> bool:
        variant_id, reason, pieces = model.variant_id, form.reason.data, form.quantity.data
        with PlainWords():
            self.require_unmoved(form, model)
            if form.way.data == COUNTED:
                stock.set_on_hand(variant_id, on_hand=pieces, reason=reason, actor=actor())
            else:
                kind = MovementKind(form.way.data)
                sign = 1 if kind == MovementKind.RESTOCK else -1
                stock.correct(
                    variant_id, quantity=sign * pieces, kind=kind, reason=reason, actor=actor()
                )
            return True
        return False

    def movements(self, variant_id: int) -> list[StockMovement]:
        """The ledger of one variant, newest first."""
        newest = db.session.query(StockMovement).filter_by(variant_id=variant_id)
        return list(newest.order_by(StockMovement.id.desc()).limit(20))


def _signed(_view: Any, _context: Any, row: StockMovement, _name: str) -> str:
    return f"{row.quantity:+}"


class MovementView(RecordView):
    one = "movement"
    column_auto_select_related = False  # see get_query
    lead = "Every change of stock, newest first. Lines are added, never changed."
    can_view_details = False
    can_export = True
    column_list = ["created_at", "variant", "quantity", "kind", "reason", "actor"]
    column_labels = {"created_at": "When", "actor": "Who", "variant": "Product"}
    column_default_sort = ("id", True)
    column_sortable_list = ["created_at"]
    searched_by = "Name, article number or reason"
    column_formatters = {
        "variant": product_cell(lambda row: row.variant.product),
        "quantity": _signed,
        "kind": badge,
    }
    column_filters = [
        filters.Equals(StockMovement.kind, "State", options=states.choices(MovementKind)),
        filters.Day(StockMovement.created_at, "Day"),
    ]

    def get_query(self) -> Any:
        return with_product(db.session.query(StockMovement), StockMovement.variant)

    def found_by(self, words: str) -> list[Any]:
        fields = (Variant.sku, Product.name, StockMovement.reason)
        return [contains(field, words) for field in fields]

"""Products: what the shop sells, with pictures, questions, variants, prices and stock."""

from typing import Any

from flask import flash, request
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.form import BaseForm
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, Regexp

from app import audit, settings
from app.admin import filters, frame, states
from app.admin.cells import badge, link_to, money
from app.admin.fields import LinesField, ListField, MoneyField, PlainText, WholeField
from app.admin.lookups import Lookup, contains
from app.admin.product_parts import PictureForm, ProductParts
from app.admin.records import RecordView
from app.db import db, transaction
from app.models import (
    Category,
    Product,
    ProductKind,
    ProductStatus,
    Question,
    QuestionType,
    Variant,
)
from app.services import products, stripe_catalog
from app.services.products import NewPrice
from app.sign_in import actor

SLUG = Regexp(r"^([a-z0-9]+(-[a-z0-9]+)*)?$", message="Small letters, digits and hyphens, please.")
KINDS = [(kind.value, kind.value.capitalize()) for kind in ProductKind]
TYPES = [(t.value, t.value.replace("_", " ").capitalize()) for t in QuestionType]


def _price(_view: Any, _context: Any, product: Product, _name: str) -> str:
    """What it costs, from the cheapest to the dearest variant."""
    currency = settings.current().shop_currency
    prices = [v.price_in(currency) for v in product.variants if v.active]
    amounts = sorted(price.unit_amount for price in prices if price)
    if not amounts:
        return _recurring_price(product)
    shown = [money(amount, currency) for amount in (amounts[0], amounts[-1])]
    return shown[0] if amounts[0] == amounts[-1] else " – ".join(shown)


def _recurring_price(product: Product) -> str:
    prices = [p for v in product.variants for p in v.prices if p.active and p.recurring]
    if not prices:
        return "–"
    first = min(prices, key=lambda p: p.unit_amount)
    return f"{money(first.unit_amount, first.currency)} a {first.interval}"


def _stock(_view: Any, _context: Any, product: Product, _name: str) -> Any:
    rows = [v.stock for v in product.variants if v.tracks_stock and v.active]
    if not rows:
        return "not counted"
    left = sum(row.available for row in rows if row)
    return left or states.badge("sold out")


class ProductView(ProductParts, RecordView):
    one = "product"
    lead = "What the shop sells. Changes show in the shop as soon as they are saved."
    creates = edits = deletes = can_export = True
    details_template = "admin/product.html"
    create_template = edit_template = "admin/product_form.html"
    column_list = ["name", "category", "kind", "price", "stock", "status"]
    column_export_list = ["name", "slug", "category", "kind", "status", "tags", "summary"]
    column_labels = {"status": "State", "stock": "For sale"}
    column_default_sort = "name"
    column_sortable_list = ["name"]
    searched_by = "Name or article number"
    column_formatters = {
        "name": link_to("product.details_view"),
        "status": badge,
        "price": _price,
        "stock": _stock,
        "kind": lambda v, c, p, n: str(p.kind).capitalize(),
    }
    column_filters = [
        filters.Equals(Product.status, "State", options=states.choices(ProductStatus)),
        filters.Equals(Product.kind, "Kind", options=KINDS),
        filters.Contains("category.name", "Category"),
    ]
    state_column = "status"
    chip_states = ("active", "draft", "archived")
    form_columns = [
        "name", "slug", "kind", "status", "category", "summary", "description", "tags", "features",
        "level", "featured", "coming_soon", "tax_category", "weight", "download_file", "questions",
    ]  # fmt: skip
    form_overrides = {
        "name": PlainText,
        "summary": PlainText,
        "description": TextAreaField,
        "tags": ListField,
        "features": LinesField,
        "level": PlainText,
        "tax_category": PlainText,
        "download_file": PlainText,
        "kind": SelectField,
        "status": SelectField,
    }
    form_extra_fields = {
        "slug": PlainText(
            "In the address", validators=[SLUG], description="Empty: made from the name."
        )
    }
    form_ajax_refs = {"category": Lookup("category", Category, Category.name)}
    form_args = {
        "kind": {"choices": KINDS},
        "status": {"choices": states.choices(ProductStatus)},
        "summary": {"description": "One sentence, shown in lists."},
        "description": {"description": "Markdown."},
        "tags": {"description": "Separated by commas."},
        "features": {"description": "One per line."},
        "level": {"description": "A free label, such as “Initié”."},
        "coming_soon": {"label": "Coming soon", "description": "Shown, but not for sale yet."},
        "weight": {"label": "Weight in grams", "validators": [Optional(), NumberRange(0, 1_000_000)]},
        "tax_category": {"label": "Tax category", "validators": [Optional(), Length(max=40)]},
        "category": {"allow_blank": True},
        "download_file": {"label": "File to download", "description": "Its key in storage."},
    }  # fmt: skip
    form_widget_args = {
        "description": {"rows": 8},
        "features": {"rows": 4},
        "weight": {"inputmode": "numeric"},
    }
    inline_models = [
        (
            Question,
            {
                "form_columns": ["id", "label", "type", "choices", "hint", "required", "position"],
                "form_overrides": {
                    "choices": LinesField,
                    "label": PlainText,
                    "hint": PlainText,
                    "type": SelectField,
                },
                "form_args": {
                    "type": {"choices": TYPES},
                    "choices": {"description": "For a choice: one per line."},
                },
            },
        )
    ]

    def get_query(self) -> Any:
        """Prices and stock of a page in one query each."""
        variants = selectinload(Product.variants)
        return db.session.query(Product).options(
            variants.selectinload(Variant.prices), variants.selectinload(Variant.stock)
        )

    def found_by(self, words: str) -> list[Any]:
        by_sku = select(Variant.product_id).where(contains(Variant.sku, words))
        return [contains(Product.name, words), Product.id.in_(by_sku)]

    def get_create_form(self) -> type[BaseForm]:
        """A new product brings its first variant along: article number, price, pieces."""
        first = {
            "sku": PlainText("Article number", validators=[Length(max=60)]),
            "price": MoneyField("Price", validators=[Optional()]),
            "pieces": WholeField(
                "Pieces on the shelf", validators=[Optional(), NumberRange(0, 1_000_000)]
            ),
        }
        return type("NewProductForm", (super().get_create_form(),), first)

    def write_new(self, session: Session, form: BaseForm) -> Product:
        product = self.build_new_instance()
        wanted = {name: form[name] for name in ("sku", "price", "pieces")}
        values = {name: field.data for name, field in wanted.items()}
        for name in wanted:
            del form[name]
        form.populate_obj(product)
        session.add(product)
        self.on_model_change(form, product, True)
        session.flush()
        price = values["price"]
        products.add_variant(
            session,
            product,
            sku=values["sku"] or product.slug.upper()[:60],
            price=None if price is None else _in_our_currency(price),
            pieces=values["pieces"],
            actor=actor(),
        )
        return product

    def on_model_change(self, form: BaseForm, model: Product, is_created: bool) -> None:
        with db.session.no_autoflush:
            model.slug = model.slug or products.free_slug(db.session(), model.name)
        for number, question in enumerate(model.questions):
            question.position = question.position or number
        model.weight = model.weight or 0
        model.tax_category = model.tax_category or "standard"

    def write(self, session: Session, form: BaseForm, row: Product) -> None:
        super().write(session, form, row)
        stripe_catalog.changed(row)

    def on_model_delete(self, model: Product) -> None:
        products.remove_parts(db.session(), model)

    def delete_words(self, row: Product) -> str:
        return f"Delete “{row}”? Only a product that nobody ever bought can be deleted."

    def get_save_return_url(self, model: Product, is_created: bool = False) -> str:
        return self.get_url(".details_view", id=model.id)

    @expose("/details/")
    def details_view(self) -> Any:
        product = self.product_or_404(request.args.get("id", ""))
        return self.render(
            self.details_template,
            model=product,
            picture_form=PictureForm(),
            return_url=self.get_url(".index_view"),
        )

    @action("publish", "Show in shop")
    def publish(self, ids: list[str]) -> None:
        self._move(ids, ProductStatus.ACTIVE, "in the shop")

    @action("archive", "Archive", "Archive the selected products? Nobody can find or buy them any more; orders stay as they are.")  # fmt: skip
    def archive(self, ids: list[str]) -> None:
        self._move(ids, ProductStatus.ARCHIVED, "archived")

    def _move(self, ids: list[str], status: ProductStatus, words: str) -> None:
        with transaction() as session:
            rows = [row for row in map(self.get_one, ids) if row is not None]
            for row in rows:
                row.status = status
                if session.is_modified(row):
                    stripe_catalog.changed(row)
                    audit.record("changed", row, actor=actor())
        flash(
            f"{len(rows)} {'product is' if len(rows) == 1 else 'products are'} {words}.", "success"
        )
        frame.forget()


def _in_our_currency(amount: int) -> NewPrice:
    return NewPrice(unit_amount=amount, currency=settings.current().shop_currency)

"""Products: what the shop sells, with pictures, questions, variants, prices and stock."""

from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.actions import action
from flask_admin.form import BaseForm
from flask_wtf.file import FileField
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app import audit, settings
from app.admin import filters, frame, states
from app.admin.cells import badge, link_to, money
from app.admin.fields import LinesField, ListField, MoneyField, PlainText
from app.admin.lookups import Lookup, contains
from app.admin.records import RecordView
from app.admin.writing import PlainWords
from app.db import db, transaction
from app.errors import ShopError
from app.models import (
    Category,
    Product,
    ProductKind,
    ProductStatus,
    Question,
    QuestionType,
    Variant,
)
from app.services import pictures, products
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


class PictureForm(BaseForm):
    picture = FileField("Picture", validators=[InputRequired("Which file, please?")])
    alt = PlainText("What it shows", validators=[Length(max=300, message="A little shorter.")])


class ProductView(RecordView):
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
    column_searchable_list = ["name"]
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

    def _apply_search(
        self, query: Any, count_query: Any, joins: Any, count_joins: Any, search: str
    ) -> tuple[Any, Any, Any, Any]:
        by_sku = select(Variant.product_id).where(contains(Variant.sku, search))
        found = or_(contains(Product.name, search), Product.id.in_(by_sku))
        return query.filter(found), count_query, joins, count_joins

    def search_placeholder(self) -> str:
        return "Name or article number"

    def get_create_form(self) -> type[BaseForm]:
        """A new product brings its first variant along: article number, price, pieces."""
        first = {
            "sku": PlainText("Article number", validators=[Length(max=60)]),
            "price": MoneyField("Price", validators=[Optional()]),
            "pieces": IntegerField(
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
                    audit.record("changed", row, actor=actor())
        flash(
            f"{len(rows)} {'product is' if len(rows) == 1 else 'products are'} {words}.", "success"
        )
        frame.forget()

    @expose("/<int:product_id>/pictures", methods=["POST"])
    def create_picture(self, product_id: int) -> ResponseReturnValue:
        self.product_or_404(product_id)
        form = PictureForm(request.form)
        file = request.files.get("picture")
        with PlainWords():
            if file is None or not file.filename:
                raise ShopError("Which picture, please? Nothing was changed.")
            pictures.add(product_id, cast(BinaryIO, file.stream), alt=form.alt.data, actor=actor())
            flash("The picture is in the shop.", "success")
        return self.back_to(product_id)

    @expose("/<int:product_id>/pictures/<int:picture_id>/changes", methods=["POST"])
    def change_picture(self, product_id: int, picture_id: int) -> ResponseReturnValue:
        self.product_or_404(product_id)
        step = request.form.get("step", "")
        with PlainWords():
            if step == "remove":
                pictures.remove(product_id, picture_id, actor=actor())
            elif step == "first":
                pictures.put_first(product_id, picture_id, actor=actor())
            else:
                pictures.describe(
                    product_id, picture_id, alt=request.form.get("alt", ""), actor=actor()
                )
            flash("Done.", "success")
        return self.back_to(product_id)

    @expose("/<int:product_id>/variants", methods=["POST"])
    def create_variant(self, product_id: int) -> ResponseReturnValue:
        self.product_or_404(product_id)
        sku = request.form.get("sku", "").replace("\x00", "").strip()[:60]
        with PlainWords(), transaction() as session:
            if not sku:
                raise ShopError("Which article number, please? Nothing was changed.")
            product = session.get_one(Product, product_id)
            pieces = 0 if product.kind == ProductKind.PHYSICAL else None
            row = products.add_variant(session, product, sku=sku, pieces=pieces, actor=actor())
            audit.record("created", row, actor=actor(), before={}, after=audit.everything(row))
            return redirect(self.get_url("variant.edit_view", id=row.id), 303)
        return self.back_to(product_id)

    def product_or_404(self, product_id: object) -> Product:
        product: Product | None = self.get_one(product_id)
        return product if product is not None else abort(404)

    def back_to(self, product_id: int) -> ResponseReturnValue:
        return redirect(self.get_url(".details_view", id=product_id), 303)


def _in_our_currency(amount: int) -> NewPrice:
    return NewPrice(unit_amount=amount, currency=settings.current().shop_currency)

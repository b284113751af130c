"""What belongs to a product: its pictures, and its variants."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.form import BaseForm
from flask_wtf.file import FileField
from wtforms.validators import InputRequired, Length

from app import audit
from app.admin.base import StaffPage
from app.admin.fields import PlainText
from app.admin.writing import PlainWords
from app.db import transaction
from app.errors import ShopError
from app.models import Product, ProductKind
from app.services import pictures, products
from app.sign_in import actor


class PictureForm(BaseForm):
    picture = FileField("Picture", validators=[InputRequired("Which file, please?")])
    alt = PlainText("What it shows", validators=[Length(max=300, message="A little shorter.")])


class ProductParts(StaffPage):
    """What ProductView mixes in; everything returns to the product's page."""

    get_one: Callable[[Any], Any]

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

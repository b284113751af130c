"""Products, prices, pictures and stock, through the pages."""

import io

import pytest
from PIL import Image

from app import plugins
from app.db import db
from app.models import AuditEntry, Price, Product, Stock, StockMovement, Variant
from tests.admin.forms import fields, fill
from tests.goods import add_product

PAGE = "/admin/product/details/?id={}"


def picture(mode: str = "RGB", size: tuple[int, int] = (1200, 800), kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, "teal").save(content, kind)
    return content.getvalue()


def upload(client, product_id, content, name="cup.png"):
    data = {"picture": (io.BytesIO(content), name), "alt": "A cup"}
    return client.post(f"/admin/product/{product_id}/pictures", data=data)


def test_a_new_product_brings_its_price_and_its_pieces(staff):
    answer = fill(
        staff("catalog"), "/admin/product/new/", "summary",
        name="Crème brûlée", price="4,50", pieces="7", status="active", tags="sweet, sweet, cold",
    )  # fmt: skip

    product = db.session.scalars(db.select(Product)).one()
    variant = product.variants[0]
    assert answer.status_code == 302
    assert (product.slug, product.tags) == ("creme-brulee", ["sweet", "cold"])
    assert variant.price_in("eur").unit_amount == 450
    assert variant.stock.on_hand == 7
    assert [m.quantity for m in db.session.scalars(db.select(StockMovement))] == [7]


def test_a_product_is_asked_questions_in_its_own_form(staff):
    variant = add_product("mug")
    path = f"/admin/product/edit/?id={variant.product_id}"
    rows = {
        "questions-0-label": "Which name?", "questions-0-type": "choice",
        "questions-0-choices": "Ada\nBob", "questions-0-required": "y",
    }  # fmt: skip

    fill(staff("catalog"), path, "summary", **rows)

    question = db.session.get_one(Product, variant.product_id).questions[0]
    assert (question.label, question.choices, question.required) == (
        "Which name?", ["Ada", "Bob"], True,
    )  # fmt: skip
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert "Which name?" in str(entry.after["questions"])


def test_a_new_amount_is_a_new_price_and_the_old_one_is_archived(staff):
    variant = add_product("mug", unit_amount=1900)
    path = f"/admin/price/new/?variant={variant.id}"

    fill(staff("catalog"), path, "unit_amount", unit_amount="21.50")

    prices = db.session.scalars(db.select(Price).order_by(Price.id)).all()
    assert [(p.unit_amount, p.active) for p in prices] == [(1900, False), (2150, True)]


@pytest.mark.parametrize("amount", ["", "abc", "-1", "1.005", "9" * 12])
def test_what_is_no_price_is_refused(staff, amount):
    variant = add_product("mug")
    path = f"/admin/price/new/?variant={variant.id}"

    refused = fill(staff("catalog"), path, "unit_amount", unit_amount=amount)

    assert refused.status_code == 200
    assert db.session.query(Price).count() == 1


def test_a_yen_has_no_cents(staff):
    variant = add_product("mug")
    path = f"/admin/price/new/?variant={variant.id}"

    catalog = staff("catalog")
    refused = fill(catalog, path, "unit_amount", unit_amount="1.50", currency="jpy")
    fill(catalog, path, "unit_amount", unit_amount="150", currency="jpy")

    assert "JPY has 0 digits" in refused.text
    assert db.session.get_one(Variant, variant.id).price_in("jpy").unit_amount == 150


def test_a_price_is_archived_and_never_edited_or_deleted(staff):
    price_id = add_product("mug").prices[0].id
    catalog = staff("catalog")

    assert catalog.get(f"/admin/price/edit/?id={price_id}").status_code == 404
    assert catalog.post("/admin/price/delete/", data={"id": str(price_id)}).status_code == 404
    assert catalog.post(f"/admin/price/{price_id}/archive").status_code == 303
    assert not db.session.get_one(Price, price_id).active


def test_an_uploaded_picture_is_encoded_anew_in_three_widths(staff):
    variant = add_product("mug")

    upload(staff("catalog"), variant.product_id, picture())

    product = db.session.get_one(Product, variant.product_id)
    stem = product.pictures[0].stem
    sizes = []
    for width in (320, 640, 960):
        with plugins.storage().open(f"pictures/{stem}-{width}.webp") as file:
            image = Image.open(file)
            sizes.append((image.format, image.size))
    assert sizes == [("WEBP", (320, 213)), ("WEBP", (640, 427)), ("WEBP", (960, 640))]


def test_what_a_camera_wrote_into_a_picture_does_not_leave_the_house(staff):
    variant = add_product("mug")
    exif = Image.Exif()
    exif[0x010F] = "Ada's camera"
    content = io.BytesIO()
    Image.new("RGB", (400, 400)).save(content, "JPEG", exif=exif)

    upload(staff("catalog"), variant.product_id, content.getvalue(), "cup.jpg")

    stem = db.session.get_one(Product, variant.product_id).pictures[0].stem
    with plugins.storage().open(f"pictures/{stem}-320.webp") as file:
        assert b"Ada" not in file.read()


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a", picture()[:200], b"%PDF-1.4"]
)
def test_what_is_no_picture_is_refused_in_words(staff, content):
    variant = add_product("mug")
    catalog = staff("catalog")

    upload(catalog, variant.product_id, content)

    assert "no picture we can read" in catalog.get(PAGE.format(variant.product_id)).text
    assert db.session.get_one(Product, variant.product_id).pictures == []


def test_pictures_are_ordered_described_and_taken_away(staff):
    variant = add_product("mug")
    catalog = staff("catalog")
    for _ in range(2):
        upload(catalog, variant.product_id, picture())
    first, second = (p.id for p in db.session.get_one(Product, variant.product_id).pictures)
    path = f"/admin/product/{variant.product_id}/pictures/{{}}/changes"

    catalog.post(path.format(second), data={"step": "first"})
    catalog.post(path.format(second), data={"step": "describe", "alt": "From above"})
    catalog.post(path.format(first), data={"step": "remove"})

    pictures = db.session.get_one(Product, variant.product_id).pictures
    assert [(p.id, p.alt) for p in pictures] == [(second, "From above")]


def test_counting_writes_the_difference_into_the_ledger(staff):
    variant = add_product("mug", stock=10)
    path = f"/admin/stock/edit/?id={variant.id}"

    fill(staff("orders"), path, "reason", way="counted", quantity="7", reason="counted on Friday")

    movement = db.session.scalars(
        db.select(StockMovement).order_by(StockMovement.id.desc())
    ).first()
    assert db.session.get_one(Stock, variant.id).on_hand == 7
    assert (movement.quantity, movement.actor) == (-3, "orders@storekeeper.example")


def test_a_count_that_somebody_else_changed_meanwhile_is_not_written(staff):
    variant = add_product("mug", stock=10)
    path = f"/admin/stock/edit/?id={variant.id}"
    orders = staff("orders")
    opened = fields(orders.get(path), "reason")
    fill(staff("catalog"), path, "reason", way="restock", quantity="5", reason="delivery")

    refused = orders.post(path, data=opened | {"way": "counted", "quantity": "10", "reason": "x"})

    assert "Your changes were not saved" in refused.text
    assert db.session.get_one(Stock, variant.id).on_hand == 15


def test_a_product_that_was_stocked_is_kept_and_an_untouched_one_goes(staff):
    kept, gone = add_product("mug", stock=5), add_product("idea", stock=None)
    catalog = staff("catalog")

    for variant in (kept, gone):
        catalog.post("/admin/product/delete/", data={"id": str(variant.product_id)})

    assert [p.slug for p in db.session.scalars(db.select(Product))] == ["mug"]
    assert "Archive it instead" in catalog.get("/admin/product/").text


def test_many_products_are_archived_at_once(staff):
    ids = [str(add_product(f"mug-{n}").product_id) for n in range(2)]

    staff("catalog").post("/admin/product/action/", data={"action": "archive", "rowid": ids})

    assert {p.status for p in db.session.scalars(db.select(Product))} == {"archived"}
    assert db.session.query(AuditEntry).filter_by(action="changed").count() == 2

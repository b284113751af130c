"""The traps of Flask-Admin's own create, update and delete."""

from app.db import db, transaction
from app.models import AuditEntry, Category, Customer, Product
from tests.admin.forms import fields, fill
from tests.goods import add_product


def add_category(name: str = "Tea") -> int:
    with transaction() as session:
        row = Category(slug=name.lower(), name=name)
        session.add(row)
        session.flush()
        return row.id


def latest_entry() -> AuditEntry:
    return db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def test_a_new_row_is_written_down_with_its_author(staff):
    response = fill(staff("catalog"), "/admin/category/new/", "slug", name="Green Tea")

    entry = latest_entry()
    assert response.status_code == 302
    assert db.session.scalar(db.select(Category.slug)) == "green-tea"
    assert (entry.action, entry.actor) == ("created", "catalog@storekeeper.example")
    assert entry.after["name"] == "Green Tea"


def test_a_change_is_written_down_with_what_was_and_what_became_of_it(staff):
    path = f"/admin/category/edit/?id={add_category()}"

    fill(staff("catalog"), path, "slug", name="Coffee")

    entry = latest_entry()
    assert (entry.before, entry.after) == ({"name": "Tea"}, {"name": "Coffee"})


def test_the_second_of_two_people_is_told_who_was_quicker_and_loses_nothing(staff):
    path = f"/admin/category/edit/?id={add_category()}"
    ada, bob = staff("owner"), staff("catalog")
    opened = fields(bob.get(path), "slug")
    fill(ada, path, "slug", name="Coffee")

    refused = bob.post(path, data=opened | {"name": "Cocoa"})

    assert "owner@storekeeper.example changed this at" in refused.text
    assert "Your changes were not saved" in refused.text
    assert 'value="Cocoa"' in refused.text
    assert db.session.scalar(db.select(Category.name)) == "Coffee"

    kept = bob.post(path, data=fields(refused, "slug"))

    assert kept.status_code == 302
    assert db.session.scalar(db.select(Category.name)) == "Cocoa"


def test_a_form_without_the_hidden_version_changes_nothing(staff):
    path = f"/admin/category/edit/?id={add_category()}"

    refused = staff("catalog").post(path, data={"name": "Cocoa", "slug": "tea", "position": "0"})

    assert "Your changes were not saved" in refused.text
    assert db.session.scalar(db.select(Category.name)) == "Tea"


def test_a_deleted_row_is_kept_in_the_audit_log(staff):
    category_id = add_category()

    staff("catalog").post("/admin/category/delete/", data={"id": str(category_id)})

    assert db.session.get(Category, category_id) is None
    assert latest_entry().before["name"] == "Tea"


def test_many_rows_deleted_at_once_are_written_down_one_by_one(staff):
    ids = [str(add_category("Tea")), str(add_category("Coffee"))]
    data = {"action": "delete", "rowid": [*ids, "999", "nonsense"]}

    staff("catalog").post("/admin/category/action/", data=data)

    assert db.session.scalars(db.select(Category)).all() == []
    entries = db.session.scalars(db.select(AuditEntry).filter_by(action="deleted")).all()
    assert [entry.before["name"] for entry in entries] == ["Tea", "Coffee"]


def test_a_database_that_refuses_is_put_into_words(staff):
    add_category()

    refused = fill(staff("catalog"), "/admin/category/new/", "slug", name="Other", slug="tea")

    assert "has this name, number or address already" in refused.text
    assert "UNIQUE" not in refused.text
    assert 'value="Other"' in refused.text


def test_a_row_that_others_need_is_kept(staff):
    category_id = add_category()
    add_product("mug", category_id=category_id)
    catalog = staff("catalog")

    catalog.post("/admin/category/delete/", data={"id": str(category_id)})

    assert "there are products in it" in catalog.get("/admin/category/").text
    assert db.session.get(Category, category_id) is not None


def test_fields_that_are_not_in_the_form_are_not_read(staff):
    variant = add_product("mug")
    path = f"/admin/product/edit/?id={variant.product_id}"
    before = db.session.get_one(Product, variant.product_id).created_at

    sent = {"id": "77", "created_at": "2001-01-01", "version": "99", "name": "Cup"}
    fill(staff("catalog"), path, "summary", **sent)

    product = db.session.get_one(Product, variant.product_id)
    assert (product.name, product.created_at) == ("Cup", before)


def test_a_customer_cannot_be_given_somebody_elses_account(staff):
    with transaction() as session:
        session.add(Customer(email="eve@example.com"))
    path = "/admin/customer/edit/?id=1"

    sent = {"user_id": "1", "stripe_customer_id": "cus_evil", "name": "Eve"}
    fill(staff("support"), path, "notes", **sent)

    eve = db.session.get_one(Customer, 1)
    assert (eve.name, eve.user_id, eve.stripe_customer_id) == ("Eve", None, None)

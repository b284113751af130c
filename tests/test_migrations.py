"""The migrations lead to the models and back, on both databases, with goods in the shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.db import db
from app.models import Product
from tests import goods, servers
from tests.dump import dump

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")


def test_they_lead_to_the_models(shop: Flask):
    upgrade(MIGRATIONS)

    assert differences() == []


def test_they_lead_back_to_nothing_and_up_again(shop: Flask):
    upgrade(MIGRATIONS)
    downgrade(MIGRATIONS, revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]

    upgrade(MIGRATIONS)
    assert differences() == []


def test_a_shop_with_goods_can_go_down_and_up(shop: Flask):
    upgrade(MIGRATIONS)
    goods.add_small_catalog()
    assert db.session.query(Product).count() == 4
    db.session.remove()

    downgrade(MIGRATIONS, revision="base")
    upgrade(MIGRATIONS)

    assert db.session.query(Product).count() == 0
    goods.add_small_catalog()
    assert db.session.query(Product).count() == 4


def test_doing_them_again_changes_nothing(shop: Flask):
    upgrade(MIGRATIONS)
    goods.add_small_catalog()
    before = dump()

    upgrade(MIGRATIONS)

    assert dump() == before


def test_there_is_one_line_of_them():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def test_a_model_without_a_migration_is_noticed(shop: Flask):
    upgrade(MIGRATIONS)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE products ADD COLUMN aroma VARCHAR(20)")

    ((what, _schema, table, column),) = differences()
    assert (what, table, column.name) == ("remove_column", "products", "aroma")


def differences() -> list[tuple]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, db.metadata)


@pytest.fixture
def shop(bare_database: str, tmp_path: Path) -> Iterator[Flask]:
    with servers.opened(bare_database, tmp_path) as app:
        yield app

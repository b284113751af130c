"""What watches the server can tell alive from ready."""

from app import create_app
from config import testing as settings_for_tests


def test_a_shop_with_its_tables_is_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_without_its_tables_it_is_alive_but_not_ready(tmp_path):
    empty = create_app(settings_for_tests(database_url=f"sqlite:///{tmp_path}/empty.db"))

    assert empty.test_client().get("/healthz").status_code == 200
    assert empty.test_client().get("/readyz").status_code == 503


def test_without_its_database_it_is_alive_but_not_ready(tmp_path):
    away = create_app(settings_for_tests(database_url="postgresql://nobody@127.0.0.1:1/none"))

    assert away.test_client().get("/healthz").status_code == 200
    assert away.test_client().get("/readyz").status_code == 503

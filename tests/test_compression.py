import gzip

from tests.goods import add_product

GZIP = {"Accept-Encoding": "gzip"}


def test_pages_and_static_files_leave_compressed_for_who_understands_it(client):
    add_product("mug")

    for path in ("/products", "/static/shop.css"):
        plain = client.get(path, buffered=True)
        packed = client.get(path, headers=GZIP, buffered=True)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"].endswith("Accept-Encoding")
        assert "Content-Encoding" not in plain.headers
        assert len(packed.data) < len(plain.data) / 2
        assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert gzip.decompress(packed.data) == plain.data


def test_what_is_compressed_already_stays_as_it_is(client):
    font = client.get("/static/vendor/figtree-5.3.0.woff2", headers=GZIP, buffered=True)

    assert font.status_code == 200
    assert "Content-Encoding" not in font.headers


def test_a_file_that_has_not_changed_is_not_sent_again(client):
    known = client.get("/static/shop.css", headers=GZIP, buffered=True)
    since = {"If-Modified-Since": known.headers["Last-Modified"]}

    again = client.get("/static/shop.css", headers=GZIP | since, buffered=True)

    assert (again.status_code, again.data) == (304, b"")

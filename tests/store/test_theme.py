import pytest


@pytest.mark.parametrize(("sent", "kept"), [("dark", "dark"), ("light", "light"), ("<b>", "auto")])
def test_the_reader_chooses_day_or_night(client, sent, kept):
    answer = client.post(
        "/theme", data={"theme": sent}, headers={"Referer": "http://localhost/cart"}
    )

    assert (answer.status_code, answer.location) == (303, "/cart")
    assert f'data-theme="{kept}"' in client.get("/").text


@pytest.mark.parametrize(
    "referer", ["https://evil.example/x", "http://localhost//evil.example", ""]
)
def test_it_never_leads_to_another_site(client, referer):
    answer = client.post("/theme", data={"theme": "dark"}, headers={"Referer": referer})

    assert answer.location in {"/", "/evil.example"}


def test_a_made_up_theme_cookie_is_not_believed(client):
    client.set_cookie("theme", '"><script>')

    assert 'data-theme="auto"' in client.get("/").text

"""How letters leave: as text and HTML, with headers that nobody can bend."""

import email
from email.policy import default

from app.plugins.mail import Console, File


def test_a_letter_becomes_a_file_with_text_and_html(app):
    File().send(to="eve@example.com", subject="Thänk you", text="Plain\n", html="<p>Rich")

    letter = only_letter(app)
    assert (letter["To"], letter["Subject"]) == ("eve@example.com", "Thänk you")
    assert letter["From"] == "Storekeeper <shop@storekeeper.example>"
    assert letter.get_body("plain").get_content() == "Plain\n"
    assert letter.get_body("html").get_content().strip() == "<p>Rich"


def test_a_line_break_in_a_subject_makes_no_header(app):
    File().send(to="eve@example.com", subject="Hi\r\nBcc: x@example.com", text="x", html="")

    letter = only_letter(app)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hi Bcc: x@example.com"


def test_a_letter_can_be_printed(app, capsys):
    Console().send(to="eve@example.com", subject="Hello", text="Plain", html="")

    assert "Subject: Hello" in capsys.readouterr().out


def only_letter(app):
    (path,) = (app.extensions["settings"].var_folder / "mail").iterdir()
    return email.message_from_bytes(path.read_bytes().split(b"-" * 79)[0], policy=default)

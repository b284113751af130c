"""How letters leave the shop. The built-ins are Flask-Mailman's ways, one class each."""

from typing import Protocol

from flask_mailman import EmailMultiAlternatives, Mail
from flask_mailman.backends import console, file, smtp
from flask_mailman.backends.base import BaseEmailBackend

from app import settings

mail = Mail()


class Mailer(Protocol):
    def send(self, *, to: str, subject: str, text: str, html: str) -> None:
        """Hand a letter over; any exception means that it did not leave."""


class _Mailman:
    """What the built-ins share: a letter as text and HTML, from the shop's address."""

    def send(self, *, to: str, subject: str, text: str, html: str) -> None:
        letter = EmailMultiAlternatives(
            " ".join(subject.split()),  # a line break would end the headers
            text,
            f'"{settings.current().shop_name}" <{settings.current().shop_email}>',
            [to],
        )
        if html:
            letter.attach_alternative(html, "text/html")
        self._connection().send_messages([letter])

    def _connection(self) -> BaseEmailBackend:
        raise NotImplementedError


class Console(_Mailman):
    """Prints letters: `app.plugins.mail:Console`."""

    def _connection(self) -> BaseEmailBackend:
        return console.EmailBackend()


class File(_Mailman):
    """Writes letters into a folder: `app.plugins.mail:File`."""

    def _connection(self) -> BaseEmailBackend:
        folder = settings.current().var_folder / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        return file.EmailBackend(file_path=str(folder))


class Smtp(_Mailman):
    """Sends letters through the server of the MAIL_… settings: `app.plugins.mail:Smtp`."""

    def _connection(self) -> BaseEmailBackend:
        chosen = settings.current()
        return smtp.EmailBackend(
            host=chosen.mail_server,
            port=chosen.mail_port,
            username=chosen.mail_username or None,
            password=chosen.mail_password or None,
            use_tls=chosen.mail_use_tls,
            timeout=10,
        )


class Memory:
    """Keeps letters where a test can read them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, *, to: str, subject: str, text: str, html: str) -> None:
        self.sent.append((to, subject, text))

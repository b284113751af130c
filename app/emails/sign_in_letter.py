"""Flask-Security's letters (confirm, reset, notices), sent through our outbox."""

import secrets
from typing import Any

from flask_security.mail_util import MailUtil

from app.emails import letters


class OutboxMail(MailUtil):
    """Keeps each letter in the transaction of whatever caused it."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        to = recipient if isinstance(recipient, str) else recipient[1]
        letters.keep(
            template,
            cause=f"{template}:{secrets.token_urlsafe(16)}",
            to=to,
            subject=str(subject),
            text=body or "",
            html=html or "",
        )

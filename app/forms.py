"""What somebody typed into a form: text that every database can keep."""

from typing import Any

from flask import Request
from werkzeug.formparser import FormDataParser


class StorableForms(FormDataParser):
    """Without NUL: nobody types one, PostgreSQL takes none, and SQLite would keep it."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        stream, form, files = super().parse(*args, **kwargs)
        kept = [(_plain(name), _plain(value)) for name, value in form.items(multi=True)]
        return stream, self.cls(kept), files


class ShopRequest(Request):
    """Flask's, with such forms: for every page, whoever reads its form."""

    form_data_parser_class = StorableForms


def _plain(text: str) -> str:
    return text.replace("\x00", "")

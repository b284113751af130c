"""What every staff page has in common: closed unless the role map opens it."""

from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue
from flask_admin import BaseView

from app import security
from app.admin import roles


class StaffPage(BaseView):
    """Base of every view. Who may call what stands in `roles.ROLES`."""

    lead = ""  # a sentence under the title

    @property
    def audience(self) -> str:
        """Who may look; `audience_for` tells single methods apart."""
        return self.audience_for(str(self._default_view))

    def audience_for(self, name: str) -> str:
        return roles.audience_of(self.endpoint, name, writes=self._writes(name))

    def is_accessible(self) -> bool:
        return self.may(str(self._default_view))

    def may(self, name: str) -> bool:
        """Whether the person signed in may call a method of this view."""
        return self.offers(name) and security.admits(self.audience_for(name))

    def offers(self, name: str) -> bool:
        """Whether there is such a thing here at all."""
        return self.audience_for(name) != roles.NOBODY

    def attention(self) -> int:
        """How many things here wait for a person: the count in the menu."""
        return 0

    def _handle_view(self, name: str, **kwargs: Any) -> ResponseReturnValue | None:
        if refused := security.refusal(self.audience_for(name)):
            return refused
        return None if self.offers(name) else abort(404)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Flask-Admin's own calls a view again after any TypeError: twice the effect."""
        return fn(self, *args, **kwargs)

    def _writes(self, name: str) -> bool:
        """Whether a method changes something; what has no address of its own does."""
        methods = [m for _url, own, m in self._urls if own == name]
        return not methods or any("POST" in (m or ()) for m in methods)

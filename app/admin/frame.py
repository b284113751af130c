"""What every staff page has around it: icons, menu counts, links to Stripe."""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup

from app import settings
from app.admin import cells, dates, roles, states

SECONDS = 15  # for which a count in the menu may be old
# Where objects live in Stripe's dashboard; a refund is shown with its payment.
PLACES = {
    "pi": "payments",
    "ch": "payments",
    "py": "payments",
    "re": "refunds",
    "pyr": "refunds",
    "dp": "disputes",
    "du": "disputes",
    "cus": "customers",
    "evt": "events",
}


def init_app(app: Flask) -> None:
    app.extensions["admin_counts"] = {}
    app.jinja_env.globals.update(
        icon=icon,
        attention_of=attention_of,
        stripe_url=stripe_url,
        staff_name=staff_name,
        state_tone=states.tone,
        state_word=states.word,
        state_badge=states.badge,
        said=said,
        may_do=roles.may_do,
        may_see=roles.may_see,
        theme_choice=theme_choice,
    )
    app.jinja_env.filters.update(
        stamp=dates.stamp,
        day=dates.day_words,
        day_stamp=dates.day_stamp,
        last_day=dates.last_day,
        cash=cells.money,
        enumerated=enumerate,
    )


def icon(name: str) -> Markup:
    return Markup(
        '<svg class="icon icon-{0}" aria-hidden="true"><use href="{1}#{0}"/></svg>'
    ).format(name, url_for("static", filename="admin/icons.svg"))


def theme_choice() -> str:
    """Day or night, known before the first paint; `auto` follows the system."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in {"light", "dark"} else "auto"


def attention_of(view: Any) -> int:
    """What waits on a page of the menu; asked for at most every few seconds."""
    return remembered(f"attention:{view.endpoint}", view.attention) if view else 0


def remembered(name: str, count: Callable[[], Any]) -> Any:
    """An answer that may be some seconds old, kept per process."""
    known = current_app.extensions["admin_counts"]
    stale_at, value = known.get(name, (0.0, None))
    if stale_at < time.monotonic():
        value = count()
        known[name] = (time.monotonic() + SECONDS, value)
    return value


def forget() -> None:
    """Count anew: somebody just changed something."""
    current_app.extensions["admin_counts"].clear()


def stripe_url(stripe_id: str) -> str:
    """A page about an object in Stripe's dashboard, or the sandbox's."""
    place = PLACES.get(stripe_id.split("_")[0])
    base = settings.current().stripe_dashboard_url
    return f"{base}/{place}/{stripe_id}" if place else f"{base}/search?query={stripe_id}"


def staff_name() -> str:
    """How the person signed in is called: what stands before the @."""
    local = str(current_user.email).partition("@")[0]
    return " ".join(part.capitalize() for part in local.replace(".", " ").split())


# Flask-Admin's own words, in ours.
WORDS = {
    "Record was successfully created.": "Saved.",
    "Record was successfully saved.": "Saved.",
    "Record was successfully deleted.": "Deleted.",
    "Record does not exist.": "There is no such record any more.",
    "Failed to create record.": "Not saved yet: please look at the marked fields.",
    "Failed to save record.": "Not saved yet: please look at the marked fields.",
}


def said(text: str) -> str:
    return WORDS.get(text, text)

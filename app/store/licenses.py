"""A customer's licenses: the list, and each one's page, where a seat is freed."""

from flask import abort, redirect, render_template
from flask.typing import ResponseReturnValue

from app import htmx, security
from app.models import License
from app.services import licenses
from app.store import subscriptions_words
from app.store.frame import blueprint
from app.store.subscriptions import own_customer_id


@blueprint.get("/account/licenses")
@security.audience(security.CUSTOMER)
def own_licenses() -> ResponseReturnValue:
    """Newest first."""
    customer_id = own_customer_id()
    found = licenses.of_customer(customer_id) if customer_id else []
    return render_template("store/licenses.html", licenses=found, words=subscriptions_words)


@blueprint.get("/account/licenses/<token>")
@security.audience(security.CUSTOMER)
def own_license(token: str) -> ResponseReturnValue:
    return _show(_own(token))


@blueprint.post("/account/licenses/<token>/activations/<int(max=2147483647):activation_id>/removal")
@security.audience(security.CUSTOMER)
def free_seat(token: str, activation_id: int) -> ResponseReturnValue:
    """Its machine must activate itself again; done twice it is one."""
    found = _own(token)
    machine = next((a.machine for a in found.activations if a.id == activation_id), None)
    if machine is not None:
        licenses.deactivate(found.key, machine)
    if htmx.wants_fragment():
        return _show(_own(token))
    return redirect(f"/account/licenses/{token}", 303)


def _own(token: str) -> License:
    """Somebody else's does not exist."""
    found = licenses.find_own(token, customer_id=own_customer_id() or abort(404))
    return found or abort(404)


def _show(license: License) -> ResponseReturnValue:
    return htmx.render(
        "store/license.html",
        "store/_license.html",
        license=license,
        words=subscriptions_words,
    )

"""Licenses for the programs they are for: is this key good, and may it be used on this machine?"""

from flask import Response, jsonify

from app import security
from app.api.frame import Body, blueprint, too_often
from app.db import reading
from app.errors import UnknownLicense
from app.models import License
from app.services import licenses

often = security.limiter.shared_limit("60 per minute", scope="licenses", on_breach=too_often)


@blueprint.post("/licenses/validate")
@security.audience(security.PROGRAM)
@often
def validate_license() -> Response:
    """Whether a license may be used now; with a machine, whether that one has a seat."""
    body = Body()
    key, machine = body.text("key"), body.maybe("machine")
    _require_product(key, body)
    return _answer(licenses.validate(key, machine), machine)


@blueprint.post("/licenses/activate")
@security.audience(security.PROGRAM)
@often
def activate_license() -> Response:
    """Take a seat for a machine; the same machine again takes no other."""
    body = Body()
    key, machine = body.text("key"), body.text("machine")
    _require_product(key, body)
    return _answer(licenses.activate(key, machine), machine)


@blueprint.post("/licenses/deactivate")
@security.audience(security.PROGRAM)
@often
def deactivate_license() -> Response:
    """Free a machine's seat; one that has none changes nothing."""
    body = Body()
    key, machine = body.text("key"), body.text("machine")
    _require_product(key, body)
    return _answer(licenses.deactivate(key, machine), machine)


def _require_product(key: str, body: Body) -> None:
    """A key for one product opens no other."""
    wanted = body.maybe("product")
    if not wanted:
        return
    license = licenses.find(key)
    with reading():
        slug = license.product.slug
    if slug != wanted:
        raise UnknownLicense("There is no license with this key for this product.")


def _answer(license: License, machine: str) -> Response:
    with reading():
        machines = {activation.machine for activation in license.activations}
        return jsonify(
            valid=license.valid,
            status="expired" if license.expired else str(license.status),
            product={"slug": license.product.slug, "name": license.product.name},
            seats=license.seats,
            seats_used=len(machines),
            activated=machine in machines if machine else None,
            expires_at=license.expires_at.isoformat() if license.expires_at else None,
        )

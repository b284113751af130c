"""The first page: what the shop is about."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import security
from app.services import catalog, shelves
from app.store.frame import blueprint, currency, menu


@blueprint.get("/")
@security.audience(security.ANYBODY)
def home() -> ResponseReturnValue:
    cards = catalog.featured(currency=currency())
    hero = next((card for card in cards if card.picture), None)
    return render_template(
        "store/home.html",
        hero=hero,
        featured=[card for card in cards if card is not hero],
        covers=shelves.covers(menu()),
    )

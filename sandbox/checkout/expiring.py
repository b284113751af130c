"""A session ends unpaid: by its time, or because the seller says so; how it can be taken up again."""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.checkout import intents, items, opening
from sandbox.errors import InvalidRequest
from sandbox.routes import Call
from sandbox.shapes import Row

RECOVERABLE_FOR = 30 * 24 * 60 * 60


def expire(account: Account, session: Row) -> None:
    """Nobody can pay any more."""
    if session["status"] != "open":
        raise InvalidRequest(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
        )
    session.update(status="expired", url=None)
    intents.cancel(account, session)
    _offer_recovery(account, session)
    account.emit("checkout.session.expired", session)


def _offer_recovery(account: Account, session: Row) -> None:
    recovery = (session["after_expiration"] or {}).get("recovery")
    if recovery and recovery["enabled"]:
        session["_recovery"] = f"test_{account.ids.text(40)}"
        recovery["expires_at"] = account.now + RECOVERABLE_FOR
        recovery["url"] = f"{account.base_url}/c/recover/{session['_recovery']}"


@when_due("expire a checkout session")
def _expire_when_due(account: Account, session_id: str) -> None:
    session = account.find(session_id, "checkout.session")
    if session is not None and session["status"] == "open":
        expire(account, account.store.edit(session))


def recovered(call: Call, token: str) -> Row | None:
    """A new session like the expired one behind a recovery address; None when it is too late."""
    found = call.account.where("checkout.session", "_recovery", token)
    recovery = found[0]["after_expiration"]["recovery"] if found else None
    if recovery is None or recovery["expires_at"] <= call.account.now:
        return None
    before = found[0]
    params = before["_params"] | {"line_items": _again(call.account, before)}
    if recovery["allow_promotion_codes"] and not params.get("discounts"):
        params["allow_promotion_codes"] = True
    return opening.opened(call, params, recovered_from=before["id"])


def _again(account: Account, session: Row) -> list[Row]:
    """The same items; prices made for the old session serve the new one, too."""
    wanted = []
    for row, given in zip(
        items.of(account, session), session["_params"]["line_items"], strict=False
    ):
        kept = {key: value for key, value in given.items() if key != "price_data"}
        sold = {"price": row["price"]["id"], "quantity": row["quantity"], "_known": True}
        wanted.append(kept | sold)
    return wanted

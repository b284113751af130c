"""Test clocks: time that stands still until it is told to go on, for up to three customers.

Stripe keeps one for thirty real days. Here days are also made by moving the sandbox's own clock, and
who does that wants subscriptions to renew, not to be deleted with their clocks: so a test clock goes
along, by as much, and is kept for as much longer.
"""

from sandbox.account import Account
from sandbox.agenda import when_due
from sandbox.billing import clocked
from sandbox.lists import listed
from sandbox.objects import customers
from sandbox.routes import Call, route
from sandbox.shapes import Row, part

KIND = "test_helpers.test_clock"
KEPT_FOR = 30 * 24 * 60 * 60


@route("POST", "/v1/test_helpers/test_clocks", "test_helpers.TestClockCreateParams")
def create(call: Call) -> Row:
    """A new clock that stands at `frozen_time`."""
    account, params = call.account, call.params
    clocked.check_beginning(account, params["frozen_time"])
    clock = account.add(
        KIND,
        deletes_after=account.now + KEPT_FOR,
        frozen_time=params["frozen_time"],
        name=params.get("name"),
        status="ready",
        status_details=part(f"{KIND}.StatusDetails"),
    )
    if customer := params.get("customer"):
        clocked.join(account, account.living("customer", customer, param="customer"), clock["id"])
    account.emit("test_helpers.test_clock.created", clock)
    account.later(KEPT_FOR, "delete a test clock", clock["id"])
    return clock


@route("GET", "/v1/test_helpers/test_clocks", "test_helpers.TestClockListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    return listed(call, KIND)


@route("GET", "/v1/test_helpers/test_clocks/<clock>", "test_helpers.TestClockRetrieveParams")
def retrieve(call: Call, clock: str) -> Row:
    """One clock."""
    return call.account.get(KIND, clock)


@route(
    "POST", "/v1/test_helpers/test_clocks/<clock>/advance", "test_helpers.TestClockAdvanceParams"
)
def advance(call: Call, clock: str) -> Row:
    """Does all that is due until `frozen_time`, each thing at its own moment. The answer is from
    the beginning of that (`advancing`); whoever looks later finds the clock `ready`."""
    account, until = call.account, call.params["frozen_time"]
    clocked.check_advance(account, account.get(KIND, clock), until)
    return _advance(account, clock, until)


def take_along(account: Account, seconds: int) -> None:
    """The sandbox's own clock was moved by so many seconds, and so is every test clock: however far,
    but never back."""
    if seconds <= 0:
        return
    for clock in list(account.store.table(KIND).rows):
        with account.transaction():
            account.edit(KIND, clock)["deletes_after"] += seconds
        with account.on_clock(clock), account.transaction():
            _advance(account, clock, account.get(KIND, clock)["frozen_time"] + seconds)


def _advance(account: Account, clock: str, until: int) -> Row:
    row = account.edit(KIND, clock)
    row["status"], row["status_details"] = "advancing", {"advancing": {"target_frozen_time": until}}
    account.emit("test_helpers.test_clock.advancing", row)
    begun = dict(row)
    account.agenda.run(until, clock)
    _arrived(account, clock, until)
    return begun


def _arrived(account: Account, clock: str, until: int) -> None:
    row = account.edit(KIND, clock)
    row.update(frozen_time=until, status="ready", status_details=part(f"{KIND}.StatusDetails"))
    account.emit("test_helpers.test_clock.ready", row)


@route("DELETE", "/v1/test_helpers/test_clocks/<clock>", "test_helpers.TestClockDeleteParams")
def delete(call: Call, clock: str) -> Row:
    """Gone, with its customers and what was due for them."""
    return _deleted(call.account, call.account.get(KIND, clock))


@when_due("delete a test clock")
def _delete_when_due(account: Account, clock: str) -> None:
    row = account.find(clock, KIND)
    if row is None:
        return
    if row["deletes_after"] > account.now:  # it was taken along meanwhile
        account.later(row["deletes_after"] - account.now, "delete a test clock", clock)
    else:
        _deleted(account, row)


def _deleted(account: Account, row: Row) -> Row:
    with account.on_clock(row["id"]):
        for customer in account.where("customer", "test_clock", row["id"]):
            customers.remove(account, customer)
    account.emit("test_helpers.test_clock.deleted", row)
    account.agenda.forget(row["id"])
    account.store.drop(row)
    return {"id": row["id"], "object": KIND, "deleted": True}

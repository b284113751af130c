"""The back office's lists and records among 1,000 and 100,000 invoices and subscriptions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

from flask.testing import FlaskClient

from tests import people, servers
from tests.bench import billing_rows, places
from tests.bench.compare import Goal, Measure, Result, compare
from tests.bench.places import Place

FEW, MANY = 1_000, 100_000
GOAL = Goal(2, at_most=True)
VISITS = 24
ROUNDS = 5
PAGES = {
    "invoices": "/admin/invoice/",
    "invoices, past due": "/admin/invoice/?flt0_past_due_equals=yes",
    "invoices, open": "/admin/invoice/?flt0_state_equals=open",
    "invoices, paid": "/admin/invoice/?flt0_state_equals=paid",
    "invoices of Stripe": "/admin/invoice/?flt0_collected_by_equals=stripe",
    "invoices written every month": "/admin/invoice/?flt0_every_month_equals=yes",
    "invoices of a customer": "/admin/invoice/?flt0_customer_equals={email}",
    "invoices by due date": "/admin/invoice/?sort=5&desc=1",
    "an invoice": "/admin/invoice/details/?id={invoice_id}",
    "open items": "/admin/open_item/",
    "open items, past due": "/admin/open_item/?flt0_past_due_equals=yes",
    "subscriptions": "/admin/subscription/",
    "subscriptions, past due": "/admin/subscription/?flt0_past_due_equals=yes",
    "subscriptions on trial": "/admin/subscription/?flt0_on_trial_equals=yes",
    "subscriptions that end": "/admin/subscription/?flt0_ends_by_itself_equals=yes",
    "subscriptions to a plan": "/admin/subscription/?flt0_plan_equals={price_id}",
    "subscriptions to a product": "/admin/subscription/?flt0_product_equals={product_id}",
    "subscriptions of a customer": "/admin/subscription/?flt0_customer_equals={email}",
    "a subscription": "/admin/subscription/details/?id={subscription_id}",
    "licenses": "/admin/license/",
    "licenses, suspended": "/admin/license/?flt0_state_equals=suspended",
    "licenses of a product": "/admin/license/?flt0_product_equals={product_id}",
    "a license": "/admin/license/details/?id={license_id}",
    "a customer": "/admin/customer/details/?id={customer_id}",
}


def measure(place: Place) -> Iterator[Result]:
    """The 95th percentile among many, beside the same among few."""
    with _office(place, FEW) as few, _office(place, MANY) as many:
        for name, path in PAGES.items():
            yield compare(
                f"{name}, 100 × the rows",
                GOAL,
                many(path),
                few(path),
                unit="ms",
                rounds=ROUNDS,
            )


@contextmanager
def _office(place: Place, rows: int) -> Iterator[Callable[[str], Measure]]:
    """A back office over so many rows of each kind, with an owner signed in."""
    folder: Path = place.folder / f"billing-{rows}"
    folder.mkdir()
    with (
        places.place(place.kind, folder, products=24) as own,
        servers.opened(own.database_url, own.folder) as app,
    ):
        known = billing_rows.fill(rows)
        client = people.sign_in(app, people.add_user("owner@shop.example", role="owner"))
        yield lambda path: _slow_one(client, path, known)


def _slow_one(client: FlaskClient, path: str, known: SimpleNamespace) -> Measure:
    """How long one in twenty visits takes at least, in milliseconds."""
    address = path.format(**vars(known))
    _visit(client, address)  # templates are compiled, statements known

    def measured() -> float:
        times = sorted(_visit(client, address) for _ in range(VISITS))
        return times[int(VISITS * 0.95)]

    return measured


def _visit(client: FlaskClient, address: str) -> float:
    began = perf_counter()
    answer = Context().run(client.get, address)
    took = perf_counter() - began
    if answer.status_code != 200 or b"<h1>" not in answer.data:
        raise RuntimeError(f"{answer.status_code} for {address}")
    return took * 1000

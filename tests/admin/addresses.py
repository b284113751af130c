"""Every address of the back office, read from the address map, with whom the role map lets in."""

from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from app import create_app
from config import testing

STAFF = ("owner", "catalog", "orders", "billing", "support")


class Address(NamedTuple):
    """`path` has names in braces where the ids of a shop go."""

    method: str
    path: str
    audience: str
    name: str

    @property
    def roles(self) -> set[str]:
        _, _, named = self.audience.partition(":")
        return {"owner", *named.split(",")} if named else set(STAFF)


# What the id of a view's page is called.
IDS = {
    "order": "order_id", "product": "product_id", "variant": "variant_id", "price": "price_id",
    "stock": "variant_id", "category": "category_id", "customer": "customer_id",
    "user": "user_id", "event": "event_id", "letter": "letter_id", "job": "job_id",
    "audit": "audit_id", "movement": "movement_id", "refund": "refund_id",
    "dispute": "dispute_id", "coupon": "coupon_id", "payment_link": "payment_link_id",
    "payment": "payment_id", "unmatched": "unmatched_id",
    "tax_rate": "tax_rate_id", "shipping_rate": "shipping_rate_id", "invoice": "invoice_id",
    "subscription": "subscription_id", "license": "license_id",
}  # fmt: skip


@cache
def every() -> tuple[Address, ...]:
    """All addresses that answer: what a view does not offer is not there."""
    app = create_app(testing(database_url="sqlite://"))
    found = []
    for rule in app.url_map.iter_rules():
        view = getattr(app.view_functions[rule.endpoint], "__self__", None)
        if view is None or not hasattr(view, "audience_for"):
            continue
        name = rule.endpoint.rpartition(".")[2]
        if not view.offers(name):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = _path(rule, view.endpoint, name)
            found.append(Address(method, path, view.audience_for(name), rule.endpoint))
    return tuple(sorted(found))


def addresses(method: str) -> list[str]:
    return [address.path for address in every() if address.method == method]


def ids_of(shop: SimpleNamespace) -> dict[str, Any]:
    return {"user_id": 1, **vars(shop)}


def _path(rule: Any, endpoint: str, name: str) -> str:
    path: str = rule.rule
    for argument in rule.arguments:
        for written in (f"<int:{argument}>", f"<{argument}>"):
            path = path.replace(written, "{" + argument + "}")
    if name in {"details_view", "edit_view"}:
        path += "?id={" + IDS[endpoint] + "}"
    if name == "ajax_lookup":
        path += "?name=" + LOOKUPS.get(endpoint, "none")
    path = path.replace("{record_id}", "{" + IDS.get(endpoint, "record_id") + "}")
    return path.replace("{export_type}", "csv")


LOOKUPS = {
    "order": "variant", "price": "variant", "product": "category", "category": "parent",
    "invoice": "customer", "subscription": "customer",
    "unmatched": "customer", "coupon": "products",
}  # fmt: skip

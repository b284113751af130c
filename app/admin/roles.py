"""Who may do what in the back office. What is not written here nobody may do."""

from app.security import STAFF as ANY_STAFF
from app.security import admits, staff

OWNER = staff("owner")
CATALOG = staff("catalog")
ORDERS = staff("orders")
MONEY = staff("billing")
SALES = staff("orders", "billing", "support")
DESK = staff("orders", "support")
GOODS = staff("catalog", "orders")

# View → what: audience. `see` is for looking, `change` for every form and action that has no
# line of its own. Owners may do everything that is listed.
ROLES: dict[str, dict[str, str]] = {
    "admin": {"see": ANY_STAFF},
    "order": {
        "see": SALES,
        "change": ORDERS,
        "edit_view": DESK,
        "new_refund": MONEY,
        "preview_refund": MONEY,
        "create_refund": MONEY,
        "create_capture": MONEY,
        "create_sync": SALES,
        "create_pay_link": DESK,
        "settle_attention": SALES,
    },
    "refund": {"see": SALES},
    "dispute": {"see": SALES},
    "coupon": {"see": staff("catalog", "orders", "billing", "support")},
    "product": {"see": staff("catalog", "orders", "support"), "change": CATALOG},
    "variant": {"see": GOODS, "change": CATALOG},
    "price": {"see": GOODS, "change": CATALOG},
    "stock": {"see": GOODS, "change": GOODS},
    "movement": {"see": GOODS},
    "category": {"see": CATALOG, "change": CATALOG},
    "customer": {"see": SALES, "change": DESK},
    "user": {"see": OWNER, "change": OWNER},
    "event": {"see": MONEY, "change": MONEY},
    "letter": {"see": SALES, "change": DESK},
    "job": {"see": OWNER, "change": OWNER},
    "audit": {"see": OWNER},
}
NOBODY = "nobody"


def audience_of(view: str, what: str, *, writes: bool) -> str:
    """Who may call one method of a view; NOBODY unless the table says otherwise."""
    row = ROLES.get(view, {})
    return row.get(what) or row.get("change" if writes else "see") or NOBODY


def may_do(view: str, what: str) -> bool:
    """Whether the person signed in may change something of another view."""
    return allows(view, what, writes=True)


def allows(view: str, what: str, *, writes: bool = False) -> bool:
    """Whether the person signed in may."""
    audience = audience_of(view, what, writes=writes)
    return audience != NOBODY and admits(audience)

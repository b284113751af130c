"""Who may do what in the back office. What is not written here nobody may do."""

from app.security import STAFF as ANY_STAFF
from app.security import admits, staff

OWNER = staff("owner")
CATALOG = staff("catalog")
ORDERS = staff("orders")
MONEY = staff("billing")
SALES = staff("orders", "billing", "support")
DESK = staff("orders", "support")
CARE = staff("billing", "support")
DEALS = staff("orders", "billing")
GOODS = staff("catalog", "orders")

# View → what: audience. `see` is for looking, `change` for every form and action that has no
# line of its own. Owners may do everything that is listed.
ROLES: dict[str, dict[str, str]] = {
    "admin": {"see": ANY_STAFF},
    "order": {
        "see": SALES,
        "change": ORDERS,
        "edit_view": DESK,
        "change_lines": ORDERS,
        "new_refund": MONEY,
        "preview_refund": MONEY,
        "create_refund": MONEY,
        "create_capture": MONEY,
        "create_sync": SALES,
        "create_pay_link": DESK,
        "settle_attention": DEALS,
    },
    "refund": {"see": SALES},
    "dispute": {"see": SALES, "change": DEALS, "submit": MONEY, "accept": MONEY},
    "coupon": {"see": ANY_STAFF, "change": staff("catalog", "billing")},
    "shipping_rate": {"see": GOODS, "change": ORDERS},
    "tax_rate": {"see": staff("catalog", "billing"), "change": MONEY},
    "payment_link": {"see": SALES, "change": DEALS, "resend": SALES, "remind": SALES},
    "payment": {
        "see": SALES,
        "change": MONEY,
        "create_sync": SALES,
    },
    "unmatched": {"see": SALES, "change": MONEY},
    "invoice": {
        "see": SALES,
        "change": MONEY,
        "new_finalization": MONEY,
        "new_handover": MONEY,
        "new_voiding": MONEY,
        "new_write_off": MONEY,
        "new_credit_use": MONEY,
        "new_credit_return": MONEY,
        "new_repetition": MONEY,
        "new_removal": MONEY,
        "create_sending": CARE,
        "create_sync": SALES,
    },
    "open_item": {"see": SALES},
    "subscription": {
        "see": SALES,
        "change": MONEY,
        "new_change": MONEY,
        "new_charge": MONEY,
        "new_pause": MONEY,
        "new_resumption": MONEY,
        "new_cancellation": MONEY,
        "create_payment_letter": CARE,
        "create_sync": SALES,
    },
    "license": {
        "see": SALES,
        "change": MONEY,
        "new_revocation": MONEY,
        "new_suspension": MONEY,
        "new_reprieve": MONEY,
        "new_following": MONEY,
        "new_seats": MONEY,
    },
    "product": {"see": staff("catalog", "orders", "support"), "change": CATALOG},
    "variant": {"see": GOODS, "change": CATALOG},
    "price": {"see": GOODS, "change": CATALOG},
    "stock": {"see": GOODS, "change": GOODS},
    "movement": {"see": GOODS},
    "category": {"see": CATALOG, "change": CATALOG},
    "customer": {
        "see": SALES,
        "change": ORDERS,
        "edit_view": DESK,
        "new_credit": MONEY,
        "create_credit": MONEY,
    },
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


def may_see(view: str) -> bool:
    """Whether the person signed in may open the records of another view."""
    return allows(view, "details_view")


def allows(view: str, what: str, *, writes: bool = False) -> bool:
    """Whether the person signed in may."""
    audience = audience_of(view, what, writes=writes)
    return audience != NOBODY and admits(audience)

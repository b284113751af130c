"""The items of a session or payment link: rows of their own, in an order."""

from sandbox.account import Account, public
from sandbox.billing.amounts import line_amount
from sandbox.billing.items import fits_currency, in_currency
from sandbox.billing.taxes import checked
from sandbox.changes import merged
from sandbox.errors import InvalidRequest, no_such
from sandbox.lists import checked_limit, page_of
from sandbox.objects import prices, products
from sandbox.routes import Call
from sandbox.shapes import Row
from sandbox.values import missing, within

MOST_QUANTITY = 999_999
USUAL_QUANTITY = 99
HOLDERS = {"checkout.session": "_session", "payment_link": "_payment_link", "quote": "_quote"}
URLS = {
    "checkout.session": "/v1/checkout/sessions",
    "payment_link": "/v1/payment_links",
    "quote": "/v1/quotes",
}


def of(account: Account, owner: Row) -> list[Row]:
    """The items in their order."""
    rows = account.where("item", HOLDERS[owner["object"]], owner["id"])
    return sorted(rows, key=lambda row: int(row["_place"]))


def page(account: Account, owner: Row) -> Row:
    """The first items as a list inside their owner."""
    url = f"{URLS[owner['object']]}/{owner['id']}/line_items"
    return page_of(of(account, owner), url)


def listed(call: Call, owner: Row) -> Row:
    """One page of them as a list of its own, first things first."""
    return paged(call, of(call.account, owner))


def paged(call: Call, rows: list[Row]) -> Row:
    """One page of these items."""
    params = call.params
    limit, places = checked_limit(params), {row["id"]: at for at, row in enumerate(rows)}
    first, last = 0, len(rows)
    if after := params.get("starting_after"):
        first = _place(places, after, "starting_after") + 1
    if before := params.get("ending_before"):
        last = _place(places, before, "ending_before")
        first = max(first, last - limit)
    window = rows[first:last]
    more = first > 0 if before else len(window) > limit
    data = [public(row) for row in window[:limit]]
    return {"object": "list", "data": data, "has_more": more, "url": call.url}


def _place(places: dict[str, int], item_id: str, param: str) -> int:
    if item_id not in places:
        raise no_such("item", item_id, param=param)
    return places[item_id]


def price_of(call: Call, given: Row, param: str) -> Row:
    """The price an item names, or one made of what it describes. What was sold before (`_known`)
    may be sold on, archived or not."""
    account, data = call.account, given.get("price_data")
    if data:
        return _described(account, data, f"{param}[price_data]")
    if "price" not in given:
        raise missing(f"{param}[price]")
    price = account.get("price", given["price"], param=f"{param}[price]")
    if not (price["active"] or given.get("_known")):
        raise InvalidRequest(
            "The price specified is inactive. This field only accepts active prices.",
            param=f"{param}[price]",
        )
    return price


def _described(account: Account, data: Row, param: str) -> Row:
    if described := data.get("product_data"):
        product = products.new(account, described)
    elif name := data.get("product"):
        product = account.living("product", name, param=f"{param}[product]")
    else:
        raise missing(f"{param}[product_data]")
    # A one-time price is for this one sale; what recurs is charged again.
    return prices.new(account, {**data, "active": "recurring" in data}, product)


def add(call: Call, owner: Row, given: Row, price: Row, place: int) -> Row:
    """One item more, after those that are there."""
    account, param = call.account, f"line_items[{place}]"
    fits_currency(price, owner["currency"], param)
    product = account.get("product", price["product"])
    item = account.add(
        "item",
        amount_discount=0,
        amount_subtotal=0,
        amount_tax=0,
        amount_total=0,
        currency=owner["currency"],
        description=product["name"],
        metadata={},
        price=public(price),
        quantity=1,
        _place=place,
        _tax_rates=[],
    )
    item[HOLDERS[owner["object"]]] = owner["id"]
    write(account, item, given, param)
    return item


def write(account: Account, item: Row, given: Row, param: str) -> None:
    """The quantity, its bounds, taxes and metadata, as far as they are given."""
    if "adjustable_quantity" in given:
        item["adjustable_quantity"] = adjustable(given["adjustable_quantity"], param)
    if "quantity" in given:
        item["quantity"] = check_quantity(item, given["quantity"], param)
    elif "price" in given or "price_data" in given:
        raise missing(f"{param}[quantity]")
    if "tax_rates" in given:
        item["_tax_rates"] = checked(account, given["tax_rates"] or [], param=f"{param}[tax_rates]")
    if "metadata" in given:
        item["metadata"] = merged(item["metadata"], given["metadata"])
    amount = amount_of(account, item)
    item["amount_subtotal"] = item["amount_total"] = amount


def adjustable(given: Row, param: str) -> Row | None:
    """Within which bounds a customer may change the quantity."""
    if not given["enabled"]:
        return None
    most = given.get("maximum", USUAL_QUANTITY)
    if most > MOST_QUANTITY:
        raise InvalidRequest(
            f"The maximum adjustable quantity is {MOST_QUANTITY}.",
            param=f"{param}[adjustable_quantity][maximum]",
        )
    return {"enabled": True, "maximum": most, "minimum": given.get("minimum", 0)}


def check_quantity(item: Row, quantity: int, param: str) -> int:
    """At least one; within its bounds where it is adjustable."""
    bounds = item["adjustable_quantity"] or {}
    least, most = max(1, bounds.get("minimum", 1)), bounds.get("maximum", MOST_QUANTITY)
    if quantity < least:
        raise InvalidRequest(
            f"This value must be greater than or equal to {least}.",
            code="parameter_invalid_integer",
            param=within(param, "quantity"),
        )
    if quantity > most:
        raise InvalidRequest(
            f"This value must be less than or equal to {most}.",
            code="parameter_invalid_integer",
            param=within(param, "quantity"),
        )
    return quantity


def price_row(account: Account, item: Row) -> Row:
    """The whole price of an item, in its currency, with the amount a customer chose."""
    price = in_currency(account.get("price", item["price"]["id"]), item["currency"])
    chosen = item.get("_unit_amount")
    return price if chosen is None else {**price, "unit_amount": chosen}


def amount_of(account: Account, item: Row) -> int:
    """What the item costs, before discounts and taxes."""
    return line_amount(price_row(account, item), item["quantity"])


def choose_amount(item: Row, amount: int, param: str) -> None:
    """Pay what you want, within the price's bounds."""
    bounds = item["price"]["custom_unit_amount"]
    if bounds is None:
        raise InvalidRequest("This price has no custom unit amount.", param=param)
    least, most = bounds["minimum"], bounds["maximum"]
    if (least is not None and amount < least) or (most is not None and amount > most):
        raise InvalidRequest(
            "The amount is outside of what this price allows.",
            code="amount_too_small" if least and amount < least else "amount_too_large",
            param=param,
        )
    item["_unit_amount"] = amount


def rearranged(call: Call, owner: Row, wanted: list[Row]) -> None:
    """The whole list anew: items with an `id` stay, others are added, what is missing goes."""
    account = call.account
    known = {row["id"]: row for row in of(account, owner)}
    for place, given in enumerate(wanted):
        param = f"line_items[{place}]"
        if "id" not in given:
            add(call, owner, given, price_of(call, given, param), place)
            continue
        if given["id"] not in known:
            raise InvalidRequest(f"No such line item: '{given['id']}'", param=f"{param}[id]")
        item = account.store.edit(known.pop(given["id"]))
        item["_place"] = place
        if "price" in given or "price_data" in given:
            item["price"] = public(price_of(call, given, param))
            fits_currency(item["price"], owner["currency"], param)
        write(account, item, {"quantity": item["quantity"]} | given, param)
    for row in known.values():
        account.store.drop(row)

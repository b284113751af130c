"""Products."""

from sandbox.account import Account
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.lists import listed
from sandbox.objects import prices
from sandbox.routes import Call, route
from sandbox.search import searched
from sandbox.shapes import Row

PLAIN = (
    "active",
    "description",
    "images",
    "marketing_features",
    "name",
    "package_dimensions",
    "shippable",
    "statement_descriptor",
    "tax_code",
    "unit_label",
    "url",
)
LEGACY = {"attributes": list[str]}


@route("POST", "/v1/products", "ProductCreateParams", legacy=LEGACY)
def create(call: Call) -> Row:
    """A new product, with a first price if asked."""
    product = new(call.account, call.params)
    if price := call.params.get("default_price_data"):
        made = prices.new(call.account, price, product)
        product["default_price"] = made["id"]
        call.account.emit("product.updated", product, previous={"default_price": None})
    return product


def new(account: Account, params: Row) -> Row:
    """A product from the parameters of its own call or of a price's."""
    taken = params.get("id")
    if account.find(taken, "product") is not None:
        raise InvalidRequest("Product already exists.", code="resource_already_exists")
    product = account.add(
        "product",
        id=taken,
        active=True,
        images=[],
        marketing_features=[],
        type=params.get("type") or "service",
        updated=account.now,
    )
    _written(product, params)
    account.emit("product.created", product)
    return product


def _written(product: Row, params: Row) -> None:
    apply(product, params, PLAIN)
    product["images"] = product["images"] or []
    product["marketing_features"] = product["marketing_features"] or []
    if "tax_details" in params:
        given = params["tax_details"] or {}
        names = ("performance_location", "tax_code")
        product["tax_details"] = {name: given.get(name) or None for name in names}
    if len(product["images"]) > 8:
        raise InvalidRequest("A product can have up to 8 images.", param="images")


@route("GET", "/v1/products", "ProductListParams")
def list_all(call: Call) -> Row:
    """Newest first."""
    if ids := call.params.pop("ids", None):
        call.params["id"] = ids
    return listed(call, "product")


@route("GET", "/v1/products/search", "ProductSearchParams")
def search(call: Call) -> Row:
    """Products by query."""
    return searched(call, "product")


@route("GET", "/v1/products/<product>", "ProductRetrieveParams")
def retrieve(call: Call, product: str) -> Row:
    """One product."""
    return call.account.get("product", product)


@route("POST", "/v1/products/<product>", "ProductUpdateParams", legacy=LEGACY)
def update(call: Call, product: str) -> Row:
    """A change."""
    row = call.account.edit("product", product)
    _written(row, call.params)
    if default := call.params.get("default_price"):
        price = call.account.get("price", default, param="default_price")
        if price["product"] != product:
            raise InvalidRequest(
                f"The price {default} belongs to another product.", param="default_price"
            )
        row["default_price"] = default
    row["updated"] = call.account.now
    call.account.emit_update("product.updated", row)
    return row


@route("DELETE", "/v1/products/<product>", "ProductDeleteParams")
def delete(call: Call, product: str) -> Row:
    """Gone, unless it has prices."""
    account = call.account
    row = account.get("product", product)
    if account.where("price", "product", product):
        raise InvalidRequest(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    account.emit("product.deleted", row)
    account.store.drop(row)
    return {"id": product, "object": "product", "deleted": True}

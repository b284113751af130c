"""What the parameters of creating and changing an invoice mean for its fields."""

from typing import Any

from sandbox.account import Account
from sandbox.billing import taxes
from sandbox.billing.invoice_blank import method_options
from sandbox.billing.numbering import checked_number
from sandbox.changes import address
from sandbox.errors import InvalidRequest
from sandbox.objects import payment_methods, shipping_rates
from sandbox.routes import Call
from sandbox.shapes import Row, part
from sandbox.values import missing

DAY = 24 * 60 * 60
PLAIN = ("description", "effective_at", "footer", "statement_descriptor")
NEEDS_DUE_DATE = (
    "If invoice collection method is 'send_invoice', you must specify 'due_date' or "
    "'days_until_due'."
)
NO_DUE_DATE = (
    "You can only specify 'due_date' or 'days_until_due' if invoice collection method is "
    "'send_invoice'."
)


def write(account: Account, invoice: Row, params: Row) -> None:
    """Take over whatever the parameters name; not the lines, discounts and dates of advance."""
    for name in PLAIN:
        if name in params:
            invoice[name] = params[name] or None
    for name, shape in SHAPED.items():
        if name in params:
            invoice[name] = shape(params[name])
    if "number" in params:
        invoice["number"] = checked_number(account, invoice, params["number"])
    if "default_tax_rates" in params:
        rates = params["default_tax_rates"] or []
        ids = taxes.checked(account, rates, param="default_tax_rates")
        invoice["default_tax_rates"] = [account.get("tax_rate", one) for one in ids]
    if "shipping_cost" in params:
        invoice["shipping_cost"] = _shipping_cost(account, params["shipping_cost"])
    _write_due_date(invoice, params)
    _write_payment(account, invoice, params)


def _write_due_date(invoice: Row, params: Row) -> None:
    method = invoice["collection_method"] = params.get(
        "collection_method", invoice["collection_method"]
    )
    is_dated = "due_date" in params or "days_until_due" in params
    if method != "send_invoice" and is_dated:
        raise InvalidRequest(NO_DUE_DATE)
    if "days_until_due" in params:
        invoice["due_date"] = invoice["created"] + params["days_until_due"] * DAY
    if "due_date" in params:
        invoice["due_date"] = params["due_date"]
    if method == "send_invoice" and invoice["due_date"] is None:
        raise InvalidRequest(NEEDS_DUE_DATE)
    if method != "send_invoice":
        invoice["due_date"] = None


def _write_payment(account: Account, invoice: Row, params: Row) -> None:
    if "default_source" in params:
        invoice["default_source"] = params["default_source"] or None
    if name := params.get("default_payment_method"):
        method = payment_methods.resolved(account, name, param="default_payment_method")
        if method["customer"] != invoice["customer"]:
            raise InvalidRequest(
                f"The customer does not have a payment method with the ID {name}. The payment "
                "method must be attached to the customer.",
                code="resource_missing",
                param="default_payment_method",
            )
        invoice["default_payment_method"] = method["id"]
    if settings := params.get("payment_settings"):
        known = {key: value or None for key, value in settings.items()}
        if options := known.get("payment_method_options"):
            known["payment_method_options"] = method_options(options)
        invoice["payment_settings"] |= known


def _automatic_tax(given: Row) -> Row:
    shown = part("invoice.AutomaticTax", enabled=given["enabled"])
    if given["enabled"]:
        shown |= {"liability": {"account": None, "type": "self"}, "status": "complete"}
    return shown


def _rendering(given: Row) -> Row:
    known = {key: value or None for key, value in given.items()}
    return part("invoice.Rendering", **known)


def _shipping(given: Any) -> Row | None:
    if not given:
        return None
    place = address(given["address"])
    return part("invoice.ShippingDetails", name=given["name"], phone=given.get("phone") or None,
                address=place)  # fmt: skip


def _custom_fields(given: Any) -> list[Row] | None:
    if given and len(given) > 4:
        raise InvalidRequest("You may only specify up to 4 custom fields.", param="custom_fields")
    return given or None


def _shipping_cost(account: Account, given: Any) -> Row | None:
    if not given:
        return None
    if data := given.get("shipping_rate_data"):
        call = Call(account, data)
        made = shipping_rates.new(call, data, param="shipping_cost[shipping_rate_data]")
        return {"shipping_rate": made["id"]}
    if "shipping_rate" not in given:
        raise missing("shipping_cost[shipping_rate]")
    param = "shipping_cost[shipping_rate]"
    return {
        "shipping_rate": account.get("shipping_rate", given["shipping_rate"], param=param)["id"]
    }


SHAPED = {
    "account_tax_ids": lambda given: given or None,
    "automatic_tax": _automatic_tax,
    "custom_fields": _custom_fields,
    "rendering": _rendering,
    "shipping_details": _shipping,
}

"""Revising an invoice: a new draft with the same lines, which takes the old one's place."""

from sandbox.account import Account
from sandbox.billing import invoice_blank, invoice_fields, invoicing
from sandbox.billing.invoice_lines import line_of, lines_of
from sandbox.changes import apply
from sandbox.errors import InvalidRequest
from sandbox.shapes import Row

COPIED = ("account_tax_ids", "automatic_tax", "collection_method", "custom_fields",
          "default_payment_method", "default_tax_rates", "description", "discounts", "due_date",
          "footer", "rendering", "shipping_cost", "shipping_details", "statement_descriptor")  # fmt: skip
MEANT_HERE = ("auto_advance", "customer", "expand", "from_invoice", "metadata")


def revised(account: Account, invoice_id: str, params: Row) -> Row:
    """A draft like an open invoice; when it is finalized the old one is void."""
    old = account.edit("invoice", invoice_id, param="from_invoice[invoice]")
    if old["status"] not in ("open", "uncollectible") or old["amount_paid"]:
        raise InvalidRequest(
            f"You can only revise open or uncollectible invoices; {old['id']} is {old['status']}.",
            param="from_invoice[invoice]",
        )
    customer = account.living("customer", old["customer"])
    subscription = account.find(old["_subscription"], "subscription")
    new = invoice_blank.new(account, customer, old["currency"], "manual", subscription, {})
    new.update({name: old[name] for name in COPIED})
    new["from_invoice"] = {"action": "revision", "invoice": old["id"]}
    new["auto_advance"] = params.get("auto_advance", False)
    given = {name: value for name, value in params.items() if name not in MEANT_HERE}
    invoice_fields.write(account, new, given)
    new["metadata"] = dict(old["metadata"])
    apply(new, params, ())
    old["latest_revision"] = new["id"]
    lines = [line_of(account, row) for row in lines_of(account, old["id"])]
    return invoicing.presented(account, new, lines, pull_pending=False)

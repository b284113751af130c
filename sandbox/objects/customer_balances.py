"""What a customer has in credit (negative) or owes (positive), and every change to it."""

from sandbox import money
from sandbox.account import Account
from sandbox.billing import credit
from sandbox.changes import apply
from sandbox.errors import no_such
from sandbox.lists import listed
from sandbox.routes import Call, route
from sandbox.shapes import Row

PATH = "/v1/customers/<customer>/balance_transactions"


@route("POST", PATH, "CustomerCreateBalanceTransactionParams")
def create(call: Call, customer: str) -> Row:
    """An adjustment by the shop."""
    account, params = call.account, call.params
    account.living("customer", customer)
    currency = money.checked_currency(params["currency"])
    change = credit.book(account, customer, params["amount"], currency, "adjustment")
    apply(change, params, ("description",))
    return change


@route("GET", PATH, "CustomerListBalanceTransactionsParams")
def list_all(call: Call, customer: str) -> Row:
    """The changes of one customer, newest first."""
    call.account.get("customer", customer)
    return listed(call, "customer_balance_transaction", customer=customer)


@route("GET", f"{PATH}/<change>", "CustomerRetrieveBalanceTransactionParams")
def retrieve(call: Call, customer: str, change: str) -> Row:
    """One change."""
    return _of(call.account, customer, change)


def _of(account: Account, customer: str, change: str) -> Row:
    row = account.find(change, "customer_balance_transaction")
    if row is None or row["customer"] != customer:
        raise no_such("customer_balance_transaction", change)
    return row


@route("POST", f"{PATH}/<change>", "CustomerModifyBalanceTransactionParams")
def update(call: Call, customer: str, change: str) -> Row:
    """Words and metadata; never the amount."""
    row = call.account.store.edit(_of(call.account, customer, change))
    apply(row, call.params, ("description",))
    return row

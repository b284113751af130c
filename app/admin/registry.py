"""The one table of what the back office shows."""

from typing import NamedTuple

from app import models
from app.admin.category import CategoryView
from app.admin.customer import CustomerView
from app.admin.letter import LetterView
from app.admin.money_views import CouponView, DisputeView, RefundView
from app.admin.order import OrderView
from app.admin.product import ProductView
from app.admin.records import RecordView
from app.admin.stock import MovementView, StockView
from app.admin.system import AuditView, JobView
from app.admin.user import UserView
from app.admin.variant import PriceView, VariantView
from app.admin.webhook_event import WebhookEventView


class Entry(NamedTuple):
    """One line of the menu. `endpoint` is also the view's name in the role map."""

    view: type[RecordView]
    model: type
    group: str
    name: str
    endpoint: str
    icon: str


TABLE = [
    Entry(OrderView, models.Order, "Sell", "Orders", "order", "order"),
    Entry(RefundView, models.Refund, "Sell", "Refunds", "refund", "refund"),
    Entry(DisputeView, models.Dispute, "Sell", "Disputes", "dispute", "warn"),
    Entry(CouponView, models.Coupon, "Sell", "Coupons", "coupon", "tag"),
    Entry(ProductView, models.Product, "Catalog", "Products", "product", "product"),
    Entry(VariantView, models.Variant, "Catalog", "Variants", "variant", "variant"),
    Entry(PriceView, models.Price, "Catalog", "Prices", "price", "price"),
    Entry(StockView, models.Stock, "Catalog", "Stock", "stock", "stock"),
    Entry(MovementView, models.StockMovement, "Catalog", "Stock ledger", "movement", "ledger"),
    Entry(CategoryView, models.Category, "Catalog", "Categories", "category", "category"),
    Entry(CustomerView, models.Customer, "People", "Customers", "customer", "people"),
    Entry(UserView, models.User, "People", "Accounts", "user", "key"),
    Entry(WebhookEventView, models.WebhookEvent, "System", "Event inbox", "event", "inbox"),
    Entry(LetterView, models.Letter, "System", "Mail outbox", "letter", "mail"),
    Entry(JobView, models.Job, "System", "Jobs", "job", "repeat"),
    Entry(AuditView, models.AuditEntry, "System", "Audit log", "audit", "clock"),
]

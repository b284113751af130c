"""The one table of what the back office shows."""

from typing import NamedTuple

from app import models
from app.admin.category import CategoryView
from app.admin.coupon import CouponView
from app.admin.customer import CustomerView
from app.admin.dispute import DisputeView
from app.admin.invoice import InvoiceView
from app.admin.letter import LetterView
from app.admin.license import LicenseView
from app.admin.money_views import RefundView
from app.admin.open_item import OpenItemView
from app.admin.order import OrderView
from app.admin.payment import PaymentView
from app.admin.payment_link import PaymentLinkView
from app.admin.product import ProductView
from app.admin.records import RecordView
from app.admin.shipping_rate import ShippingRateView
from app.admin.stock import MovementView, StockView
from app.admin.subscription import SubscriptionView
from app.admin.system import AuditView, JobView
from app.admin.tax_rate import TaxRateView
from app.admin.unmatched import UnmatchedView
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
    Entry(
        ShippingRateView, models.ShippingRate, "Sell", "Shipping methods", "shipping_rate", "send"
    ),
    Entry(PaymentLinkView, models.PaymentLink, "Bill", "Payment links", "payment_link", "link"),
    Entry(PaymentView, models.Payment, "Bill", "Payments", "payment", "price"),
    Entry(UnmatchedView, models.Payment, "Bill", "Unmatched payments", "unmatched", "inbox"),
    Entry(TaxRateView, models.TaxRate, "Bill", "Tax rates", "tax_rate", "ledger"),
    Entry(InvoiceView, models.Invoice, "Bill", "Invoices", "invoice", "invoice"),
    Entry(OpenItemView, models.InvoiceItem, "Bill", "Open items", "open_item", "clock"),
    Entry(SubscriptionView, models.Subscription, "Bill", "Subscriptions", "subscription", "repeat"),
    Entry(LicenseView, models.License, "Bill", "Licenses", "license", "key"),
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

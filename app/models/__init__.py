"""What things are."""

from app.models.audit_entry import AuditEntry
from app.models.cart import Cart, CartItem
from app.models.category import Category
from app.models.coupon import Coupon, CouponUse
from app.models.customer import Address, Customer, PostalAddress, normal_email
from app.models.dispute import Dispute
from app.models.invoice import (
    Collector,
    CreditEntry,
    Invoice,
    InvoiceItem,
    InvoicePayment,
    InvoiceStatus,
    NumberSeries,
)
from app.models.job import Job, JobState
from app.models.letter import Letter, LetterStatus
from app.models.license import Activation, License, LicenseStatus
from app.models.line_item import SHIPPING, LineItem
from app.models.mirror import version_of
from app.models.order import TRANSITIONS, Order, OrderStatus
from app.models.order_event import OrderEvent
from app.models.payment import Matching, Payment, PaymentStatus
from app.models.payment_link import PaymentLink, PaymentLinkStatus
from app.models.product import Picture, Product, ProductKind, ProductStatus, Question, QuestionType
from app.models.record_event import RecordEvent
from app.models.refund import Refund, RefundStatus
from app.models.shipping_rate import ShippingRate
from app.models.stock import MovementKind, Reservation, ReservationState, Stock, StockMovement
from app.models.subscription import Subscription, SubscriptionStatus
from app.models.tax_rate import TaxRate
from app.models.user import Role, StaffRole, User, WebAuthn
from app.models.variant import Price, PriceType, Variant
from app.models.webhook_event import EventStatus, WebhookEvent

__all__ = [
    "Activation",
    "Address",
    "AuditEntry",
    "Cart",
    "CartItem",
    "Category",
    "Collector",
    "Coupon",
    "CouponUse",
    "CreditEntry",
    "Customer",
    "Dispute",
    "EventStatus",
    "Invoice",
    "InvoiceItem",
    "InvoicePayment",
    "InvoiceStatus",
    "Job",
    "JobState",
    "Letter",
    "LetterStatus",
    "License",
    "LicenseStatus",
    "LineItem",
    "Matching",
    "MovementKind",
    "NumberSeries",
    "Order",
    "OrderEvent",
    "OrderStatus",
    "Payment",
    "PaymentLink",
    "PaymentLinkStatus",
    "PaymentStatus",
    "Picture",
    "PostalAddress",
    "Price",
    "PriceType",
    "Product",
    "ProductKind",
    "ProductStatus",
    "Question",
    "QuestionType",
    "RecordEvent",
    "Refund",
    "RefundStatus",
    "Reservation",
    "ReservationState",
    "Role",
    "SHIPPING",
    "ShippingRate",
    "StaffRole",
    "Stock",
    "StockMovement",
    "Subscription",
    "SubscriptionStatus",
    "TRANSITIONS",
    "TaxRate",
    "User",
    "Variant",
    "WebAuthn",
    "WebhookEvent",
    "normal_email",
    "version_of",
]

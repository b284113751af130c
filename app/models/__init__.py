"""What things are."""

from app.models.audit_entry import AuditEntry
from app.models.cart import Cart, CartItem
from app.models.category import Category
from app.models.coupon import Coupon
from app.models.customer import Address, Customer, PostalAddress, normal_email
from app.models.dispute import Dispute
from app.models.job import Job, JobState
from app.models.letter import Letter, LetterStatus
from app.models.line_item import SHIPPING, LineItem
from app.models.mirror import version_of
from app.models.order import TRANSITIONS, Order, OrderStatus
from app.models.order_event import OrderEvent
from app.models.payment import Payment, PaymentStatus
from app.models.product import Picture, Product, ProductKind, ProductStatus, Question, QuestionType
from app.models.refund import Refund, RefundStatus
from app.models.stock import MovementKind, Reservation, ReservationState, Stock, StockMovement
from app.models.user import Role, StaffRole, User, WebAuthn
from app.models.variant import Price, PriceType, Variant
from app.models.webhook_event import EventStatus, WebhookEvent

__all__ = [
    "Address",
    "AuditEntry",
    "Cart",
    "CartItem",
    "Category",
    "Coupon",
    "Customer",
    "Dispute",
    "EventStatus",
    "Job",
    "JobState",
    "Letter",
    "LetterStatus",
    "LineItem",
    "MovementKind",
    "Order",
    "OrderEvent",
    "OrderStatus",
    "Payment",
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
    "Refund",
    "RefundStatus",
    "Reservation",
    "ReservationState",
    "Role",
    "SHIPPING",
    "StaffRole",
    "Stock",
    "StockMovement",
    "TRANSITIONS",
    "User",
    "Variant",
    "WebAuthn",
    "WebhookEvent",
    "normal_email",
    "version_of",
]

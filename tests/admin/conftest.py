"""A shop with one of everything, for walking through the back office."""

from types import SimpleNamespace
from typing import Any

import pytest

from app import audit
from app.db import db, transaction
from app.models import (
    Activation,
    AuditEntry,
    Category,
    Coupon,
    Customer,
    Dispute,
    Job,
    Letter,
    License,
    Matching,
    Order,
    Payment,
    PaymentLink,
    PaymentStatus,
    Picture,
    Product,
    ShippingRate,
    StockMovement,
    Subscription,
    TaxRate,
    WebhookEvent,
)
from app.services import refunds
from tests.billing import open_invoice
from tests.buying import buy
from tests.goods import add_product


@pytest.fixture
def full_shop(app: Any, stripe_client: Any, pump: Any) -> SimpleNamespace:
    """One row of every kind, each with its id."""
    order = buy(stripe_client)
    pump()
    variant = add_product("teapot", stock=5)
    order_id, payment_id = order.id, order.payments[0].id
    refunds.issue(order_id, 100, form_token="a" * 20, actor="test", reason="chipped")
    pump()
    with transaction() as session:
        category = Category(slug="tea", name="Tea")
        coupon = Coupon(code="TEA", percent_off=1000)
        dispute = Dispute(
            order_id=order_id, payment_id=payment_id, amount=100, currency="eur",
            status="won", stripe_id="dp_1", reason="general",
        )  # fmt: skip
        customer = Customer(email="ada@example.com", name="Ada")
        session.add_all([category, coupon, dispute, customer])
        picture = Picture(product_id=variant.product_id, stem="none", alt="A teapot")
        session.add(picture)
        session.flush()
        link = PaymentLink(
            email="eve@example.com", description="Two hours", amount=4200, currency="eur",
            sent_by="test",
        )  # fmt: skip
        stray = Payment(
            amount=700, currency="eur", is_external=True, matching=Matching.WAITING,
            payer_email="stranger@example.com", status=PaymentStatus.SUCCEEDED,
            received_amount=700, stripe_id="pi_stray",
        )  # fmt: skip
        tax = TaxRate(country="DE", rate=1900)
        post = ShippingRate(code="post", name="Post", currency="eur", amount=490)
        session.add_all([link, stray, tax, post])
        session.flush()
        audit.record("created", category, actor="test", before={}, after={"name": "Tea"})
        license = License(customer=customer, product_id=variant.product_id)
        license.activations = [Activation(machine="laptop")]
        license.subscription = Subscription(
            customer=customer, currency="eur", stripe_id="sub_unknown", _status="active"
        )
        session.add(license)
    invoice_id = open_invoice(customer.id, 1000)
    return SimpleNamespace(
        order_id=order_id,
        variant_id=variant.id,
        product_id=variant.product_id,
        price_id=variant.prices[0].id,
        picture_id=picture.id,
        category_id=category.id,
        coupon_id=coupon.id,
        customer_id=customer.id,
        letter_id=_first(Letter),
        job_id=_first(Job),
        event_id=_first(WebhookEvent),
        audit_id=_first(AuditEntry),
        movement_id=_first(StockMovement),
        refund_id=db.session.get_one(Order, order_id).refunds[0].id,
        dispute_id=dispute.id,
        payment_link_id=link.id,
        payment_id=payment_id,
        unmatched_id=stray.id,
        tax_rate_id=tax.id,
        shipping_rate_id=post.id,
        invoice_id=invoice_id,
        subscription_id=license.subscription_id,
        license_id=license.id,
        activation_id=license.activations[0].id,
        product=db.session.get_one(Product, variant.product_id),
    )


def _first(model: Any) -> Any:
    return db.session.scalars(db.select(model.id).order_by(model.id)).first()

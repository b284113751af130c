"""How a test bills somebody, and how they pay."""

from datetime import timedelta
from typing import Any

import stripe

from app import clock
from app.db import db, transaction
from app.models import Invoice, InvoiceItem, ProductKind, Subscription
from app.services import invoices, products
from app.services.debts import PaymentSheet
from app.services.invoices import NewInvoice, NewItem
from app.services.products import NewPrice
from app.services.subscriptions import SubscriptionSheet
from tests.goods import add_product

IBANS = {"pm_sepa": "DE89370400440532013000", "pm_sepa_fails": "DE62370400440532013001"}


def bill(customer_id: int, *amounts: int, currency: str = "eur", **more: Any) -> NewInvoice:
    """An invoice over these amounts, in minor units."""
    items = tuple(NewItem(description=f"Work {n}", unit_amount=a) for n, a in enumerate(amounts, 1))
    return NewInvoice(customer_id=customer_id, currency=currency, items=items, **more)


def open_invoice(customer_id: int, *amounts: int, past_due: int = 0, currency: str = "eur") -> int:
    """A finalised invoice; the first `past_due` of its items should have been paid last week."""
    invoice_id = invoices.draft(bill(customer_id, *amounts, currency=currency), actor="ada")
    invoices.finalize(invoice_id, actor="ada")
    with transaction() as session:
        invoice = session.get_one(Invoice, invoice_id)
        for item in invoice.items[:past_due]:
            item.due_at = clock.now() - timedelta(days=7)
            invoice.due_at = item.due_at
    return invoice_id


def invoice_of(invoice_id: int) -> Invoice:
    """The invoice as it stands in the books now."""
    db.session.rollback()
    return db.session.get_one(Invoice, invoice_id)


def items_of(invoice_id: int) -> list[InvoiceItem]:
    return invoice_of(invoice_id).items


def pay_debt(
    stripe_client: stripe.StripeClient, sheet: PaymentSheet, method: str = "pm_card_visa"
) -> Any:
    """Confirm as the Payment Element does; returns the intent, a declined one too."""
    intent_id = sheet.client_secret.split("_secret_")[0]
    params: dict[str, Any] = {"return_url": "http://localhost/return"}
    if method in IBANS:
        params |= {
            "payment_method_data": {
                "type": "sepa_debit",
                "sepa_debit": {"iban": IBANS[method]},
                "billing_details": {"name": "Eve", "email": "eve@example.com"},
            },
            "mandate_data": {"customer_acceptance": {"type": "offline"}},
        }
    else:
        params["payment_method"] = method
    try:
        return stripe_client.v1.payment_intents.confirm(intent_id, params)
    except stripe.CardError:
        return stripe_client.v1.payment_intents.retrieve(intent_id)


def add_plan(
    slug: str = "inkwell", *, monthly: int = 700, yearly: int = 7000, trial_days: int = 0
) -> dict[str, int]:
    """A license with a monthly and a yearly price; their ids by interval."""
    variant = add_product(slug, stock=None, kind=ProductKind.LICENSE)
    prices = {"month": monthly, "year": yearly}
    return {
        interval: products.set_price(
            variant.id,
            NewPrice(unit_amount=amount, currency="eur", interval=interval, trial_days=trial_days),
            actor="ada",
        )
        for interval, amount in prices.items()
    }


def subscription_of(token: str) -> Subscription:
    """The subscription as it stands in the books now."""
    db.session.rollback()
    return db.session.scalars(db.select(Subscription).filter_by(token=token)).one()


def pay_first(
    stripe_client: stripe.StripeClient, sheet: SubscriptionSheet, card: str = "pm_card_visa"
) -> Any:
    """Confirm the first invoice, or leave a card for after the trial, as the Payment Element does."""
    intent_id = sheet.client_secret.split("_secret_")[0]
    intents = (
        stripe_client.v1.setup_intents
        if sheet.is_for == "setup"
        else stripe_client.v1.payment_intents
    )
    params: Any = {"payment_method": card, "return_url": "http://localhost/return"}
    try:
        return intents.confirm(intent_id, params)
    except stripe.CardError:
        return intents.retrieve(intent_id)


def give_card(stripe_client: stripe.StripeClient, subscription: Subscription, card: str) -> None:
    """Another card for what comes, as the hosted portal does it."""
    customer = str(subscription.customer.stripe_customer_id)
    method = stripe_client.v1.payment_methods.attach(card, {"customer": customer})
    stripe_client.v1.subscriptions.update(
        str(subscription.stripe_id), {"default_payment_method": method.id}
    )

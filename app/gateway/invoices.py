"""Invoices at Stripe. Amounts are minor units of `currency`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.errors import NotFound
from app.gateway.client import installation, stripe_call
from app.gateway.payments import RemotePayment, retrieve_payment
from app.gateway.requests import TaggedRequest
from app.gateway.values import Gone, our_token

if TYPE_CHECKING:
    from app.gateway.client import StripeInvoice

EXPAND = ["payments"]


@dataclass(frozen=True, kw_only=True)
class RemoteLine:
    description: str
    amount: int  # before discounts and tax on top
    quantity: int
    price_id: str = ""  # at Stripe, where it is billed by one
    is_proration: bool = False  # of a change within a period


@dataclass(frozen=True, kw_only=True)
class InvoiceRequest(TaggedRequest):
    """What Stripe Invoicing is to collect for us; amounts with their tax, at a rate it knows."""

    operation = "invoice"

    attempt: int
    customer_id: str
    currency: str
    due_at: datetime
    note: str
    lines: tuple[RemoteLine, ...]
    asked_at: datetime
    tax_rate_id: str = ""

    @property
    def total_amount(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class RemoteInvoice:
    """`due_amount` is what had to be paid once credit was used; `payments` its PaymentIntents. Below
    zero, a balance is the customer's credit."""

    stripe_id: str
    token: str | None  # only when this installation made it
    customer_id: str
    subscription_id: str | None
    number: str | None
    status: str
    currency: str
    total_amount: int
    tax_amount: int
    due_amount: int
    starting_balance: int
    ending_balance: int
    billing_reason: str
    created_at: datetime
    issued_at: datetime | None
    due_at: datetime | None
    paid_at: datetime | None
    next_attempt_at: datetime | None
    hosted_url: str
    pdf_url: str
    lines: tuple[RemoteLine, ...]
    payments: tuple[RemotePayment, ...]


def retrieve_invoice(stripe_id: str) -> RemoteInvoice | Gone:
    """An invoice with all that became of its payments."""
    try:
        with stripe_call() as stripe:
            invoice = stripe.v1.invoices.retrieve(stripe_id, {"expand": EXPAND})
    except NotFound:
        return Gone(stripe_id)
    if getattr(invoice, "deleted", False):
        return Gone(stripe_id)
    return read_invoice(invoice)


def list_invoices(subscription_id: str) -> list[RemoteInvoice]:
    """Every invoice of a subscription, oldest first."""
    with stripe_call() as stripe:
        page = stripe.v1.invoices.list(
            {
                "subscription": subscription_id,
                "limit": 100,
                "expand": [f"data.{name}" for name in EXPAND],
            }
        )
        invoices = list(page.auto_paging_iter())
    return [read_invoice(invoice) for invoice in reversed(invoices)]


def create_invoice(request: InvoiceRequest) -> str:
    """A draft at Stripe with our lines; asked again, the same one. Its id."""
    with stripe_call() as stripe:
        invoice = stripe.v1.invoices.create(
            {
                "customer": request.customer_id,
                "currency": request.currency,
                "collection_method": "send_invoice",
                "due_date": int(request.due_at.timestamp()),
                "auto_advance": False,
                "pending_invoice_items_behavior": "exclude",
                "description": request.note or "Thank you.",
                "metadata": request.tag.metadata,
            },
            {"idempotency_key": request.tag.idempotency_key},
        )
        for number, line in enumerate(request.lines):
            stripe.v1.invoice_items.create(
                {
                    "customer": request.customer_id,
                    "invoice": str(invoice.id),
                    "currency": request.currency,
                    "amount": line.amount,
                    "description": line.description,
                    "tax_rates": [request.tax_rate_id] if request.tax_rate_id else [],
                },
                {"idempotency_key": f"{request.tag.idempotency_key}:{number}"},
            )
    return str(invoice.id)


def find_invoice(request: InvoiceRequest) -> str | None:
    """What a forgotten idempotency key may have made, as far as it was made whole."""
    with stripe_call() as stripe:
        page = stripe.v1.invoices.list({"customer": request.customer_id, "limit": 100})
        for invoice in page.auto_paging_iter():
            metadata = invoice.metadata.to_dict() if invoice.metadata else {}
            if our_token(metadata, installation=installation()) != request.token:
                continue
            if invoice.status != "draft" or invoice.total == request.total_amount:
                return str(invoice.id)
            stripe.v1.invoices.delete(str(invoice.id))
    return None


def send_invoice(stripe_id: str) -> None:
    """Finalise it, and let Stripe mail its hosted page."""
    with stripe_call() as stripe:
        if stripe.v1.invoices.retrieve(stripe_id).status == "draft":
            stripe.v1.invoices.send_invoice(stripe_id)


def void_invoice(stripe_id: str) -> None:
    """It is not owed any more; its PaymentIntent is canceled with it."""
    with stripe_call() as stripe:
        stripe.v1.invoices.void_invoice(stripe_id)


def mark_invoice_uncollectible(stripe_id: str) -> None:
    """Nobody expects it to be paid any more; its hosted page still takes the money."""
    with stripe_call() as stripe:
        stripe.v1.invoices.mark_uncollectible(stripe_id)


def mail_invoice(stripe_id: str) -> None:
    """Let Stripe mail its hosted page once more."""
    with stripe_call() as stripe:
        stripe.v1.invoices.send_invoice(stripe_id)


def pay_invoice(stripe_id: str, payment_method_id: str) -> None:
    """Charge a card on file for it; its owner is not at the screen. A declined card is an error."""
    with stripe_call() as stripe:
        stripe.v1.invoices.pay(
            stripe_id, {"payment_method": payment_method_id, "off_session": True}
        )


def read_invoice(invoice: "StripeInvoice") -> RemoteInvoice:
    """An invoice as plain values; asks for each of its payments."""
    metadata = invoice.metadata.to_dict() if invoice.metadata else {}
    moments = invoice.status_transitions
    parent: Any = invoice.parent and invoice.parent.subscription_details
    return RemoteInvoice(
        stripe_id=str(invoice.id),
        token=our_token(metadata, installation=installation()),
        customer_id=str(invoice.customer),
        subscription_id=str(parent.subscription) if parent else None,
        number=invoice.number,
        status=str(invoice.status),
        currency=invoice.currency,
        total_amount=invoice.total,
        tax_amount=sum(tax.amount for tax in invoice.total_taxes or []),
        due_amount=invoice.amount_due,
        starting_balance=invoice.starting_balance,
        ending_balance=_ending_balance(invoice),
        billing_reason=str(invoice.billing_reason or ""),
        created_at=datetime.fromtimestamp(invoice.created, UTC),
        issued_at=moment(moments.finalized_at),
        due_at=moment(invoice.due_date),
        paid_at=moment(moments.paid_at),
        next_attempt_at=moment(invoice.next_payment_attempt),
        hosted_url=invoice.hosted_invoice_url or "",
        pdf_url=invoice.invoice_pdf or "",
        lines=tuple(_read_line(line) for line in invoice.lines.auto_paging_iter()),
        payments=_payments_of(invoice),
    )


def moment(stamp: int | None) -> datetime | None:
    """Seconds since 1970 as a time."""
    return datetime.fromtimestamp(stamp, UTC) if stamp else None


def _read_line(line: Any) -> RemoteLine:
    by_price = line.pricing.price_details if line.pricing else None
    source = line.parent and (
        line.parent.subscription_item_details or line.parent.invoice_item_details
    )
    return RemoteLine(
        description=line.description or "",
        amount=line.amount,
        quantity=line.quantity or 1,
        price_id=str(by_price.price) if by_price else "",
        is_proration=bool(source and source.proration),
    )


def _ending_balance(invoice: "StripeInvoice") -> int:
    """A draft has not used anything of it yet."""
    ending = invoice.ending_balance
    return invoice.starting_balance if ending is None else ending


def _payments_of(invoice: "StripeInvoice") -> tuple[RemotePayment, ...]:
    rows: Any = invoice.payments.auto_paging_iter() if invoice.payments else ()
    ids = [str(row.payment.payment_intent) for row in rows if row.payment.payment_intent]
    found = [retrieve_payment(intent_id) for intent_id in ids]
    return tuple(payment for payment in found if isinstance(payment, RemotePayment))

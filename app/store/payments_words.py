"""What a payment is called, and what became of it: (tone, words)."""

from dataclasses import dataclass

from app import settings
from app.models import Payment, Refund
from app.money import format_money
from app.services.debts_ledger import Debt
from app.store.frame import blueprint


@dataclass(frozen=True)
class Part:
    """What a payment is for, with the page that shows it."""

    name: str
    url: str
    amount: int


@blueprint.app_template_filter("debt_badge")
def debt_badge(debt: Debt) -> tuple[str, str]:
    """What is past due is said in colour and in words."""
    if debt.on_its_way:
        return "wait", "On its way"
    return ("bad", "Past due") if debt.past_due else ("none", "Open")


def badge(payment: Payment) -> tuple[str, str]:
    if any(dispute.is_open for dispute in payment.disputes):
        return "wait", "Disputed"
    if any(dispute.lost for dispute in payment.disputes):
        return "bad", "Taken back by the bank"
    if payment.processing:
        return "wait", "On its way"
    if payment.authorized:
        return "wait", "Reserved"
    back = sum(refund.amount for refund in payment.refunds if refund.succeeded)
    if back:
        return "none", "Refunded" if back >= payment.received_amount else "Partly refunded"
    return "good", "Paid"


def parts(payment: Payment) -> list[Part]:
    """An order, or the items of invoices; empty for what is all credit."""
    if payment.order is not None:
        order = payment.order
        return [Part(f"Order {order.number}", f"/orders/{order.token}", payment.amount)]
    return [
        Part(
            f"{cover.item.description} ({cover.item.invoice.number})",
            f"/invoices/{cover.item.invoice.token}",
            cover.applied_amount,
        )
        for cover in payment.covers
        if cover.applied_amount or payment.processing
    ]


def refund_words(refund: Refund) -> str:
    amount = format_money(
        refund.amount, refund.payment.currency, locale=settings.current().shop_locale
    )
    if refund.failed:
        return f"A refund of {amount} failed. We will find another way to pay you."
    if refund.pending:
        return f"A refund of {amount} is on its way."
    return f"{amount} refunded."


def arrived(payment: Payment) -> tuple[str, str]:
    """What somebody reads who has just paid: (tone, sentence)."""
    amount = format_money(payment.amount, payment.currency, locale=settings.current().shop_locale)
    if payment.succeeded:
        return "good", f"Thank you. {amount} is here."
    if payment.processing:
        return "wait", f"{amount} is on its way. A bank debit takes a few working days."
    if payment.payable and payment.failure_message:
        return "bad", f"{payment.failure_message} Nothing was charged. You can try again below."
    if payment.payable:
        return "wait", "Nothing was charged yet. You can pay below."
    return "wait", "This payment was given up. Nothing was charged."

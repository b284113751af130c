"""What `stripe trigger` of the official program 1.52.0 can do."""

_SUPPORTED = """
balance.available billing_portal.configuration.created billing_portal.configuration.updated
billing_portal.session.created charge.captured charge.dispute.closed charge.dispute.created
charge.dispute.updated charge.failed charge.refund.updated charge.refunded charge.succeeded
checkout.session.async_payment_failed checkout.session.async_payment_succeeded
checkout.session.completed checkout.session.expired coupon.created coupon.deleted coupon.updated
credit_note.created credit_note.updated credit_note.voided customer.created customer.deleted
customer.discount.created customer.discount.deleted customer.discount.updated
customer.source.created customer.source.updated customer.subscription.created
customer.subscription.deleted customer.subscription.paused customer.subscription.trial_will_end
customer.subscription.updated customer.updated invoice.created invoice.deleted invoice.finalized
invoice.marked_uncollectible invoice.paid invoice.payment_action_required invoice.payment_failed
invoice.payment_succeeded invoice.sent invoice.updated invoice.voided invoiceitem.created
invoiceitem.deleted payment_intent.amount_capturable_updated payment_intent.canceled
payment_intent.created payment_intent.payment_failed payment_intent.processing
payment_intent.requires_action payment_intent.succeeded payment_link.created payment_link.updated
payment_method.attached payment_method.detached payment_method.updated payout.created
payout.updated plan.created plan.deleted plan.updated price.created price.updated product.created
product.deleted product.updated promotion_code.created promotion_code.updated quote.accepted
quote.canceled quote.created quote.finalized setup_intent.canceled setup_intent.created
setup_intent.requires_action setup_intent.setup_failed setup_intent.succeeded
subscription.payment_failed subscription.payment_succeeded subscription_schedule.aborted
subscription_schedule.canceled subscription_schedule.completed subscription_schedule.created
subscription_schedule.expiring subscription_schedule.released subscription_schedule.updated
tax_rate.created tax_rate.updated test_helpers.test_clock.advancing
test_helpers.test_clock.created test_helpers.test_clock.deleted test_helpers.test_clock.ready
"""
# Issuing, Connect accounts and transfers, Identity, top-ups, cash balance, reporting, metering.
_OUT_OF_SCOPE = """
account.application.deauthorized account.updated cash_balance.funds_available
customer_cash_balance_transaction.created identity.verification_session.canceled
identity.verification_session.created identity.verification_session.redacted
issuing_authorization.request issuing_authorization.request.eu issuing_authorization.request.gb
issuing_card.created issuing_card.created.eu issuing_card.created.gb issuing_cardholder.created
issuing_cardholder.created.eu issuing_cardholder.created.gb issuing_transaction.created
issuing_transaction.purchase_details_receipt_updated issuing_transaction.updated
payment_intent.partially_funded reporting.report_run.succeeded topup.created transfer.created
transfer.reversed transfer.updated v1.billing.meter.error_report_triggered
v1.billing.meter.no_meter_found
"""
SUPPORTED = _SUPPORTED.split()
OUT_OF_SCOPE = _OUT_OF_SCOPE.split()
# Two are named after a story, and emit what happens in it.
_STORIES = {
    "subscription.payment_failed": "invoice.payment_failed",
    "subscription.payment_succeeded": "invoice.payment_succeeded",
}


def event_of(trigger: str) -> str:
    """The type of the event that a trigger promises."""
    return _STORIES.get(trigger, trigger)

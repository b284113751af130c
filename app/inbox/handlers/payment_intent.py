"""Stripe says something about a payment."""

from app import gateway
from app.inbox.handlers.story import record_payment
from app.inbox.registry import on

on(
    "payment_intent.created",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    fetch=gateway.retrieve_payment,
)(record_payment)

"""Stripe says something about a refund."""

from app import gateway
from app.inbox.handlers.story import its_payment, record_payment
from app.inbox.registry import on

on(
    "charge.refund.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)(record_payment)

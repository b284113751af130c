"""Stripe says something about a charge."""

from app import gateway
from app.inbox.handlers.story import its_payment, record_payment
from app.inbox.registry import on

on(
    "charge.captured",
    "charge.expired",
    "charge.failed",
    "charge.pending",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)(record_payment)

"""Stripe says something about a dispute."""

from app import gateway
from app.inbox.handlers.story import its_payment, record_payment
from app.inbox.registry import on

on(
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    fetch=gateway.retrieve_payment,
    about=its_payment,
)(record_payment)

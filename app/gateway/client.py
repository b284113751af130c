"""The only module that imports `stripe`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import requests
import stripe
import stripe.params
import stripe.params.checkout
from flask import Flask, current_app

from app import settings
from app.db import in_transaction
from app.errors import (
    CustomerGone,
    GatewayUnavailable,
    InvalidSignature,
    KeyBurnt,
    KeyTaken,
    NotFound,
    PaymentFailed,
    Rejected,
    ShopError,
)
from config import Settings

StripeCharge = stripe.Charge
StripeCheckoutSession = stripe.checkout.Session
StripeDispute = stripe.Dispute
StripeInvoice = stripe.Invoice
StripePaymentIntent = stripe.PaymentIntent
StripePaymentLink = stripe.PaymentLink
StripePrice = stripe.Price
StripeRefund = stripe.Refund
StripeSetupIntent = stripe.SetupIntent
StripeSubscription = stripe.Subscription
InvoiceCreatePreviewParams = stripe.params.InvoiceCreatePreviewParams
PriceCreateParams = stripe.params.PriceCreateParams
ProductCreateParams = stripe.params.ProductCreateParams
SessionCreateParams = stripe.params.checkout.SessionCreateParams
SubscriptionCreateParams = stripe.params.SubscriptionCreateParams
SubscriptionUpdateParams = stripe.params.SubscriptionUpdateParams

# Wrong key, conflict, too many requests: says nothing about the attempt itself.
UNDECIDED = {401, 409, 429}


class Patience(stripe.RequestsClient):
    """Waits once: somebody who waited for the whole timeout is not asked to wait again."""

    def _handle_request_error(self, e: Exception) -> NoReturn:
        try:
            super()._handle_request_error(e)
        except stripe.APIConnectionError as error:
            if isinstance(e, requests.exceptions.ReadTimeout):
                error.should_retry = False
            raise


def init_app(app: Flask, settings: Settings, http_client: stripe.HTTPClient | None = None) -> None:
    app.extensions["stripe"] = stripe.StripeClient(
        settings.stripe_secret_key,
        base_addresses={"api": settings.stripe_api_base},
        max_network_retries=settings.stripe_retries,
        http_client=http_client or Patience(timeout=settings.stripe_timeout),
    )


def installation() -> str:
    """Tells this shop's objects from those of staging on the same account."""
    return settings.current().installation_id


@contextmanager
def stripe_call() -> Iterator[stripe.StripeClient]:
    """Hand out the client, outside any transaction, with our own errors."""
    if in_transaction():
        raise RuntimeError("commit, or end reading(), before calling Stripe")
    try:
        yield current_app.extensions["stripe"]
    except stripe.StripeError as error:
        raise _translate(error) from error


def check_signature(payload: str, header: str, secrets: Iterable[str]) -> int:
    """When it was sent, in seconds, if one of the secrets signed it. Costs 40 µs each."""
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, header, secret)
        except (stripe.SignatureVerificationError, TypeError):
            continue
        stamp, _ = stripe.WebhookSignature._get_timestamp_and_signatures(header, "v1")
        return int(stamp)
    raise InvalidSignature("bad signature")


def _translate(error: stripe.StripeError) -> ShopError:
    message = error.user_message or str(error)
    status = error.http_status or 0
    if isinstance(error, stripe.CardError):
        return PaymentFailed(message)
    if isinstance(error, stripe.IdempotencyError) and status == 400:
        return KeyTaken("Something else was asked for at the same moment. Nothing was charged.")
    if isinstance(error, stripe.IdempotencyError) or status in UNDECIDED:
        return GatewayUnavailable(
            "The payment service has not answered yet. We will ask again; nothing is charged twice."
        )
    if _is_gone_customer(error):
        return CustomerGone(
            "Our payment service has just forgotten who you are. Nothing was charged; please try "
            "again, and it will know you anew."
        )
    if status == 404:
        return NotFound(message)
    if 400 <= status < 500:
        return Rejected(message)
    away = "The payment service cannot be reached just now. We will ask again; nothing is charged twice."
    return KeyBurnt(away) if _is_replayed(error) else GatewayUnavailable(away)


def _is_gone_customer(error: stripe.StripeError) -> bool:
    """Of a deleted customer, Stripe says this whatever it was asked to do with them."""
    missing = error.code == "resource_missing"
    return missing and (error.user_message or str(error)).startswith("No such customer")


def _is_replayed(error: stripe.StripeError) -> bool:
    """Whether Stripe repeated what this key was answered before."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return headers.get("idempotent-replayed") == "true"

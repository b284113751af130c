"""Our short addresses for payment links: on to Stripe's page, or a kind word when there is none."""

from dataclasses import dataclass

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from app import clock, htmx, security, settings
from app.db import db
from app.models import PaymentLink, PaymentLinkStatus
from app.services import payment_links
from app.store.frame import blueprint

P = PaymentLinkStatus
GONE, NOT_READY = 410, 503
MOST_LOOKS = 10  # then nobody is kept waiting for a payment that perhaps was never made
WAIT = 3  # seconds between two looks at a payment that is not here yet


@dataclass(frozen=True, kw_only=True)
class Words:
    """`mark` is the sign; `way_on` is where the reader can still pay or look, with its words."""

    mark: str
    title: str
    sentence: str
    way_on: tuple[str, str] | None = None
    status: int = 200


@blueprint.get("/l/<slug>")
@security.audience(security.OWNER)
@security.limiter.limit("60 per minute")
def short_link(slug: str) -> ResponseReturnValue:
    """Somebody follows a link from a letter; the first time is noted."""
    if request.method == "HEAD":  # a mail program looks whether it is there
        return Response(status=200 if _find(slug) else 404)
    link = payment_links.opened(slug) or abort(404)
    words = _words(link)
    if words is None:
        return redirect(link.url, 303)
    return _show(link, words)


@blueprint.get("/l/<slug>/thanks")
@security.audience(security.OWNER)
def short_link_thanks(slug: str) -> ResponseReturnValue:
    """Stripe sends payers back here; what we say is what our books say."""
    link = _find(slug) or abort(404)
    looks = request.args.get("look", 0, type=int)
    if link.status == P.PAID:
        return _show(link, _paid(link))
    if looks >= MOST_LOOKS:
        return _show(link, _nothing_yet(link))
    waiting = Words(
        mark="wait",
        title="Thank you. We are confirming your payment.",
        sentence="This takes a few seconds. You can close this page; please do not pay again.",
    )
    return _show(link, waiting, wait=WAIT, look=looks + 1)


def _find(slug: str) -> PaymentLink | None:
    return db.session.scalar(db.select(PaymentLink).filter_by(slug=slug))


def _words(link: PaymentLink) -> Words | None:
    """What to say instead of sending somebody on; None when the link can be paid."""
    if link.status == P.PAID:
        return _paid(link)
    if link.on_its_way:
        return Words(
            mark="wait",
            title="A payment is on its way",
            sentence="A bank debit takes a few working days. Please do not pay again meanwhile.",
            way_on=_way_on(link, paying=False),
        )
    over = link.expires_at is not None and link.expires_at <= clock.now()
    if link.status == P.EXPIRED or (over and link.is_live):
        return _dead(link, "This link has expired", "It was only good for a while.")
    if link.status == P.SUPERSEDED:
        return _superseded(link)
    if link.status == P.DEACTIVATED:
        return _dead(link, "This link is no longer in use", "We have taken it back.")
    if link.status == P.REJECTED:
        return _dead(link, "This link does not work", "Something about it was wrong: our mistake.")
    if not link.url:
        return Words(
            mark="wait",
            title="This link is almost ready",
            sentence="Stripe has not answered us yet. Please open it again in a minute.",
            status=NOT_READY,
        )
    return None


def _paid(link: PaymentLink) -> Words:
    return Words(
        mark="tick",
        title="Thank you. This is paid.",
        sentence="The money is here, and there is nothing left to do.",
        way_on=_way_on(link, paying=False),
    )


def _nothing_yet(link: PaymentLink) -> Words:
    return Words(
        mark="clock",
        title="No payment has arrived here yet",
        sentence="If you have paid, we will know soon: please do not pay again. If you have not, look "
        "at the link once more.",
        way_on=(f"/l/{link.slug}", "See the link"),
    )


def _superseded(link: PaymentLink) -> Words:
    """It was paid in another way, or a newer link took its place."""
    if link.invoice is not None and not link.invoice.due_amount:
        return _settled(link)
    if link.order is not None and not link.order.is_payable:
        return _settled(link)
    if any(event.reason == payment_links.NEWER for event in link.events):
        why = "We sent you another one, which takes its place."
        return _dead(link, "There is a newer link", why)
    return _dead(link, "This link is no longer in use", "It was to be paid in another way.")


def _settled(link: PaymentLink) -> Words:
    return Words(
        mark="tick",
        title="There is nothing left to pay here",
        sentence="What this link was for was settled in another way.",
        way_on=_way_on(link, paying=False),
    )


def _dead(link: PaymentLink, title: str, why: str) -> Words:
    way_on = _way_on(link, paying=True)
    ask = f"Write to {settings.current().shop_email} and we send you another one."
    sentence = f"{why} Nothing was charged. {'You can still pay here.' if way_on else ask}"
    return Words(mark="clock", title=title, sentence=sentence, way_on=way_on, status=GONE)


def _way_on(link: PaymentLink, *, paying: bool) -> tuple[str, str] | None:
    """The page of what it was for; when paying, only if something is owed there."""
    if link.invoice is not None and (link.invoice.due_amount or not paying):
        words = f"Pay invoice {link.invoice.number}" if paying else "See the invoice"
        return f"/invoices/{link.invoice.token}", words
    if link.order is not None and (link.order.is_payable or not paying):
        words = f"Pay order {link.order.number}" if paying else "See the order"
        return f"/orders/{link.order.token}", words
    return None


def _show(link: PaymentLink, words: Words, *, wait: int = 0, look: int = 0) -> Response:
    response = htmx.render(
        "store/links.html",
        "store/_links.html",
        words.status,
        link=link,
        words=words,
        wait=wait,
        look=look,
    )
    if words.status == NOT_READY:
        response.headers["Retry-After"] = "60"
    return response

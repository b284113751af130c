"""What may happen next to a payment link, and where something may not, why."""

from app.admin.steps import Step
from app.models import PaymentLink, PaymentLinkStatus
from app.services import payment_links

WHY_CLOSED = {
    PaymentLinkStatus.NEW: "Stripe has not made it yet.",
    PaymentLinkStatus.PAID: "It is paid.",
    PaymentLinkStatus.EXPIRED: "Its time is over.",
    PaymentLinkStatus.SUPERSEDED: "A newer link or another payment took its place.",
    PaymentLinkStatus.DEACTIVATED: "It was deactivated.",
    PaymentLinkStatus.REJECTED: "Stripe refused to make it.",
}


def next_steps(link: PaymentLink) -> list[Step]:
    """What staff may do with a link, with the reason where not."""
    closed, refused = why_closed(link), link.status == PaymentLinkStatus.REJECTED
    return [
        Step(
            label="Send it again",
            door="resend",
            effect=f"The same letter once more, to {link.email}.",
            why_not=closed,
        ),
        Step(
            label="Remind",
            door="remind",
            effect="A kind letter that it is still open.",
            why_not=closed,
            asks=True,
        ),
        Step(
            label="Put it away" if refused else "Deactivate",
            door="deactivate",
            effect="Off your list." if refused else "Nobody can pay with it any more.",
            why_not=why_not_ended(link),
            asks=True,
            look="danger",
        ),
    ]


def why_closed(link: PaymentLink) -> str:
    """Why a link is not sent any more; empty while it can be paid."""
    on_its_way = payment_links.ON_ITS_WAY if link.on_its_way else ""
    return WHY_CLOSED.get(link.status, on_its_way)


def why_not_ended(link: PaymentLink) -> str:
    return "" if link.may_become(PaymentLinkStatus.DEACTIVATED) else why_closed(link)

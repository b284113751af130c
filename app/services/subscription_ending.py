"""What becomes of a subscription that is canceled: its license, what is open, what is left over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app import settings
from app.models import LicenseStatus, Subscription, SubscriptionStatus

LATE = {SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID}


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Amounts in minor units of the subscription's currency.

    While it is late, a license works until `works_until`; None for one that does not work now.
    """

    has_license: bool
    ends_at: datetime | None  # unless it is canceled now
    late: bool
    owed_amount: int  # stays owed whenever it ends
    works_until: datetime | None
    was_paid: bool  # so that something could be paid back
    credit_amount: int  # at Stripe; stays there


def of(row: Subscription) -> Ending:
    on_trial = row.status == SubscriptionStatus.TRIALING
    end = (row.trial_end if on_trial else None) or row.current_period_end
    return Ending(
        has_license=bool(row.licenses),
        ends_at=end,
        late=row.status in LATE,
        owed_amount=owed(row),
        works_until=_works_until(row, end),
        was_paid=_was_paid(row),
        credit_amount=max(credit(row), 0),
    )


def owed(row: Subscription) -> int:
    """What is open of it; what only a change waits for is not owed."""
    theirs = (each for each in row.invoices if each.stripe_id != row.wanted_invoice_id)
    return sum(each.due_amount for each in theirs)


def credit(row: Subscription) -> int:
    """What its customer has at Stripe for what comes next; below zero is added to it."""
    return row.customer.stripe_credit.get(row.currency, 0)


def _works_until(row: Subscription, end: datetime | None) -> datetime | None:
    if not any(license.status == LicenseStatus.ACTIVE for license in row.licenses):
        return None
    if row.status != SubscriptionStatus.PAST_DUE or row.past_due_since is None:
        return end
    over = row.past_due_since + timedelta(days=settings.current().grace_days)
    return min(over, end) if end else over


def _was_paid(row: Subscription) -> bool:
    items = (item for invoice in row.invoices for item in invoice.items)
    return any(cover.applied_amount > 0 for item in items for cover in item.payments)

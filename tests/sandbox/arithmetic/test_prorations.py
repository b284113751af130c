"""Prorations and trials to the cent: examples of Stripe's pages, and variations by their rules.

Unless a case says otherwise a month is April of 2027: 30 days, half over on the 16th.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.arithmetic.years import Story, at

Told = Callable[[Story], None]
HALF = {"percent_off": 50, "duration": "forever"}
HALF_ONCE = {"percent_off": 50, "duration": "once"}
NOW = {"proration_behavior": "always_invoice"}
ANCHOR_NOW = {"billing_cycle_anchor": {"type": "now"}}
NONE = {"proration_behavior": "none"}
MAY_FIRST = {"day_of_month": 1, "hour": 0, "minute": 0, "second": 0}
CLASSIC = {"billing_mode": {"type": "classic"}}
ITEMIZED = {"billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "itemized"}}}
PRORATIONS = "docs.stripe.com/billing/subscriptions/prorations"
CHANGING = "docs.stripe.com/billing/subscriptions/change-price"
SUPPORT = "support.stripe.com/questions/handling-subscription-changes"
BACKDATING = "docs.stripe.com/billing/subscriptions/backdating"
CYCLE = "docs.stripe.com/billing/subscriptions/billing-cycle"
CHECKOUT = "docs.stripe.com/payments/checkout/billing-cycle"
TRIALS = "docs.stripe.com/billing/subscriptions/trials"
MODES = "docs.stripe.com/billing/subscriptions/billing-mode/compare"


def told(*acts: Any) -> Told:
    """A story from acts: (verb, arguments…, {named arguments})."""

    def tell(story: Story) -> None:
        for verb, *given in acts:
            named = given.pop() if given and isinstance(given[-1], dict) else {}
            getattr(story, verb)(*given, **named)

    return tell


# (the page, its day of beginning, what happens, [(amounts of the lines, total) of each invoice])
CASES: list[tuple[str, str, Told, list[tuple[list[int], int]]]] = [
    (f"{PRORATIONS}: from 10 to 20 halfway is 5 more", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", "2000/m"), ("until", "2027-05-02")),
     [([1000], 1000), ([-500, 1000, 2000], 2500)]),
    (f"worked after {PRORATIONS}: from 20 to 10 halfway is 5 less", "2027-04-01",
     told(("begins", "2000/m"), ("changes", "2027-04-16", "1000/m"), ("until", "2027-05-02")),
     [([2000], 2000), ([-1000, 500, 1000], 500)]),
    (f"{CHANGING}: 10 on May 1, 20 from the middle of May, 25 on June 1", "2027-05-01",
     told(("begins", "1000/m"), ("changes", "2027-05-16T12:00", "2000/m"),
          ("until", "2027-06-02")),
     [([1000], 1000), ([-500, 1000, 2000], 2500)]),
    (f"{CHANGING}, older: 10 to 25 halfway through March is 32.50 in April", "2027-03-01",
     told(("begins", "1000/m"), ("changes", "2027-03-16T12:00", "2500/m"),
          ("until", "2027-04-02")),
     [([1000], 1000), ([-500, 1250, 2500], 3250)]),
    (f"{CHANGING}, older: 25 to 10 halfway leaves 2.50", "2027-03-01",
     told(("begins", "2500/m"), ("changes", "2027-03-16T12:00", "1000/m"),
          ("until", "2027-04-02")),
     [([2500], 2500), ([-1250, 500, 1000], 250)]),
    (f"worked after {PRORATIONS}: to the second", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-12T13:46:40", "2000/m", NOW)),
     [([1000], 1000), ([-614, 1228], 614)]),
    (f"worked after {PRORATIONS}: always_invoice bills at once", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", "2000/m", NOW), ("until", "2027-05-02")),
     [([1000], 1000), ([-500, 1000], 500), ([2000], 2000)]),
    (f"worked after {PRORATIONS}: none waits for the next period", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", "2000/m", NONE),
          ("until", "2027-05-02")),
     [([1000], 1000), ([2000], 2000)]),
    (f"worked after {PRORATIONS}, Preview a proration: as of a date gone by", "2027-04-01",
     told(("begins", "1000/m"),
          ("changes", "2027-04-20", "2000/m", {"proration_date": "2027-04-16", **NOW})),
     [([1000], 1000), ([-500, 1000], 500)]),
    (f"worked after {PRORATIONS}: one more seat halfway", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", {"quantity": 2}),
          ("until", "2027-05-02")),
     [([1000], 1000), ([-500, 1000, 2000], 2500)]),
    (f"worked after {PRORATIONS}: two seats less halfway", "2027-04-01",
     told(("begins", "1000/m", 3), ("changes", "2027-04-16", {"quantity": 1}),
          ("until", "2027-05-02")),
     [([3000], 3000), ([-1500, 500, 1000], 0)]),
    (f"worked after {PRORATIONS}: an item added on the 21st", "2027-04-01",
     told(("begins", "1000/m"), ("adds", "2027-04-21", "1500/m"), ("until", "2027-05-02")),
     [([1000], 1000), ([500, 1000, 1500], 3000)]),
    (f"worked after {PRORATIONS}: an item removed again", "2027-04-01",
     told(("begins", "1000/m"), ("adds", "2027-04-11", "1500/m"), ("removes", "2027-04-21"),
          ("until", "2027-05-02")),
     [([1000], 1000), ([-500, 1000, 1000], 1500)]),
    (f"{PRORATIONS}, Prorations and discounts: the amount is after the discount", "2027-04-01",
     told(("begins", "1000/m", {"coupon": HALF}), ("changes", "2027-04-16", "2000/m"),
          ("until", "2027-05-02")),
     [([1000], 500), ([-250, 500, 2000], 1250)]),
    ("worked after docs.stripe.com/changelog/clover/2025-09-30/itemize-proration-discount-amounts",
     "2027-04-01",
     told(("begins", "1000/m", {"coupon": HALF, **ITEMIZED}),
          ("changes", "2027-04-16", "2000/m"), ("until", "2027-05-02")),
     [([1000], 500), ([-500, 1000, 2000], 1250)]),
    ("worked after docs.stripe.com/billing/taxes/collect-taxes: prorations are taxed",
     "2027-04-01",
     told(("begins", "1000/m", {"tax": 10}), ("changes", "2027-04-16", "2000/m"),
          ("until", "2027-05-02")),
     [([1000], 1100), ([-500, 1000, 2000], 2750)]),
    (f"worked after {MODES}: a credit carries the tax of its debit", "2027-04-01",
     told(("begins", "1000/m", {"tax": 10}),
          ("changes", "2027-04-16", "2000/m", {"tax": 20, **NOW})),
     [([1000], 1100), ([-500, 1000], 650)]),
    (f"worked after {MODES}: a credit gives back what a discount left to pay", "2027-04-01",
     told(("begins", "1000/m", {"coupon": HALF_ONCE}), ("changes", "2027-04-16", "2000/m", NOW)),
     [([1000], 500), ([-250, 1000], 750)]),
    (f"worked after {MODES}: flexible billing credits what was debited", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-11", "2000/m", NONE),
          ("cancels", "2027-04-16")),
     [([1000], 1000), ([-500], -500)]),
    (f"worked after {MODES}: classic billing credits the price of now", "2027-04-01",
     told(("begins", "1000/m", CLASSIC), ("changes", "2027-04-11", "2000/m", NONE),
          ("cancels", "2027-04-16")),
     [([1000], 1000), ([-1000], -1000)]),
    (f"worked after {PRORATIONS}: up on the 11th, down on the 21st", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-11", "2000/m", NOW),
          ("changes", "2027-04-21", "1000/m"), ("until", "2027-05-02")),
     [([1000], 1000), ([-667, 1333], 666), ([-667, 333, 1000], 666)]),
    (f"worked after {PRORATIONS}: canceled halfway, given back at once", "2027-04-01",
     told(("begins", "1000/m"), ("cancels", "2027-04-16")),
     [([1000], 1000), ([-500], -500)]),
    (f"worked after {PRORATIONS}: 300 of the 366 days of a year are given back", "2028-01-01",
     told(("begins", "36600/y"), ("cancels", "2028-03-07")),
     [([36600], 36600), ([-30000], -30000)]),
    (f"worked after docs.stripe.com/currencies and {PRORATIONS}: whole yen", "2027-04-01",
     told(("begins", "999/m jpy"), ("changes", "2027-04-16", "1999/m jpy", NOW)),
     [([999], 999), ([-500, 1000], 500)]),
    (f"{SUPPORT}: from monthly to yearly the year begins now", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", "10000/y"), ("until", "2027-05-02")),
     [([1000], 1000), ([-500, 10000], 9500)]),
    (f"{SUPPORT}: from a free plan the first period begins now", "2027-04-01",
     told(("begins", "0/m"), ("changes", "2027-04-16", "1000/m"), ("until", "2027-05-17")),
     [([0], 0), ([1000], 1000), ([1000], 1000)]),
    (f"{SUPPORT}: more credit than is due is kept for later invoices", "2027-01-01",
     told(("begins", "36500/y"), ("changes", "2027-01-11", "1000/m"), ("until", "2027-02-12")),
     [([36500], 36500), ([-35500, 1000], -34500), ([1000], 1000)]),
    (f"{BACKDATING}: 14 of the 28 days from February 15", "2027-03-01",
     told(("begins", "3000/m", {"backdate_start_date": "2027-02-15",
                                "billing_cycle_anchor": "2027-03-01"})),
     [([1500, 3000], 4500)]),
    (f"{BACKDATING}: 17 of the 31 days from January 15", "2027-02-01",
     told(("begins", "3100/m", {"backdate_start_date": "2027-01-15",
                                "billing_cycle_anchor": "2027-02-01"})),
     [([1700, 3100], 4800)]),
    (f"worked after {BACKDATING}: flexible billing has a line for each period", "2027-03-15",
     told(("begins", "3000/m", {"backdate_start_date": "2027-01-01"})),
     [([3000, 3000, 3000], 9000)]),
    (f"{CHECKOUT}: from May 15 with an anchor at June 1", "2027-05-15",
     told(("begins", "3100/m", {"billing_cycle_anchor": "2027-06-01"}), ("until", "2027-06-02")),
     [([1700], 1700), ([3100], 3100)]),
    (f"{CHECKOUT}: without proration the time until the anchor is free", "2027-05-15",
     told(("begins", "3100/m", {"billing_cycle_anchor": "2027-06-01", **NONE}),
          ("until", "2027-06-02")),
     [([3100], 3100)]),
    (f"worked after {CYCLE}: the anchor is moved to now", "2027-04-01",
     told(("begins", "1000/m"), ("changes", "2027-04-16", ANCHOR_NOW),
          ("until", "2027-05-17")),
     [([1000], 1000), ([-500, 1000], 500), ([1000], 1000)]),
    ("docs.stripe.com/api/subscriptions/create, cancel_at: a future period is billed in part",
     "2027-04-01",
     told(("begins", "1000/m", {"cancel_at": "2027-05-16T12:00"}), ("until", "2027-05-17")),
     [([1000], 1000), ([500], 500)]),
    ("docs.stripe.com/api/subscriptions/create, cancel_at: before the end of the first period",
     "2027-04-01",
     told(("begins", "1000/m", {"cancel_at": "2027-04-16"}), ("until", "2027-05-02")),
     [([500], 500)]),
    (f"worked after {CYCLE}: the anchor as a day of the month and a time", "2027-04-15",
     told(("begins", "3000/m", {"billing_cycle_anchor_config": MAY_FIRST}),
          ("until", "2027-05-02")),
     [([1600], 1600), ([3000], 3000)]),
    (f"{TRIALS}: an invoice over nothing, and the price when the trial ends", "2027-04-01",
     told(("begins", "2000/m", {"trial_period_days": 14}), ("until", "2027-04-16")),
     [([0], 0), ([2000], 2000)]),
    (f"{TRIALS}: from the 15th a week is free, then a part until the 1st", "2027-04-15",
     told(("begins", "3000/m", {"trial_end": "2027-04-22",
                                "billing_cycle_anchor": "2027-05-01"}), ("until", "2027-05-02")),
     [([0], 0), ([900], 900), ([3000], 3000)]),
    (f"{TRIALS}: a trial is ended now", "2027-04-01",
     told(("begins", "2000/m", {"trial_period_days": 14}),
          ("changes", "2027-04-06", {"trial_end": "now"})),
     [([0], 0), ([2000], 2000)]),
    (f"worked after {PRORATIONS}, What triggers prorations: a trial while it runs", "2027-04-01",
     told(("begins", "2000/m"), ("changes", "2027-04-16", {"trial_end": "2027-04-26"}),
          ("until", "2027-04-27")),
     [([2000], 2000), ([-1000, 0], -1000), ([2000], 2000)]),
    (f"worked after {TRIALS}: a change during the trial costs nothing until its end",
     "2027-04-01",
     told(("begins", "1000/m", {"trial_period_days": 10}),
          ("changes", "2027-04-06", "2000/m"), ("until", "2027-04-12")),
     [([0], 0), ([2000], 2000)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "tell", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_subscription_is_billed_as_documented(
    api: Any, day: str, tell: Told, expected: list[tuple[list[int], int]]
) -> None:
    story = Story(api, day)

    tell(story)

    assert story.invoices() == expected


# (the page, the anchor, the interval, when the next periods begin)
ANCHORS = [
    (f"{CYCLE}: September 2 always bills on the 2nd", "2027-09-02", "m",
     ["2027-10-02", "2027-11-02", "2027-12-02"]),
    (f"{CYCLE}: January 31 bills on the last day of shorter months", "2027-01-31", "m",
     ["2027-02-28", "2027-03-31", "2027-04-30"]),
    (f"{CYCLE}: in a leap year that is February 29", "2028-01-31", "m",
     ["2028-02-29", "2028-03-31", "2028-04-30"]),
    (f"{CYCLE}: a Friday bills every Friday", "2022-06-03", "w",
     ["2022-06-10", "2022-06-17", "2022-06-24"]),
    (f"worked after {CYCLE}: February 29 once a year", "2028-02-29", "y",
     ["2029-02-28", "2030-02-28"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "interval", "dates"), [case[1:] for case in ANCHORS], ids=[case[0] for case in ANCHORS]
)
def test_periods_begin_on_the_day_of_the_anchor(
    api: Any, day: str, interval: str, dates: list[str]
) -> None:
    story = Story(api, day)
    story.begins(f"1000/{interval}")

    begun = []
    for date in dates:
        story.until(f"{date}T02:00")
        begun.append(story.items()[0].current_period_start)

    assert begun == [at(date) for date in dates]

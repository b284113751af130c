"""The demo's goods that are subscribed to, each with a trial."""

from app.demo.values import Price, Product, Variant


def _plans(monthly: int, yearly: int, trial_days: int) -> tuple[Price, ...]:
    return (
        Price(unit_amount=monthly, interval="month", trial_days=trial_days),
        Price(unit_amount=yearly, interval="year", trial_days=trial_days),
    )


SOFTWARE = (
    Product(
        slug="tidepool",
        name="Tidepool",
        kind="license",
        category="software",
        summary="A focus timer that breathes with you, for Mac, Windows and Linux.",
        description="""\
The water rises while you work and falls while you rest. No streaks, no badges, no account with
anyone else.
""",
        features=("Two devices per seat", "Works offline", "No account with anyone else"),
        tags=("focus", "desktop"),
        featured=True,
        variants=(Variant(sku="SW-TIDEPOOL", prices=_plans(400, 4000, trial_days=7)),),
    ),
    Product(
        slug="inkwell",
        name="Inkwell",
        kind="license",
        category="software",
        summary="One page, one cursor, your words. A writing app that stays out of the way.",
        description="""\
Your texts are plain files in a folder that you choose. Inkwell only shows them nicely, and keeps
every version of the last thirty days.
""",
        features=("Plain text files", "Three devices per seat", "Exports to PDF and Word"),
        tags=("writing", "desktop"),
        variants=(Variant(sku="SW-INKWELL", prices=_plans(700, 7000, trial_days=14)),),
    ),
    Product(
        slug="ledgerleaf",
        name="Ledgerleaf",
        kind="license",
        category="software",
        summary="Household books that take ten minutes a week.",
        description="""\
Drop in the file your bank gives you; Ledgerleaf sorts it by what you taught it last week. Two
people can keep one book.
""",
        features=("Reads bank CSV files", "Shared by two people", "Your data stays with you"),
        tags=("money", "desktop"),
        level="New",
        variants=(Variant(sku="SW-LEDGERLEAF", prices=_plans(600, 5400, trial_days=30)),),
    ),
)

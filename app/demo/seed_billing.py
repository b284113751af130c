"""The demo's billing: who subscribed, was billed and was asked for money, and how many days ago."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from app.db import reading
from app.demo import asking, invoicing, stripe_time, subscribing
from app.demo.asking import Ask
from app.demo.invoicing import Bill
from app.demo.seed_orders import Beginning
from app.demo.subscribing import Wish
from app.models import Invoice, Payment, PaymentLink, Subscription
from app.services import subscriptions

INKWELL, TIDEPOOL, LEDGERLEAF = "SW-INKWELL", "SW-TIDEPOOL", "SW-LEDGERLEAF"
SUBSCRIPTIONS: tuple[tuple[float, subscribing.Story, Wish], ...] = (
    (62.1, subscribing.active, Wish(email="ada.lindner@example.com", sku=INKWELL, seats=2, used=2)),
    (
        80.4,
        subscribing.active,
        Wish(email="nora.keller@example.com", sku=INKWELL, interval="year", seats=5, used=3),
    ),
    (70.3, subscribing.forgotten, Wish(email="reto.baumann@example.com", sku=TIDEPOOL, used=1)),
    (44.6, subscribing.paused, Wish(email="camille.laurent@example.com", sku=TIDEPOOL, used=1)),
    (40.2, subscribing.canceled, Wish(email="etienne.moreau@example.com", sku=INKWELL, used=1)),
    (33.7, subscribing.past_due, Wish(email="miriam.vogt@example.com", sku=LEDGERLEAF, used=1)),
    (
        24.8,
        subscribing.past_due,
        Wish(email="theresa.gruber@example.com", sku=INKWELL, seats=2, used=2),
    ),
    (20.5, subscribing.ending, Wish(email="jonas.berger@example.com", sku=TIDEPOOL, used=1)),
    (
        9.2,
        subscribing.trialing,
        Wish(email="valentina.hofer@example.com", sku=LEDGERLEAF, interval="year"),
    ),
    (0.4, subscribing.without_card, Wish(email="friedrich.hohenstein@example.com", sku=TIDEPOOL)),
)
ENGRAVING = ("Engraving of 40 pens", 26000)
WORKSHOP = ("Lettering workshop, half a day", 39000)
INVOICES: tuple[tuple[float, invoicing.Story, Bill], ...] = (
    (
        84.5,
        invoicing.uncollectible,
        Bill(email="chloe.favre@example.com", lines=(("Shop window, spring", 48000),)),
    ),
    (57.2, invoicing.paid, Bill(email="ada.lindner@example.com", lines=(WORKSHOP,))),
    (
        45.8,
        invoicing.paid_from_elsewhere,
        Bill(email="reto.baumann@example.com", lines=(("Repair of a fountain pen", 4500),)),
    ),
    (30.9, invoicing.void, Bill(email="nora.keller@example.com", lines=(ENGRAVING,))),
    (
        26.3,
        invoicing.sent,
        Bill(
            email="ada.lindner@example.com",
            lines=(ENGRAVING, ("Rush, delivered in three days", 4000)),
            note="Thank you for the large order.",
        ),
    ),
    (
        21.4,
        invoicing.every_month,
        Bill(email="camille.laurent@example.com", lines=(("Paper subscription, two reams", 3800),)),
    ),
    (
        16.6,
        invoicing.paid_in_part,
        Bill(email="emil.schroeder@example.com", lines=(WORKSHOP, ("Room and coffee", 12000))),
    ),
    (
        8.3,
        invoicing.asked_twice,
        Bill(email="lukas.steiner@example.com", lines=(("Notebooks with your logo", 31500),)),
    ),
    (
        4.9,
        invoicing.sent,
        Bill(email="ada.lindner@example.com", lines=(("Ink refills, office", 5900),)),
    ),
    (
        1.8,
        invoicing.debit_on_its_way,
        Bill(email="ines.garnier@example.com", lines=(("Gift wrapping, 25 parcels", 7500),)),
    ),
    (
        0.7,
        invoicing.draft,
        Bill(email="etienne.moreau@example.com", lines=(("Letterpress cards, 200", 24000),)),
    ),
)
LINKS: tuple[tuple[float, asking.Story, Ask], ...] = (
    (
        38.1,
        asking.dismissed,
        Ask(email="markt@flohmarkt.example", words="Table at the flea market", amount=2500),
    ),
    (
        23.9,
        asking.expired,
        Ask(email="ines.garnier@example.com", words="Deposit: workshop", amount=8000, days=7),
    ),
    (
        17.3,
        asking.paid,
        Ask(email="theresa.gruber@example.com", words="Calligraphy lesson", amount=6500),
    ),
    (
        14.2,
        asking.assigned,
        Ask(
            email="e.schroeder@post.example",
            words="Coffee at the workshop",
            amount=2000,
            belongs_to="emil.schroeder@example.com",
        ),
    ),
    (
        12.4,
        asking.deactivated,
        Ask(email="jonas.berger@example.com", words="A special edition", amount=12000),
    ),
    (
        6.2,
        asking.unmatched,
        Ask(email="buchhaltung@nordwerk.example", words="Rechnung 2208", amount=18900),
    ),
    (
        3.1,
        asking.opened,
        Ask(email="chloe.favre@example.com", words="Shipping abroad", amount=2900, days=14),
    ),
    (
        2.2,
        asking.waiting,
        Ask(email="kontakt@atelier-sued.example", words="Deposit: 60 notebooks", amount=15000),
    ),
    (
        1.1,
        asking.unmatched,
        Ask(email="p.arnaud@courriel.example", words="Un stylo gravé", amount=7400),
    ),
)


def plan(customer_ids: dict[str, int]) -> list[Beginning]:
    """What began how many days ago."""
    begun: list[tuple[float, Any]] = []
    begun += [(ago, story(customer_ids[w.email], w)) for ago, story, w in SUBSCRIPTIONS]
    begun += [(ago, story(customer_ids[b.email], b)) for ago, story, b in INVOICES]
    begun += [(ago, story(ask)) for ago, story, ask in LINKS]
    return begun


def arrive() -> None:
    """Today it is today for Stripe, too, and the shop knows what happened until now."""
    stripe_time.arrive()
    with reading() as session:
        ids = list(session.scalars(select(Subscription.id)))
    for subscription_id in ids:
        subscriptions.sync(subscription_id)


def in_words() -> str:
    """How much of it there is."""
    counted: Counter[str] = Counter()
    with reading() as session:
        for model in (Subscription, Invoice, Payment, PaymentLink):
            found = session.scalar(select(func.count()).select_from(model))
            counted[str(model.__tablename__).replace("_", " ")] = int(found or 0)
    return ", ".join(f"{count} {name}" for name, count in counted.items())

"""The demo's goods for the living room and the way there."""

from app.demo.values import Product, Variant, once

LIVING = (
    Product(
        slug="halo-lamp",
        name="Halo table lamp",
        kind="physical",
        category="living",
        summary="Warm, dimmable light under a spun metal shade.",
        description="""\
The shade is spun from one disc of aluminium and painted inside, so the light falls warm on the
table and not into your eyes. Turn the knob on the stem to dim it.

### In the box
- lamp, bulb, two metres of textile cable
- a spare bulb, because bulbs fail on Sundays
""",
        features=("Brass stem", "LED bulb included, 2,700 K", "Two years' guarantee"),
        tags=("light", "brass"),
        level="Favourite gift",
        weight=2650,
        featured=True,
        variants=(Variant(sku="LAMP-HALO", stock=6, prices=once(12900, usd=13900)),),
    ),
    Product(
        slug="clay-vase",
        name="Clay vase",
        kind="physical",
        category="living",
        summary="Unglazed outside, watertight inside. Made for tall branches.",
        description="""\
Red clay from Lusatia, left bare so that you see the maker's fingers. The narrow neck holds three
branches exactly where you put them.
""",
        features=("24 cm tall", "Two hand-cut lines", "Felt foot"),
        tags=("clay", "flowers", "gift"),
        weight=1300,
        variants=(Variant(sku="VASE-CLAY", stock=12, prices=once(4400)),),
    ),
    Product(
        slug="cedar-candle",
        name="Cedar and smoke candle",
        kind="physical",
        category="living",
        summary="A quiet scent that stays in one room.",
        description="""\
Cedar first, then a little smoke, then nothing much: it is meant to be noticed once. Burn it for
two hours the first time, so that the wax melts evenly.
""",
        features=("Burns 45 hours", "Rapeseed wax", "Glass can be refilled"),
        tags=("scent", "gift"),
        weight=520,
        variants=(Variant(sku="CANDLE-CEDAR", stock=2, prices=once(1900)),),
    ),
    Product(
        slug="slow-clock",
        name="Slow clock",
        kind="physical",
        category="living",
        summary="A silent wall clock in an oak ring.",
        description="""\
It does not tick. The red hand takes its minute in one long sweep, and the battery lasts about two
years.
""",
        features=("40 cm", "Silent movement", "One AA battery"),
        tags=("wood", "wall"),
        weight=1850,
        variants=(Variant(sku="CLOCK-SLOW", stock=6, prices=once(7900)),),
    ),
    Product(
        slug="harbour-blanket",
        name="Harbour blanket",
        kind="physical",
        category="living",
        summary="Lambswool, woven double, warm without weight.",
        description="""\
Woven on narrow looms by a family that has done little else since 1911. Blue on one side, cream on
the other.

**Moths, dogs, children:** we mend it free of charge for five years.
""",
        features=("140 × 200 cm", "Pure new wool", "Mended free for five years"),
        tags=("wool", "winter"),
        weight=1250,
        featured=True,
        variants=(Variant(sku="BLANKET-HARBOUR", stock=7, prices=once(11800, usd=12800)),),
    ),
    Product(
        slug="market-tote",
        name="Market tote",
        kind="physical",
        category="living",
        summary="Carries eleven kilos and folds into a pocket.",
        description="""\
The handles are long enough for a shoulder in a winter coat. Printed by hand; the wave fades a
little with the years, the bag does not.
""",
        features=("Organic cotton", "Screen printed", "Long handles"),
        tags=("cotton", "market"),
        weight=240,
        variants=(Variant(sku="TOTE-MARKET", stock=52, prices=once(2200, usd=2400)),),
    ),
    Product(
        slug="winter-cushion",
        name="Winter cushion",
        kind="physical",
        category="living",
        summary="Knitted stars on green wool, with four proud pompoms.",
        description="""\
Knitted in one piece and closed with a row of horn buttons at the back. The filling is sheep's wool
and comes out for washing.

*We are still choosing the yarn: not in the shop yet.*
""",
        features=("50 × 50 cm", "Wool inside and out", "Cover washable at 30 °C"),
        tags=("wool", "winter"),
        status="draft",
        weight=900,
        variants=(Variant(sku="CUSHION-WINTER", stock=0, prices=once(5900)),),
    ),
)

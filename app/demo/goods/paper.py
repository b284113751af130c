"""The demo's goods for the desk and the wall."""

from app.demo.values import Product, Variant, once

PAPER = (
    Product(
        slug="dotted-notebook",
        name="Dotted notebook",
        kind="physical",
        category="writing",
        summary="Lies flat, takes ink, closes with a band.",
        description="""\
Sewn in sections of sixteen pages, so it opens flat on any of them. The dots are grey enough to
forget.
""",
        features=("192 pages, 100 g", "A5", "Sewn binding"),
        tags=("paper", "notes"),
        weight=330,
        variants=(
            Variant(
                sku="NOTE-COBALT",
                options=(("Cover", "Cobalt"),),
                stock=80,
                prices=once(1400, usd=1500),
            ),
            Variant(
                sku="NOTE-RUST", options=(("Cover", "Rust"),), stock=44, prices=once(1400, usd=1500)
            ),
            Variant(
                sku="NOTE-FERN", options=(("Cover", "Fern"),), stock=0, prices=once(1400, usd=1500)
            ),
        ),
    ),
    Product(
        slug="brass-pen",
        name="Brass pen",
        kind="physical",
        category="writing",
        summary="Heavier than it looks, and it ages with you.",
        description="""\
Machined from one bar and left bare. After a month it is the colour of your hand; a little lemon
makes it new again, if you want that.
""",
        features=("Standard refills", "Machined from one bar", "No plating"),
        tags=("brass", "gift"),
        weight=60,
        featured=True,
        variants=(Variant(sku="PEN-BRASS", stock=26, prices=once(3600, usd=3900)),),
    ),
    Product(
        slug="letter-set",
        name="Letter set",
        kind="physical",
        category="writing",
        summary="Twelve sheets, twelve lined envelopes, sealing wax.",
        description="""\
For the letters that should not be a message. The paper is made from cotton left over by shirt
makers, and takes a fountain pen without bleeding.
""",
        features=("Cotton paper", "Three colours", "Fits a fountain pen"),
        tags=("paper", "gift"),
        weight=290,
        variants=(Variant(sku="LETTERS-12", stock=40, prices=once(1600)),),
    ),
    Product(
        slug="desk-calendar",
        name="Desk calendar 2027",
        kind="physical",
        category="writing",
        summary="A month at a glance, and room for one thing a day.",
        description="""\
Letterpress on thick card, in a stand of oak that you keep. Each December we send only the new
cards.
""",
        features=("Letterpress", "Oak stand", "Refill each year"),
        tags=("paper", "wood"),
        coming_soon=True,
        weight=420,
        variants=(Variant(sku="CALENDAR-2027", stock=120, prices=once(1800)),),
    ),
    Product(
        slug="mountains-print",
        name="Mountains at six",
        kind="physical",
        category="prints",
        summary="Archival print of the first light, in four layers of ink.",
        description="""\
Drawn from a hut above Oberstdorf, at six in the morning, in October. Four screens, four inks, no
white: the sun is the paper.

The frame is solid oak with real glass, and comes ready to hang.
""",
        features=("30 × 40 cm", "Cotton paper, 310 g", "Ships flat"),
        tags=("wall", "mountains", "gift"),
        weight=350,
        featured=True,
        variants=(
            Variant(
                sku="PRINT-MOUNTAINS",
                options=(("Frame", "Unframed"),),
                stock=18,
                prices=once(2800, usd=3000),
            ),
            Variant(
                sku="PRINT-MOUNTAINS-OAK",
                options=(("Frame", "Oak frame"),),
                stock=5,
                prices=once(7400, usd=7900),
            ),
        ),
    ),
    Product(
        slug="harbour-print",
        name="Harbour, afternoon",
        kind="physical",
        category="prints",
        summary="Three boats and a warm wind.",
        description="""\
The small sister of *Mountains at six*, printed once a year when the ochre arrives. This year's run
is gone.
""",
        features=("30 × 40 cm", "Cotton paper, 310 g", "Ships flat"),
        tags=("wall", "sea"),
        weight=350,
        variants=(Variant(sku="PRINT-HARBOUR", stock=0, prices=once(2800)),),
    ),
)

"""The demo's goods made from the buyer's answers: shown, and sold once they can be made."""

from app.demo.values import Product, Question, Variant, once

PERSONAL = (
    Product(
        slug="star-map",
        name="Star map of your night",
        kind="service",
        category="made",
        summary="The sky above one place at one moment, drawn for you.",
        description="""\
Tell us the night and the place. We compute where five thousand stars stood, draw them by size and
set your line below.
""",
        features=(
            "PDF for A3 and A2",
            "5,000 brightest stars, real positions",
            "One free correction",
        ),
        tags=("stars", "gift"),
        level="Favourite gift",
        coming_soon=True,
        featured=True,
        questions=(
            Question(label="Date", type="date", hint="The night you want to keep."),
            Question(label="Time", hint="About is enough: “half past ten in the evening”."),
            Question(label="Place", hint="Town and country are enough."),
            Question(label="A line to print below", hint="Up to 60 characters.", required=False),
            Question(
                label="Ground", type="choice", choices=("Midnight blue", "Warm white", "Forest")
            ),
        ),
        variants=(Variant(sku="MADE-STARS", prices=once(3500, usd=3800)),),
    ),
    Product(
        slug="birth-year-letter",
        name="Letter from your birth year",
        kind="service",
        category="made",
        summary="What the world was like in the week somebody was born.",
        description="""\
Four pages about the weather, the songs, the prices and the worries of that week, written to one
person.
""",
        features=(
            "Four printed-quality pages",
            "Written in your chosen voice",
            "Sent as PDF within two days",
        ),
        tags=("letter", "birthday", "gift"),
        coming_soon=True,
        questions=(
            Question(label="Who is it for?"),
            Question(label="Date of birth", type="date"),
            Question(label="Voice", type="choice", choices=("Warm", "Playful", "Matter-of-fact")),
            Question(
                label="Anything we should mention?",
                type="long_text",
                hint="A place, a family story, a song.",
                required=False,
            ),
        ),
        variants=(Variant(sku="MADE-LETTER", prices=once(2500)),),
    ),
    Product(
        slug="garden-plan",
        name="Garden plan for a year",
        kind="service",
        category="made",
        summary="What to sow, where and when, for your soil and your light.",
        description="""\
A drawing of your beds and twelve lists, one for each month. Written by two gardeners who argue
about everything but tomatoes.
""",
        features=("Plan and calendar as PDF", "Twelve monthly lists", "One free correction"),
        tags=("garden", "plants"),
        level="New",
        coming_soon=True,
        questions=(
            Question(label="Where is the garden?", hint="Town and country are enough."),
            Question(label="Size in square metres"),
            Question(label="Light", type="choice", choices=("Full sun", "Half shade", "Shade")),
            Question(label="Only plants that bees like", type="checkbox", required=False),
        ),
        variants=(Variant(sku="MADE-GARDEN", prices=once(4500)),),
    ),
)

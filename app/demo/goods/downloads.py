"""The demo's goods that come as one file."""

from app.demo.values import Product, Variant, once

DOWNLOADS = (
    Product(
        slug="rain-recordings",
        name="Rain, recorded",
        kind="digital",
        category="downloads",
        summary="Rain on a tin roof, a tent and an attic window, without a single bird.",
        description="""\
Recorded at night with two microphones and much patience. Every track loops without a seam, so it
can go on as long as you need it.
""",
        features=("Three seamless loops", "WAV files in a ZIP", "For private use, for ever"),
        tags=("sound", "sleep"),
        download_file="rain-recordings.zip",
        variants=(Variant(sku="DL-RAIN", prices=once(900, usd=1000)),),
    ),
    Product(
        slug="small-kitchen-book",
        name="A small kitchen",
        kind="digital",
        category="downloads",
        summary="Dinners with one pot and one ring. An e-book.",
        description="""\
For everybody who cooks in a corner. Each dish needs one pot, one ring and no more than half an
hour, and says what to do with what is left.
""",
        features=("PDF for any screen", "Shopping lists included", "New dishes are sent free"),
        tags=("book", "cooking"),
        level="Favourite gift",
        tax_category="reduced",
        featured=True,
        download_file="a-small-kitchen.pdf",
        variants=(Variant(sku="DL-KITCHEN", prices=once(1100, usd=1200)),),
    ),
    Product(
        slug="larch-typeface",
        name="Larch specimen",
        kind="digital",
        category="downloads",
        summary="The drawings of a sturdy sans for signs and small print.",
        description="""\
Twelve letters of Larch as outlines that you can measure, trace or send to a plotter, with the
rules by which they were drawn.
""",
        features=("SVG outlines", "Drawing rules as text", "Free for your own signs"),
        tags=("letters", "design"),
        download_file="larch-specimen.zip",
        variants=(Variant(sku="DL-LARCH", prices=once(2900)),),
    ),
    Product(
        slug="botanical-patterns",
        name="Botanical pattern pack",
        kind="digital",
        category="downloads",
        summary="Seamless leaf patterns in three colourings.",
        description="""\
Tiles that repeat without a seam, as clean SVG. Print them on paper, cloth or a wall; sell what you
make with them.
""",
        features=("SVG tiles", "Commercial use allowed", "Named colours, easy to change"),
        tags=("pattern", "design"),
        download_file="botanical-patterns.zip",
        variants=(Variant(sku="DL-PATTERNS", prices=once(1200, usd=1300)),),
    ),
    Product(
        slug="northern-presets",
        name="Northern presets",
        kind="digital",
        category="downloads",
        summary="Three looks for cold light and long evenings.",
        description="""\
*Dawn* lifts the shadows, *Fjord* cools them, *Polar night* keeps only the blue. They are plain
lookup tables, and most photo and video editors read them.
""",
        features=("Three .cube files", "For stills and film", "Works with most editors"),
        tags=("photo", "design"),
        download_file="northern-presets.zip",
        variants=(Variant(sku="DL-PRESETS", prices=once(1500)),),
    ),
    Product(
        slug="apron-sewing-pattern",
        name="Apron sewing pattern",
        kind="digital",
        category="downloads",
        summary="Sew our linen apron yourself, in one evening.",
        description="""\
The outline of our own apron, one to ten, and eight steps in plain words. You need 1.2 m of cloth,
thread, and somebody to try it on.
""",
        features=("PDF to print at home", "One size, easily changed", "Eight steps"),
        tags=("linen", "sewing"),
        level="Initié",
        download_file="apron-sewing-pattern.pdf",
        variants=(Variant(sku="DL-APRON", prices=once(700)),),
    ),
)

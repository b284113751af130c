"""The demo's goods for kitchen and table."""

from app.demo.values import Product, Variant, once

KITCHEN = (
    Product(
        slug="dusk-mug",
        name="Dusk mug",
        kind="physical",
        category="kitchen",
        summary="A stoneware mug for long mornings, half dipped in blue.",
        description="""\
Thrown on the wheel, dipped by hand, fired twice. The line where the glaze ends is never quite
level, and no two mugs share it.

**Care.** Put it in the dishwasher and the microwave without a second thought.
""",
        features=("Holds 320 ml", "Dishwasher and microwave safe", "Thrown and glazed by hand"),
        tags=("stoneware", "coffee", "gift"),
        weight=410,
        featured=True,
        variants=(
            Variant(
                sku="MUG-DUSK",
                options=(("Glaze", "Dusk blue"),),
                stock=34,
                prices=once(2400, usd=2600),
            ),
            Variant(
                sku="MUG-SAND", options=(("Glaze", "Sand"),), stock=21, prices=once(2400, usd=2600)
            ),
            Variant(
                sku="MUG-MOSS", options=(("Glaze", "Moss"),), stock=8, prices=once(2600, usd=2800)
            ),
        ),
    ),
    Product(
        slug="moss-teapot",
        name="Moss teapot",
        kind="physical",
        category="kitchen",
        summary="Pours without a drip; keeps two cups warm for an hour.",
        description="""\
A round belly for the leaves to move in, a spout cut sharp so that the last drop goes back, and a
handle of bent beech that stays cool.

The steel strainer lifts out and is fine enough for rooibos.
""",
        features=("Holds 700 ml", "Steel strainer", "Beech handle"),
        tags=("stoneware", "tea", "gift"),
        weight=1150,
        featured=True,
        variants=(Variant(sku="TEAPOT-MOSS", stock=9, prices=once(6200, usd=6800)),),
    ),
    Product(
        slug="pour-over-set",
        name="Pour-over set",
        kind="physical",
        category="kitchen",
        summary="Dripper and carafe for one unhurried pot of coffee.",
        description="""\
Thirty grams of coffee, half a litre of water, four minutes. The glass shows you how far you are;
the wooden collar lets you hold it.

1. Rinse the filter with hot water.
2. Wet the coffee and wait half a minute.
3. Pour the rest in slow circles.
""",
        features=("For 500 ml", "Borosilicate glass", "Fits No. 2 filters"),
        tags=("glass", "coffee"),
        weight=780,
        variants=(Variant(sku="POUR-OVER", stock=15, prices=once(4800)),),
    ),
    Product(
        slug="breakfast-bowls",
        name="Breakfast bowls",
        kind="physical",
        category="kitchen",
        summary="Three bowls that sit inside each other, for muesli, soup and everything between.",
        description="""\
Cream, honey and blue: three glazes that go with each other and with most of what you own. They
nest, so they take the room of one.
""",
        features=("Set of three", "Each holds 550 ml", "Oven safe to 200 °C"),
        tags=("stoneware", "breakfast"),
        level="New",
        weight=1680,
        featured=True,
        variants=(Variant(sku="BOWLS-3", stock=17, prices=once(5600, usd=6100)),),
    ),
    Product(
        slug="oak-board",
        name="Oak board",
        kind="physical",
        category="kitchen",
        summary="One plank, oiled twice, with a hole to hang it by.",
        description="""\
Cut from the middle of the trunk, where oak stays flat. Use one side for bread and the other for
onions.

Oil it when it looks dry: a spoonful of linseed, a cloth, one night.
""",
        features=("42 × 26 cm", "Oiled oak", "Flat on both sides"),
        tags=("wood", "bread"),
        weight=1420,
        variants=(Variant(sku="BOARD-OAK", stock=11, prices=once(3900)),),
    ),
    Product(
        slug="linen-apron",
        name="Linen apron",
        kind="physical",
        category="kitchen",
        summary="Heavy washed linen with one deep pocket.",
        description="""\
The straps cross at the back, so nothing pulls at the neck. The seams are stitched in rust, which
is also the colour of most accidents.
""",
        features=("One size", "Crossed back", "Stitched in rust"),
        tags=("linen", "cooking", "gift"),
        weight=480,
        variants=(Variant(sku="APRON-LINEN", stock=22, prices=once(5400)),),
    ),
    Product(
        slug="enamel-jug",
        name="Enamel jug",
        kind="physical",
        category="kitchen",
        summary="For milk, water or whatever flowers the garden gives.",
        description="""\
White enamel on steel with a blue rim. The workshop that made it has closed; we keep the page for
everybody who owns one.
""",
        features=("Holds 1.4 l", "Enamelled steel", "Chips are honest"),
        tags=("enamel", "flowers"),
        status="archived",
        weight=690,
        variants=(Variant(sku="JUG-ENAMEL", stock=0, prices=once(3200)),),
    ),
)

"""The demo's catalog: a small tree of categories, and what is in it."""

from app.demo.goods.downloads import DOWNLOADS
from app.demo.goods.kitchen import KITCHEN
from app.demo.goods.living import LIVING
from app.demo.goods.paper import PAPER
from app.demo.goods.personal import PERSONAL
from app.demo.goods.software import SOFTWARE
from app.demo.values import Category

CATEGORIES = (  # parents before their children
    Category(
        slug="house",
        name="House & table",
        description="Things that are used every day and get better for it.",
    ),
    Category(
        slug="kitchen",
        name="Kitchen & table",
        description="For cooking, pouring and sitting down together.",
        parent="house",
    ),
    Category(
        slug="living",
        name="Living",
        description="Light, warmth and time, made to last.",
        parent="house",
    ),
    Category(
        slug="paper",
        name="Paper & desk",
        description="For writing by hand and working with a clear head.",
    ),
    Category(
        slug="writing",
        name="Writing",
        description="Pens, paper, and room for one thing a day.",
        parent="paper",
    ),
    Category(
        slug="prints",
        name="Prints",
        description="Printed in small runs on cotton paper.",
        parent="paper",
    ),
    Category(
        slug="downloads",
        name="Downloads",
        description="Yours at once, without a parcel.",
    ),
    Category(
        slug="software",
        name="Software",
        description="Small programs that do one job well.",
    ),
    Category(
        slug="made",
        name="Made for you",
        description="Personal documents, drawn up from your answers.",
    ),
)

PRODUCTS = (*KITCHEN, *LIVING, *PAPER, *DOWNLOADS, *SOFTWARE, *PERSONAL)
PRODUCTS_BY_SLUG = {product.slug: product for product in PRODUCTS}

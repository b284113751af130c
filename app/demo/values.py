"""What the demo's goods and people are made of: frozen values that know nothing of the database.

Amounts are in minor units (cents) including VAT, weights in grams, countries ISO 3166 codes.
"""

from dataclasses import dataclass

from app.demo.pictures import VIEWS


@dataclass(frozen=True, kw_only=True)
class Category:
    """`parent` is the slug of the category above, empty at the top."""

    slug: str
    name: str
    description: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Picture:
    """`stem` names the files: `<stem>-<width>.webp`."""

    stem: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """`type` is text, long_text, choice, date or checkbox."""

    label: str
    type: str = "text"
    hint: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Price:
    """Without an interval it is paid once."""

    unit_amount: int
    currency: str = "eur"
    interval: str = ""
    interval_count: int = 1
    trial_days: int = 0

    @property
    def type(self) -> str:
        return "recurring" if self.interval else "one_time"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """`options` are pairs of name and choice; `stock` is None when nobody counts."""

    sku: str
    prices: tuple[Price, ...]
    options: tuple[tuple[str, str], ...] = ()
    stock: int | None = None


@dataclass(frozen=True, kw_only=True)
class Product:
    """`description` is Markdown; `download_file` is a name in app/demo/files."""

    slug: str
    name: str
    kind: str
    category: str
    summary: str
    description: str
    variants: tuple[Variant, ...]
    features: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    level: str = ""
    status: str = "active"
    coming_soon: bool = False
    featured: bool = False
    questions: tuple[Question, ...] = ()
    tax_category: str = "standard"
    weight: int = 0
    download_file: str = ""

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(Picture(f"{self.slug}-{v}", f"{self.name}, {way}") for v, way in VIEWS.items())


@dataclass(frozen=True, kw_only=True)
class Address:
    name: str
    line1: str
    postal_code: str
    city: str
    country: str
    line2: str = ""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """With `registered`, somebody who can sign in with DEMO_PASSWORD."""

    name: str
    email: str
    addresses: tuple[Address, ...]
    phone: str = ""
    registered: bool = False


@dataclass(frozen=True, kw_only=True)
class StaffUser:
    role: str
    name: str
    email: str


def once(eur: int, usd: int = 0) -> tuple[Price, ...]:
    """What is paid once, in euro cents and where given also in US cents."""
    prices = (Price(unit_amount=eur),)
    return (*prices, Price(unit_amount=usd, currency="usd")) if usd else prices

"""The demo's people: staff by role, and customers with their addresses."""

from app.demo.values import Address, Customer, StaffUser

DEMO_PASSWORD = "storekeeper"  # noqa: S105 (printed on the demo's first page, never in production)

STAFF = (
    StaffUser(role="owner", name="Olivia Brandt", email="owner@shop.example"),
    StaffUser(role="catalog", name="Caspar Lind", email="catalog@shop.example"),
    StaffUser(role="orders", name="Orla Weiss", email="orders@shop.example"),
    StaffUser(role="billing", name="Bela Novak", email="billing@shop.example"),
    StaffUser(role="support", name="Sunniva Roth", email="support@shop.example"),
)


def _address(name: str, line1: str, postal_code: str, city: str, country: str) -> Address:
    return Address(name=name, line1=line1, postal_code=postal_code, city=city, country=country)


def _customer(
    name: str,
    email: str,
    home: tuple[str, str, str, str],
    *others: Address,
    phone: str = "",
    registered: bool = True,
) -> Customer:
    addresses = (_address(name, *home), *others)
    return Customer(name=name, email=email, addresses=addresses, phone=phone, registered=registered)


CUSTOMERS = (
    _customer(
        "Ada Lindner",
        "ada.lindner@example.com",
        ("Lindenstraße 14", "10969", "Berlin", "DE"),
        _address("Werkraum Lindner GmbH", "Köpenicker Straße 40", "10179", "Berlin", "DE"),
        phone="+49 30 5550101",
    ),
    _customer(
        "Jonas Berger",
        "jonas.berger@example.com",
        ("Schanzenstraße 7", "20357", "Hamburg", "DE"),
    ),
    _customer(
        "Miriam Vogt",
        "miriam.vogt@example.com",
        ("Türkenstraße 61", "80799", "München", "DE"),
        _address("Hannelore Vogt", "Am Anger 3", "82467", "Garmisch-Partenkirchen", "DE"),
        phone="+49 89 5550188",
    ),
    _customer(
        "Emil Schröder",
        "emil.schroeder@example.com",
        ("Karl-Liebknecht-Straße 22", "04107", "Leipzig", "DE"),
        registered=False,
    ),
    _customer(
        "Theresa Gruber",
        "theresa.gruber@example.com",
        ("Neubaugasse 38/12", "1070", "Wien", "AT"),
        phone="+43 1 5550144",
    ),
    _customer(
        "Lukas Steiner",
        "lukas.steiner@example.com",
        ("Sporgasse 9", "8010", "Graz", "AT"),
        registered=False,
    ),
    _customer(
        "Valentina Hofer",
        "valentina.hofer@example.com",
        ("Maria-Theresien-Straße 25", "6020", "Innsbruck", "AT"),
    ),
    _customer(
        "Camille Laurent",
        "camille.laurent@example.com",
        ("18 rue des Martyrs", "75009", "Paris", "FR"),
        phone="+33 1 55 50 01 22",
    ),
    _customer(
        "Étienne Moreau",
        "etienne.moreau@example.com",
        ("5 quai Saint-Antoine", "69002", "Lyon", "FR"),
        _address("Atelier Moreau", "41 rue Oberkampf", "75011", "Paris", "FR"),
    ),
    _customer(
        "Inès Garnier",
        "ines.garnier@example.com",
        ("27 rue Sainte-Catherine", "33000", "Bordeaux", "FR"),
        registered=False,
    ),
    _customer(
        "Nora Keller",
        "nora.keller@example.com",
        ("Langstrasse 112", "8004", "Zürich", "CH"),
        phone="+41 44 555 01 66",
    ),
    _customer(
        "Reto Baumann",
        "reto.baumann@example.com",
        ("Gerechtigkeitsgasse 33", "3011", "Bern", "CH"),
    ),
    _customer(
        "Chloé Favre",
        "chloe.favre@example.com",
        ("12 rue de Bourg", "1003", "Lausanne", "CH"),
        registered=False,
    ),
    _customer(
        "Friedrich-Wilhelm von Hohenstein-Ladenburg",
        "friedrich.hohenstein@example.com",
        ("Schlossbergring 101, Hinterhaus", "79098", "Freiburg im Breisgau", "DE"),
    ),
)

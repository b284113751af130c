"""Products and prices, and who is told."""

from tests.sandbox.scenarios.scenario import VERSION, Scenario


def run(s: Scenario) -> None:
    """A mug, sold in many ways."""
    mug = s.post("products", name="Mug", description="x", images__0="https://x.example/1",
                 url="https://x.example", statement_descriptor="MUG", unit_label="piece",
                 tax_code="txcd_99999999", shippable="true",
                 package_dimensions__height="1", package_dimensions__length="1",
                 package_dimensions__weight="1", package_dimensions__width="1",
                 marketing_features__0__name="Holds tea",
                 default_price_data__currency="eur",
                 default_price_data__unit_amount="900")["id"]  # fmt: skip
    s.post("prices", product=mug, currency="eur", unit_amount="900", nickname="n",
           recurring__interval="month", lookup_key="mug", tax_behavior="inclusive",
           transform_quantity__divide_by="2", transform_quantity__round="up")  # fmt: skip
    s.post("prices", product=mug, currency="eur", custom_unit_amount__enabled="true",
           custom_unit_amount__minimum="100")  # fmt: skip
    s.post("webhook_endpoints", url="http://127.0.0.1:1/", enabled_events__0="*",
           description="x", api_version=VERSION)  # fmt: skip


def end(s: Scenario) -> None:
    """Everything that may go, goes."""
    s.delete(f"webhook_endpoints/{s.get('webhook_endpoints')[0]['id']}")
    s.delete(f"products/{s.post('products', name='x')['id']}")

"""What is to be billed, before it is an invoice's line, a session's item or a quote's."""

from dataclasses import dataclass, field

from sandbox.shapes import Row


@dataclass(frozen=True)
class TaxAmount:
    """What one tax rate makes of an amount."""

    rate_id: str
    amount: int
    taxable_amount: int
    inclusive: bool
    taxability_reason: str


@dataclass
class Line:
    """One line: an amount before discounts, and whatever decides about discounts and taxes."""

    amount: int
    currency: str
    quantity: int | None = 1
    price: Row | None = None
    description: str | None = None
    period: tuple[int, int] | None = None
    proration: bool = False
    proration_details: Row | None = None
    discountable: bool = True
    discounts: tuple[str, ...] = ()  # ids of the discounts on this line alone
    tax_rates: tuple[str, ...] | None = None  # ids; None: the default rates of the whole apply
    subscription: str | None = None
    subscription_item: str | None = None
    invoice_item: str | None = None
    metadata: Row = field(default_factory=dict)
    # Filled in by totals.settled():
    discount_amounts: list[tuple[str, int]] = field(default_factory=list)  # (discount id, amount)
    taxes: list[TaxAmount] = field(default_factory=list)
    relieved: int = 0  # the tax inside the price that a customer who is exempt does not pay

    @property
    def discounted(self) -> int:
        """The amount after its discounts."""
        return self.amount - sum(amount for _, amount in self.discount_amounts)

    @property
    def exclusive_tax(self) -> int:
        """What taxes add to it."""
        return sum(tax.amount for tax in self.taxes if not tax.inclusive)

    @property
    def inclusive_tax(self) -> int:
        """What of it is tax already."""
        return sum(tax.amount for tax in self.taxes if tax.inclusive)

"""Invoice items, and the lines of drafts that they become."""

from typing import Any

import pytest

from tests.sandbox.billed import Billed, refusal


@pytest.fixture
def mug(api: Any) -> Any:
    """A price of 12.00 EUR."""
    product = api.products.create({"name": "Mug"})
    return api.prices.create({"product": product.id, "currency": "eur", "unit_amount": 1200})


def test_a_bare_amount_has_a_price_and_product_behind_it(api: Any, billed: Billed) -> None:
    wish = {
        "customer": billed.customer().id,
        "amount": 700,
        "currency": "eur",
        "description": "Tea",
    }

    item = api.invoice_items.create(wish)
    product = api.products.retrieve(item.pricing.price_details.product)

    assert (item.amount, item.quantity, item.invoice) == (700, 1, None)
    assert (product.name, product.active) == ("Tea", False)


def test_a_price_is_billed_by_quantity(api: Any, billed: Billed, mug: Any) -> None:
    wish = {"customer": billed.customer().id, "pricing": {"price": mug.id}, "quantity": 3}

    item = api.invoice_items.create(wish)

    assert (item.amount, item.currency, item.description) == (3600, "eur", "Mug")
    assert item.pricing.unit_amount_decimal == 1200


def test_price_data_makes_a_price(api: Any, billed: Billed, mug: Any) -> None:
    data = {"currency": "eur", "product": mug.product, "unit_amount_decimal": "99.5"}

    item = api.invoice_items.create(
        {"customer": billed.customer().id, "price_data": data, "quantity": 3}
    )

    assert (item.amount, item.description) == (299, "Mug")


@pytest.mark.parametrize(
    ("wish", "param"),
    [
        ({}, "amount"),
        ({"amount": 100}, "currency"),
        ({"amount": 100, "currency": "eur", "quantity": 2}, "amount"),
        ({"amount": 100, "currency": "eur", "period": {"start": 9, "end": 3}}, "period"),
    ],
)
def test_an_item_without_sense_is_refused(
    api: Any, billed: Billed, wish: dict[str, Any], param: str
) -> None:
    customer = billed.customer().id
    wish = wish or {"currency": "eur"}

    error = refusal(api.invoice_items.create, {"customer": customer, **wish})

    assert error.param == param


def test_a_recurring_price_is_not_billed_once(api: Any, billed: Billed, mug: Any) -> None:
    monthly = api.prices.create(
        {
            "product": mug.product,
            "currency": "eur",
            "unit_amount": 1,
            "recurring": {"interval": "month"},
        }
    )

    error = refusal(
        api.invoice_items.create,
        {"customer": billed.customer().id, "pricing": {"price": monthly.id}},
    )

    assert "`type=recurring`" in error.user_message


def test_pending_items_are_listed_until_an_invoice_takes_them(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    item = api.invoice_items.create({"customer": customer.id, "amount": 700, "currency": "eur"})

    def pending() -> list[str]:
        found = api.invoice_items.list({"customer": customer.id, "pending": True})
        return [row.id for row in found.data]

    before = pending()
    invoice = api.invoices.create(
        {"customer": customer.id, "pending_invoice_items_behavior": "include"}
    )

    assert (before, pending()) == ([item.id], [])
    assert api.invoice_items.retrieve(item.id).invoice == invoice.id
    assert invoice.lines.data[0].parent.invoice_item_details.invoice_item == item.id


def test_changing_an_item_changes_the_draft(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer(), 700)
    item = api.invoice_items.list({"invoice": draft.id}).data[0]

    api.invoice_items.update(item.id, {"amount": 900, "description": "Big mug"})
    after = api.invoices.retrieve(draft.id)

    assert (after.total, after.lines.data[0].description) == (900, "Big mug")


def test_deleting_an_item_takes_it_off_the_draft(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer(), 700)
    item = api.invoice_items.list({"invoice": draft.id}).data[0]

    gone = api.invoice_items.delete(item.id)

    assert gone.deleted
    assert api.invoices.retrieve(draft.id).total == 0
    assert refusal(api.invoice_items.retrieve, item.id).http_status == 404


def test_an_item_of_a_finalized_invoice_stays_as_it_is(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())
    item = api.invoice_items.list({"invoice": invoice.id}).data[0]

    assert refusal(api.invoice_items.update, item.id, {"amount": 1}).code == "invoice_not_editable"
    assert refusal(api.invoice_items.delete, item.id).code == "invoice_not_editable"


def test_lines_are_added_changed_and_removed(api: Any, billed: Billed, mug: Any) -> None:
    draft = billed.draft(billed.customer(), 700)

    added = api.invoices.add_lines(
        draft.id, {"lines": [{"pricing": {"price": mug.id}, "quantity": 2}]}
    )
    line = next(row for row in added.lines.data if row.amount == 2400)
    changed = api.invoices.update_lines(draft.id, {"lines": [{"id": line.id, "quantity": 1}]})
    removed = api.invoices.remove_lines(
        draft.id, {"lines": [{"id": line.id, "behavior": "delete"}]}
    )

    assert (added.total, changed.total, removed.total) == (3100, 1900, 700)
    assert [row.amount for row in api.invoice_items.list({"invoice": draft.id}).data] == [700]


def test_an_unassigned_line_waits_again(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    draft = billed.draft(customer, 700)
    line = draft.lines.data[0]

    api.invoices.remove_lines(draft.id, {"lines": [{"id": line.id, "behavior": "unassign"}]})
    waiting = api.invoice_items.list({"customer": customer.id, "pending": True}).data
    again = api.invoices.add_lines(draft.id, {"lines": [{"invoice_item": waiting[0].id}]})

    assert ([row.amount for row in waiting], again.total) == ([700], 700)


def test_one_line_is_changed_by_its_own_address(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer(), 700)
    line = draft.lines.data[0]

    changed = api.invoices.line_items.update(draft.id, line.id, {"description": "Small mug"})

    assert (changed.object, changed.description, changed.amount) == ("line_item", "Small mug", 700)
    assert api.invoices.line_items.list(draft.id).data[0].description == "Small mug"


def test_lines_of_a_finalized_invoice_stay(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    error = refusal(api.invoices.add_lines, invoice.id, {"lines": [{"amount": 100}]})

    assert error.code == "invoice_not_editable"
    assert error.user_message == "Invalid invoice: This invoice is no longer editable"


def test_a_long_invoice_is_read_page_by_page(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer(), 100)
    lines = [{"amount": 100 + number, "description": str(number)} for number in range(12)]

    draft = api.invoices.add_lines(draft.id, {"lines": lines})
    first = api.invoices.line_items.list(draft.id, {"limit": 10})
    rest = api.invoices.line_items.list(draft.id, {"starting_after": first.data[-1].id})

    assert (len(draft.lines.data), draft.lines.has_more) == (10, True)
    assert (first.has_more, rest.has_more, len(rest.data)) == (True, False, 3)
    assert len({row.id for row in [*first.data, *rest.data]}) == 13


def test_taxes_and_discounts_of_a_draft_add_up(api: Any, billed: Billed) -> None:
    vat = api.tax_rates.create({"display_name": "VAT", "percentage": 19, "inclusive": False})
    half = api.coupons.create({"percent_off": 50, "duration": "once"})
    customer = billed.customer()

    draft = billed.draft(
        customer, 1000, default_tax_rates=[vat.id], discounts=[{"coupon": half.id}]
    )
    line = draft.lines.data[0]

    assert (draft.subtotal, draft.total_excluding_tax, draft.total) == (1000, 500, 595)
    assert [one.amount for one in draft.total_discount_amounts] == [500]
    assert [one.amount for one in draft.total_taxes] == [95]
    assert (line.taxes[0].amount, line.discount_amounts[0].amount) == (95, 500)


def test_the_discounts_of_an_invoice_can_be_shown(api: Any, billed: Billed) -> None:
    half = api.coupons.create({"percent_off": 50, "duration": "once"})

    draft = billed.draft(billed.customer(), 1000, discounts=[{"coupon": half.id}])
    shown = api.invoices.retrieve(draft.id, {"expand": ["discounts"]})

    assert shown.discounts[0].source.coupon == half.id


def test_shipping_is_added(api: Any, billed: Billed) -> None:
    rate = {"display_name": "Parcel", "type": "fixed_amount",
            "fixed_amount": {"amount": 490, "currency": "eur"}}  # fmt: skip

    draft = billed.draft(billed.customer(), 1000, shipping_cost={"shipping_rate_data": rate})

    assert (draft.amount_shipping, draft.total) == (490, 1490)
    assert draft.shipping_cost.amount_total == 490

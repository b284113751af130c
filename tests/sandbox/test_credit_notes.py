"""Credit notes: less to pay before, money or credit back after."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.billed import Billed, refusal


def test_before_payment_it_lowers_what_is_due(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer(invoice_prefix="ADA"))
    types()

    note = api.credit_notes.create({"invoice": invoice.id, "amount": 500, "memo": "Sorry"})
    after = api.invoices.retrieve(invoice.id)

    assert (note.type, note.number, note.amount) == ("pre_payment", "ADA-0001-CN-01", 500)
    assert (after.amount_due, after.amount_remaining) == (2000, 2000)
    assert after.pre_payment_credit_notes_amount == 500
    assert types() == ["credit_note.created", "invoice.updated"]
    assert api.invoices.pay(invoice.id).amount_paid == 2000


def test_crediting_all_of_it_pays_the_invoice(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())
    line = {"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[0].id}

    note = api.credit_notes.create({"invoice": invoice.id, "lines": [line]})

    assert note.lines.data[0].description == "Mug"
    assert api.invoices.retrieve(invoice.id).status == "paid"


def test_after_payment_money_goes_back(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.paid(billed.customer())
    types()

    note = api.credit_notes.create({"invoice": invoice.id, "amount": 700, "refund_amount": 700})
    refund = api.refunds.retrieve(note.refunds[0].refund)

    assert (note.type, note.post_payment_amount, refund.amount) == ("post_payment", 700, 700)
    assert api.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 700
    assert types() == [
        "refund.created",
        "charge.refunded",
        "credit_note.created",
        "invoice.updated",
    ]


def test_after_payment_credit_may_stay_with_the_customer(api: Any, billed: Billed) -> None:
    customer = billed.customer()
    invoice = billed.paid(customer)

    note = api.credit_notes.create({"invoice": invoice.id, "amount": 700, "credit_amount": 700})
    change = api.customers.balance_transactions.retrieve(
        customer.id, note.customer_balance_transaction
    )

    assert api.customers.retrieve(customer.id).balance == -700
    assert (change.type, change.credit_note) == ("credit_note", note.id)


def test_an_earlier_refund_can_be_linked(api: Any, billed: Billed) -> None:
    invoice = billed.paid(billed.customer())
    payment = api.invoice_payments.list({"invoice": invoice.id}).data[0]
    refund = api.refunds.create({"payment_intent": payment.payment.payment_intent, "amount": 300})

    note = api.credit_notes.create(
        {
            "invoice": invoice.id,
            "amount": 500,
            "out_of_band_amount": 200,
            "refunds": [{"refund": refund.id, "amount_refunded": 300}],
        }
    )

    assert [row.refund for row in note.refunds] == [refund.id]
    assert note.out_of_band_amount == 200


def test_what_comes_back_must_be_what_is_credited(api: Any, billed: Billed) -> None:
    invoice = billed.paid(billed.customer())

    error = refusal(
        api.credit_notes.create, {"invoice": invoice.id, "amount": 700, "refund_amount": 100}
    )

    assert error.user_message == (
        "The sum of credit amount, refund amount and out of band amount (€1.00) must equal the "
        "credit note amount (€7.00)."
    )


def test_no_more_is_credited_than_was_billed(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())
    api.credit_notes.create({"invoice": invoice.id, "amount": 2000})

    error = refusal(api.credit_notes.create, {"invoice": invoice.id, "amount": 501})

    assert (error.param, "€5.00" in error.user_message) == ("amount", True)


def test_a_draft_is_not_credited(api: Any, billed: Billed) -> None:
    draft = billed.draft(billed.customer())

    error = refusal(api.credit_notes.create, {"invoice": draft.id, "amount": 100})

    assert error.param == "invoice"


def test_something_must_be_credited(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())

    assert refusal(api.credit_notes.create, {"invoice": invoice.id}).code == "parameter_missing"


def test_part_of_a_line_takes_its_tax_and_discount_along(api: Any, billed: Billed) -> None:
    vat = api.tax_rates.create({"display_name": "VAT", "percentage": 20, "inclusive": False})
    half = api.coupons.create({"percent_off": 50, "duration": "once"})
    invoice = billed.opened(
        billed.customer(), 1000, default_tax_rates=[vat.id], discounts=[{"coupon": half.id}]
    )
    line = {"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[0].id}

    note = api.credit_notes.create({"invoice": invoice.id, "lines": [{**line, "amount": 400}]})

    assert (note.subtotal, note.discount_amount, note.total_excluding_tax) == (400, 200, 200)
    assert (note.total_taxes[0].amount, note.total) == (40, 240)


def test_a_line_of_its_own_is_counted_by_quantity(api: Any, billed: Billed) -> None:
    invoice = billed.opened(billed.customer())
    line = {"type": "custom_line_item", "unit_amount": 150, "quantity": 3, "description": "Chips"}

    note = api.credit_notes.create({"invoice": invoice.id, "lines": [line]})

    assert (note.amount, note.lines.data[0].description) == (450, "Chips")
    assert api.credit_notes.line_items.list(note.id).data[0].unit_amount == 150


def test_a_preview_leaves_no_trace(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer())
    wish = {"invoice": invoice.id, "amount": 500}
    types()

    preview = api.credit_notes.preview(wish)
    lines = api.credit_notes.preview_lines.list(wish)

    assert (preview.amount, [row.amount for row in lines.data]) == (500, [500])
    assert (api.credit_notes.list().data, types()) == ([], [])
    assert api.invoices.retrieve(invoice.id).amount_due == 2500


def test_a_void_note_asks_for_the_money_again(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer())
    note = api.credit_notes.create({"invoice": invoice.id, "amount": 500})
    types()

    voided = api.credit_notes.void_credit_note(note.id)

    assert (voided.status, voided.voided_at is not None) == ("void", True)
    assert types() == ["credit_note.voided", "invoice.updated"]
    assert api.invoices.pay(invoice.id).amount_paid == 2500


def test_a_note_after_payment_is_not_voided(api: Any, billed: Billed) -> None:
    invoice = billed.paid(billed.customer())
    note = api.credit_notes.create({"invoice": invoice.id, "amount": 500, "credit_amount": 500})

    error = refusal(api.credit_notes.void_credit_note, note.id)

    assert "if its invoice is open" in error.user_message


def test_memo_and_metadata_can_change(
    api: Any, billed: Billed, types: Callable[[], list[str]]
) -> None:
    invoice = billed.opened(billed.customer())
    note = api.credit_notes.create({"invoice": invoice.id, "amount": 500})
    types()

    changed = api.credit_notes.update(note.id, {"memo": "Broken", "metadata": {"a": "1"}})

    assert (changed.memo, changed.metadata["a"]) == ("Broken", "1")
    assert types() == ["credit_note.updated"]

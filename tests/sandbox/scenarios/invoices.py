"""Invoices in every state, what is put on them, what pays them, and what is taken back."""

from tests.sandbox.scenarios.scenario import DAY, Scenario


def run(s: Scenario) -> None:
    """Ada is billed for mugs, in all the ways there are."""
    ada = s.customer(address__line1="Way 1", shipping__name="Ada", shipping__address__line1="Way 1",
                     phone="1", invoice_prefix="ADA")  # fmt: skip
    s.post(f"customers/{ada}/tax_ids", type="eu_vat", value="DE123456789")
    vat = s.post("tax_rates", display_name="VAT", percentage="19", inclusive="false")["id"]
    mug = s.post("products", name="Mug")["id"]
    price = s.post("prices", product=mug, currency="eur", unit_amount="1200")["id"]
    code = _code(s)
    _items(s, ada, price, vat)
    draft = _full(s, ada, price, vat)
    _lines(s, ada, draft, price)
    s.post(f"invoices/{draft}/finalize", auto_advance="true")
    _credit(s, draft, vat)
    s.post(f"invoices/{draft}/pay")
    _endings(s, ada)
    _payments(s, ada)
    _previews(s, ada, price, code)
    s.sandbox.advance(40 * DAY)


def _items(s: Scenario, ada: str, price: str, vat: str) -> None:
    item = s.post("invoiceitems", customer=ada, pricing__price=price, quantity="2",
                  description="Two mugs", tax_rates__0=vat, metadata__a="1",
                  period__start="1790000000", period__end="1792592000")["id"]  # fmt: skip
    s.get(f"invoiceitems/{item}")
    s.post(f"invoiceitems/{item}", description="Two blue mugs", discountable="false")
    s.get(f"invoiceitems?customer={ada}&pending=true")
    product = s.get(f"prices/{price}")[0]["product"]
    data = {"currency": "eur", "product": product, "unit_amount": "900"}
    s.post("invoiceitems", customer=ada,
           **{f"price_data__{name}": value for name, value in data.items()})  # fmt: skip
    s.post("invoiceitems", customer=ada, unit_amount_decimal="99.5", currency="eur", quantity="2")
    s.post("invoiceitems", customer=ada, amount="700", currency="eur", description="Tea")
    gone = s.post("invoiceitems", customer=ada, amount="300", currency="eur")["id"]
    s.delete(f"invoiceitems/{gone}")


def _full(s: Scenario, ada: str, price: str, vat: str) -> str:
    """A draft with everything on it that a draft can have."""
    ten = s.post("coupons", percent_off="10", duration="once", name="Spring")["id"]
    tax_id = s.post("tax_ids", type="eu_vat", value="DE999999999")["id"]
    card = s.post("payment_methods/pm_card_visa/attach", customer=ada)["id"]
    draft = s.post(
        "invoices", customer=ada, pending_invoice_items_behavior="include", auto_advance="true",
        account_tax_ids__0=tax_id, automatic_tax__enabled="false", default_payment_method=card,
        default_tax_rates__0=vat, description="Thanks", discounts__0__coupon=ten, footer="Bye",
        custom_fields__0__name="PO", custom_fields__0__value="7", metadata__a="1",
        rendering__pdf__page_size="letter", rendering__amount_tax_display="exclude_tax",
        shipping_cost__shipping_rate_data__display_name="Parcel",
        shipping_cost__shipping_rate_data__fixed_amount__amount="490",
        shipping_cost__shipping_rate_data__fixed_amount__currency="eur",
        shipping_details__name="Ada", shipping_details__address__line1="Way 1",
        shipping_details__phone="1", statement_descriptor="MUGS AND TEA",
        payment_settings__payment_method_types__0="card",
    )["id"]  # fmt: skip
    s.post(f"invoices/{draft}", collection_method="send_invoice", days_until_due="14")
    s.post(f"invoices/{draft}", description="Parcel",
           shipping_cost__shipping_rate_data__display_name="Parcel",
           shipping_cost__shipping_rate_data__fixed_amount__amount="590",
           shipping_cost__shipping_rate_data__fixed_amount__currency="eur")  # fmt: skip
    s.post(f"invoices/{draft}", collection_method="charge_automatically", auto_advance="true")
    s.get(f"invoices/{draft}?expand[]=discounts&expand[]=customer")
    return str(draft)


def _lines(s: Scenario, ada: str, draft: str, price: str) -> None:
    pending = s.post("invoiceitems", customer=ada, amount="250", currency="eur")["id"]
    add = f"invoices/{draft}/add_lines"
    s.post(add, lines__0__invoice_item=pending, invoice_metadata__b="2")
    s.post(add, lines__0__amount="900", lines__0__description="Chips")
    s.post(add, lines__0__pricing__price=price, lines__0__quantity="1", expand__0="customer")
    product = s.get(f"prices/{price}")[0]["product"]
    s.post(add, lines__0__price_data__currency="eur", lines__0__price_data__product=product,
           lines__0__price_data__unit_amount="80", invoice_metadata__c="3",
           expand__0="customer")  # fmt: skip
    first, second = s.get(f"invoices/{draft}/lines")[-2:]
    s.post(f"invoices/{draft}/lines/{first['id']}", description="Crisps", metadata__a="1")
    s.post(f"invoices/{draft}/update_lines", lines__0__id=first["id"], lines__0__amount="950",
           invoice_metadata__b="3")  # fmt: skip
    s.post(f"invoices/{draft}/update_lines", lines__0__id=first["id"],
           lines__0__description="Fries")  # fmt: skip
    s.post(f"invoices/{draft}/remove_lines", lines__0__id=second["id"],
           lines__0__behavior="unassign")  # fmt: skip


def _credit(s: Scenario, invoice: str, vat: str) -> None:
    line = next(row for row in s.get(f"invoices/{invoice}/lines") if row["amount"] > 1000)["id"]
    wish = {"invoice": invoice, "memo": "Broken", "reason": "order_change", "metadata__a": "1"}
    lines = {
        "lines__0__type": "custom_line_item",
        "lines__0__unit_amount": "50",
        "lines__0__quantity": "2",
        "lines__0__description": "Chip",
        "lines__0__tax_rates__0": vat,
        "lines__1__type": "invoice_line_item",
        "lines__1__invoice_line_item": line,
        "lines__1__quantity": "1",
    }
    note = s.post("credit_notes", **wish, **lines)["id"]
    s.get(f"credit_notes/{note}")
    s.get(f"credit_notes/{note}/lines")
    s.post(f"credit_notes/{note}", memo="Very broken")
    s.post(f"credit_notes/{note}/void")
    s.get(f"credit_notes/preview?invoice={invoice}&amount=100")
    s.get(f"credit_notes/preview/lines?invoice={invoice}&amount=100")
    one = f"invoice={invoice}&lines[0][type]"
    for part in (
        f"{one}=custom_line_item&lines[0][unit_amount]=50&lines[0][quantity]=2",
        f"{one}=custom_line_item&lines[0][unit_amount_decimal]=50.5&effective_at=1800000000",
        f"{one}=invoice_line_item&lines[0][invoice_line_item]={line}&memo=x",
    ):
        s.get(f"credit_notes/preview?{part}")
        s.get(f"credit_notes/preview/lines?{part}")
    rate = s.get(f"invoices/{invoice}")[0]["shipping_cost"]["shipping_rate"]
    s.post("credit_notes", invoice=invoice, shipping_cost__shipping_rate=rate)


def _billed(s: Scenario, ada: str, amount: str = "2500", **more: str) -> str:
    """An open invoice."""
    draft = s.post("invoices", customer=ada, currency="eur", **more)["id"]
    s.post("invoiceitems", customer=ada, invoice=draft, amount=amount, currency="eur")
    return str(s.post(f"invoices/{draft}/finalize")["id"])


def _endings(s: Scenario, ada: str) -> None:
    gone = s.post("invoices", customer=ada, currency="eur")["id"]
    s.delete(f"invoices/{gone}")
    s.post(f"invoices/{_billed(s, ada)}/void")
    s.post(f"invoices/{_billed(s, ada)}/mark_uncollectible")
    s.post(f"invoices/{_billed(s, ada)}/pay", paid_out_of_band="true")
    sent = _billed(s, ada, collection_method="send_invoice", days_until_due="14")
    s.post(f"invoices/{sent}/send")
    revised = s.post("invoices", from_invoice__action="revision", from_invoice__invoice=sent)["id"]
    s.post(f"invoices/{revised}/finalize")
    _billed(s, ada, "-900")
    asked = s.post("payment_methods/pm_card_authenticationRequired/attach", customer=ada)["id"]
    s.post(f"invoices/{_billed(s, ada)}/pay", payment_method=asked)
    s.get(f"invoices/search?query=customer:'{ada}'")


def _payments(s: Scenario, ada: str) -> None:
    paid = _billed(s, ada, "2000")
    s.post(f"invoices/{paid}/attach_payment", payment_intent=s.pay()["id"])
    s.get(f"invoices/{paid}?expand[]=payments&expand[]=confirmation_secret")
    payment = s.get(f"invoice_payments?invoice={paid}")[0]["id"]
    s.get(f"invoice_payments/{payment}")
    wish = {"invoice": paid, "amount": "900", "refund_amount": "300", "credit_amount": "400"}
    s.post("credit_notes", **wish, out_of_band_amount="200", email_type="none")
    intent = s.get(f"invoice_payments?invoice={paid}&status=paid")[0]["payment"]["payment_intent"]
    refund = s.post("refunds", payment_intent=intent, amount="100")["id"]
    wish = {"invoice": paid, "amount": "200", "credit_amount": "50", "out_of_band_amount": "30",
            "refund_amount": "20", "refunds__0__refund": refund,
            "refunds__0__amount_refunded": "100"}  # fmt: skip
    query = "&".join(f"{name.replace('__0__', '[0][')}{']' if '__' in name else ''}={value}"
                     for name, value in wish.items())  # fmt: skip
    s.get(f"credit_notes/preview?{query}")
    s.get(f"credit_notes/preview/lines?{query}")
    s.post("credit_notes", **wish)


def _previews(s: Scenario, ada: str, price: str, code: str) -> None:
    """Before there is a subscription, while there is one, and after changes of it."""
    s.post("invoices/create_preview", customer=ada, currency="eur", invoice_items__0__price=price,
           invoice_items__0__quantity="2", discounts__0__promotion_code=code)  # fmt: skip
    s.post("invoices/create_preview", invoice_items__0__amount="500",
           invoice_items__0__currency="eur", customer_details__tax_exempt="none")  # fmt: skip
    plan = s.post("products", name="Plan")["id"]
    monthly, yearly = (
        s.post("prices", product=plan, currency="eur", unit_amount="1000",
               recurring__interval=interval)["id"]
        for interval in ("month", "year")
    )  # fmt: skip
    s.post("invoices/create_preview", customer=ada,
           subscription_details__items__0__price=monthly)  # fmt: skip
    s.post("invoices/create_preview", customer=ada,
           schedule_details__phases__0__items__0__price=monthly,
           schedule_details__phases__0__duration__interval="month")  # fmt: skip
    s.raw("GET", f"/v1/invoices/upcoming?customer={ada}")
    subscription = s.post("subscriptions", customer=ada, items__0__price=monthly)
    item = subscription["items"]["data"][0]["id"]
    s.sandbox.advance(10 * DAY)
    s.post("invoiceitems", customer=ada, subscription=subscription["id"], amount="400",
           currency="eur")  # fmt: skip
    s.post("invoices/create_preview", subscription=subscription["id"])
    change = {"subscription_details__items__0__id": item,
              "subscription_details__items__0__price": yearly}  # fmt: skip
    s.post("invoices/create_preview", subscription=subscription["id"], **change)
    s.post("invoices", customer=ada, subscription=subscription["id"],
           pending_invoice_items_behavior="include")  # fmt: skip
    s.post(f"subscriptions/{subscription['id']}", items__0__id=item, items__0__quantity="2")


def _code(s: Scenario) -> str:
    """A promotion code for a fifth."""
    coupon = s.post("coupons", percent_off="20", duration="once")["id"]
    wish = {"promotion__type": "coupon", "promotion__coupon": coupon}
    return str(s.post("promotion_codes", **wish)["id"])

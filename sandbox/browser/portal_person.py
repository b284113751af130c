"""Payment methods and personal details in the portal."""

from flask import request
from flask.typing import ResponseReturnValue

from sandbox.billing.tax_id_forms import FORMS
from sandbox.browser.portal_visits import Visit, action, portal
from sandbox.portal import methods, person, saying

TAX_IDS = {
    "eu_vat": "VAT ID (European Union)",
    "gb_vat": "VAT number (United Kingdom)",
    "ch_vat": "VAT number (Switzerland)",
    "no_vat": "VAT number (Norway)",
    "us_ein": "EIN (United States)",
    "ca_bn": "Business number (Canada)",
    "au_abn": "ABN (Australia)",
    "nz_gst": "GST number (New Zealand)",
    "in_gst": "GST number (India)",
    "jp_cn": "Corporate number (Japan)",
    "sg_gst": "GST number (Singapore)",
    "br_cnpj": "CNPJ (Brazil)",
    "br_cpf": "CPF (Brazil)",
}
_COUNTRIES = """
AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IN IT JP LT LU LV MT NL NO NZ PL PT RO
SE SG SI SK US
"""
COUNTRIES = _COUNTRIES.split()
KNOWN = {kind: label for kind, label in TAX_IDS.items() if kind in FORMS}


@portal("/payment-methods")
def new_method(visit: Visit) -> ResponseReturnValue:
    """A form for a card or an account."""
    visit.feature("payment_method_update")
    with visit.doing():
        said = saying.said(visit.account, visit.session)
        secret = methods.intent_for(visit.account, visit.session)["client_secret"]
    first = methods.default_of(visit.customer) is None
    return visit.page("payment_method.html", said=said, secret=secret, first=first)


@action("/payment-methods")
def method_added(visit: Visit) -> ResponseReturnValue:
    """It is saved; whether invoices are charged to it is the customer's choice."""
    visit.feature("payment_method_update")
    methods.added(visit.account, visit.session, as_default="default" in request.form)
    return visit.done("Your payment method is saved.", "payment_method_update")


@action("/payment-methods/<name>/default")
def default(visit: Visit, name: str) -> ResponseReturnValue:
    """Charge invoices to another method."""
    visit.feature("payment_method_update")
    methods.make_default(visit.account, visit.customer, name)
    return visit.done("Invoices will be charged to this from now on.", "payment_method_update")


@action("/payment-methods/<name>/remove")
def remove(visit: Visit, name: str) -> ResponseReturnValue:
    """One method less."""
    visit.feature("payment_method_update")
    methods.remove(visit.account, visit.customer, name)
    return visit.done("Your payment method is removed.")


@portal("/customer")
def details(visit: Visit) -> ResponseReturnValue:
    """A form with what may be changed."""
    feature = visit.feature("customer_update")
    with visit.doing():
        said = saying.said(visit.account, visit.session)
    return visit.page(
        "customer.html",
        said=said,
        customer=visit.customer,
        allowed=feature["allowed_updates"],
        countries=COUNTRIES,
        tax_kinds=KNOWN,
    )


@action("/customer")
def change_details(visit: Visit) -> ResponseReturnValue:
    """Write it down."""
    visit.feature("customer_update")
    person.changed(visit.account, visit.configuration, visit.customer, request.form)
    return visit.done("Your details are saved.", "customer_update")


@action("/tax-ids/<name>/remove")
def remove_tax_id(visit: Visit, name: str) -> ResponseReturnValue:
    """A tax id less."""
    if "tax_id" in visit.feature("customer_update")["allowed_updates"]:
        person.without_tax_id(visit.account, visit.customer, name)
    return visit.done("The tax ID is removed.")

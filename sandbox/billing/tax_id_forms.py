"""How tax ids are written, which are checked with an authority, and what that comes to here."""

import re

from sandbox.errors import InvalidRequest

# https://docs.stripe.com/billing/customer/tax-ids: the letters and digits after the country.
_EU_VAT = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}",
    "DE": r"\d{9}", "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}", "FR": r"[A-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}", "IT": r"\d{11}", "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}",
    "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"[A-Z0-9]{9}B\d{2}", "PL": r"\d{10}", "PT": r"\d{9}",
    "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}", "XI": r"(\d{9}|\d{12})",
}  # fmt: skip
EU_VAT = "|".join(f"{country}{rest}" for country, rest in _EU_VAT.items())
FORMS = {
    "au_abn": r"\d{11}",
    "br_cnpj": r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}",
    "br_cpf": r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}",
    "ca_bn": r"\d{9}",
    "ch_vat": r"CHE-?\d{3}\.?\d{3}\.?\d{3} ?(MWST|TVA|IVA)",
    "eu_oss_vat": r"EU\d{9}",
    "eu_vat": EU_VAT,
    "gb_vat": r"(GB)?(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
    "in_gst": r"\d{2}[A-Z]{5}\d{4}[A-Z][A-Z0-9]Z[A-Z0-9]",
    "jp_cn": r"\d{13}",
    "no_vat": r"\d{9}(MVA)?",
    "nz_gst": r"\d{8,9}",
    "sg_gst": r"M\d{8}[A-Z]",
    "us_ein": r"\d{2}-?\d{7}",
}
AUTHORITIES = ("au_abn", "eu_vat", "gb_vat")
# https://docs.stripe.com/billing/testing#customer-tax-id-verification
OUTCOMES = {"000000000": "verified", "111111111": "unverified", "222222222": "pending"}


def checked(kind: str, value: str) -> str:
    """The value without spaces, in capitals; refused when it cannot be one of its kind."""
    written = value.strip().upper()
    form = FORMS.get(kind)
    if form and written not in OUTCOMES and not re.fullmatch(form, written.replace(" ", "")):
        raise InvalidRequest(f"Invalid value for {kind}.", code="tax_id_invalid", param="value")
    return written


def country_of(kind: str, value: str) -> str | None:
    """The country that gave it."""
    if kind == "eu_vat":
        found = value[:2] if value[:2].isalpha() else None
        return "GR" if found == "EL" else found
    return None if kind in ("eu_oss_vat", "unknown") else kind[:2].upper()


def outcome(value: str) -> str:
    """What the authority will say: the magic numbers' answer, else that it knows it."""
    return next((status for digits, status in OUTCOMES.items() if digits in value), "verified")

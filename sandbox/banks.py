"""Test bank accounts for debits that take days: SEPA and US accounts."""

from dataclasses import dataclass

from sandbox.errors import InvalidRequest

DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Outcome:
    """How a debit ends, and after how many seconds."""

    succeeds: bool
    after: int
    failure_code: str | None = None


FAILURES = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "account_closed": "The customer's bank account has been closed.",
    "debit_not_authorized": (
        "The customer has notified their bank that this payment was unauthorized."
    ),
    "no_account": "The customer's bank account could not be located.",
}
# The last digits of the account part decide, whatever the country: …000 succeeds, …001 fails.
# https://docs.stripe.com/testing#non-card-payments
SEPA_FAILS = {
    "DE62370400440532013001": "insufficient_funds",
    "AT861904300235473202": "insufficient_funds",
    "FR8420041010050500013M02607": "insufficient_funds",
    "IT60X0542811101000000123456": "insufficient_funds",
    "NL97ABNA0518264623": "insufficient_funds",
}
# Stripe decides these at once, or after three minutes; every other account takes days here, too.
SEPA_AFTER = {
    "AT611904300234573201": 2,
    "AT861904300235473202": 2,
    "IT60X0542811101000000123456": 2,
    "AT321904300235473204": 180,
}
US_FAILS = {
    "000111111116": "no_account",
    "000111111113": "account_closed",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
}
US_ROUTING = {"110000000": "STRIPE TEST BANK"}


def checked_iban(iban: str) -> str:
    """An IBAN whose check digits are right, in capitals without blanks."""
    compact = iban.replace(" ", "").upper()
    moved = compact[4:] + compact[:4]
    if not (15 <= len(compact) <= 34 and compact.isascii() and compact.isalnum()):
        raise _bad_iban()
    if not (compact[:2].isalpha() and compact[2:4].isdigit()):
        raise _bad_iban()
    if int("".join(str(int(letter, 36)) for letter in moved)) % 97 != 1:
        raise _bad_iban()
    return compact


def _bad_iban() -> InvalidRequest:
    return InvalidRequest(
        "The IBAN you provided is invalid.",
        code="invalid_bank_account_iban",
        param="sepa_debit[iban]",
    )


def checked_us_account(routing: str, number: str) -> None:
    """Only Stripe's test bank exists."""
    if routing not in US_ROUTING:
        raise InvalidRequest(
            "You must use a test bank account number in test mode. Try 000123456789 or see more "
            "options at https://stripe.com/docs/connect/testing#account-numbers.",
            code="account_number_invalid",
            param="us_bank_account[account_number]",
        )
    if not (number.isascii() and number.isdigit() and 4 <= len(number) <= 17):
        raise InvalidRequest(
            "Invalid account number.",
            code="account_number_invalid",
            param="us_bank_account[account_number]",
        )


def sepa(iban: str) -> Outcome:
    """How a SEPA debit of this account ends."""
    failure = SEPA_FAILS.get(iban)
    return Outcome(failure is None, SEPA_AFTER.get(iban, 5 * DAY), failure)


def us(number: str) -> Outcome:
    """How an ACH debit of this account ends."""
    failure = US_FAILS.get(number)
    return Outcome(failure is None, 4 * DAY, failure)

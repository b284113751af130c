"""Every error the shop raises on purpose. Each one knows its HTTP status."""


class ShopError(Exception):
    status_code = 400


class InvalidSignature(ShopError):
    """A webhook that Stripe did not sign, or not just now."""


class InvalidTransition(ShopError):
    status_code = 409


class NothingToRefund(ShopError):
    status_code = 409


class OutOfStock(ShopError):
    status_code = 409


class RefundTooLarge(ShopError):
    status_code = 409


class FormAlreadyUsed(ShopError):
    status_code = 409


class RowMoved(ShopError):
    """Somebody wrote between our asking Stripe and our recording the answer."""

    status_code = 409


class CurrencyMismatch(ShopError):
    """Stripe and our books disagree: somebody must look."""

    status_code = 409


class InvalidAmount(ShopError):
    """Text that is no amount of money in its currency."""

    status_code = 422


class UnknownPlugin(ShopError):
    """A plug-in line in the settings that cannot be loaded."""

    status_code = 500


class DatabaseBusy(ShopError):
    """Too many writers before us: nothing was written, try again."""

    status_code = 503


class GatewayUnavailable(ShopError):
    """Nobody knows whether Stripe did it: ask again with the same key."""

    status_code = 503


class KeyTaken(GatewayUnavailable):
    """Somebody asked for something else with this idempotency key, and was first."""


class KeyBurnt(GatewayUnavailable):
    """For a day, this idempotency key only repeats an old failure: look, then take another."""


class Rejected(ShopError):
    """Stripe said no, for good: this attempt is over."""

    status_code = 422


class NotFound(Rejected):
    status_code = 404


class CustomerGone(NotFound):
    """Somebody has deleted this customer at Stripe: look, and another is made."""

    status_code = 409


class PaymentFailed(Rejected):
    status_code = 402


class CartEmpty(ShopError):
    status_code = 409


class QuoteChanged(ShopError):
    """What the customer agreed to is not what it costs now: show the new total."""

    status_code = 409


class AmountTooSmall(ShopError):
    """More than nothing, but less than Stripe charges."""

    status_code = 422


class AmountTooLarge(ShopError):
    """More than Stripe takes at once."""

    status_code = 422


class OrderClosed(ShopError):
    """Nothing can be paid on this order any more."""

    status_code = 409


class NotCancelable(ShopError):
    status_code = 409


class NothingToCapture(ShopError):
    status_code = 409


class CouponRefused(ShopError):
    """A code that takes nothing off here: unknown, not now, not for this, or used."""

    status_code = 409


class NoShipping(ShopError):
    """There is no way to send these goods there."""

    status_code = 422


class InvalidQuantity(ShopError):
    status_code = 422


class UnknownProduct(ShopError):
    status_code = 404


class NotForSale(ShopError):
    status_code = 409


class MissingAnswers(ShopError):
    """A product's questions that still need an answer: a sentence by question id."""

    status_code = 422

    def __init__(self, problems: dict[int, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class NotDownloadable(ShopError):
    """Not paid, or paid back."""

    status_code = 403


class AddressGone(ShopError):
    status_code = 404


class TooManyAddresses(ShopError):
    status_code = 409


class NothingDue(ShopError):
    """What somebody wants to pay is not owed, or not by them."""

    status_code = 409


class UnknownDebt(NothingDue):
    """Somebody else's, or never there."""

    status_code = 404


class InvalidInvoice(ShopError):
    status_code = 422


class InvoiceLocked(ShopError):
    """It was sent, or its money is on its way: it cannot be changed like this any more."""

    status_code = 409


class UnknownInvoice(ShopError):
    status_code = 404


class UnknownSubscription(ShopError):
    status_code = 404


class SubscriptionLocked(ShopError):
    """It has ended, or has not begun: there is nothing to change."""

    status_code = 409


class TwoCurrencies(ShopError):
    """Stripe bills a customer in one currency at a time."""

    status_code = 409


class PreviewExpired(ShopError):
    """What the customer agreed to is not what it costs now: show the new preview."""

    status_code = 409


class UnknownLicense(ShopError):
    status_code = 404


class InvalidMachine(ShopError):
    status_code = 422


class LicenseUnusable(ShopError):
    status_code = 403


class SeatsTaken(ShopError):
    status_code = 409


class NotJson(ShopError):
    """A program sent something else, or did not say that it is JSON."""

    status_code = 415


class MalformedRequest(ShopError):
    """No JSON, or none of the shape that is asked for."""


class MissingField(ShopError):
    status_code = 422


class InvalidLink(ShopError):
    """A way to pay that makes no sense."""

    status_code = 422


class LinkClosed(ShopError):
    """It was paid, or is not in use any more."""

    status_code = 409


class NothingToMatch(ShopError):
    """This payment has found its customer already, or never needed one."""

    status_code = 409


class DisputeClosed(ShopError):
    """The bank has decided, or has the evidence already."""

    status_code = 409


class InvalidEvidence(ShopError):
    """Evidence that the bank would not take."""

    status_code = 422

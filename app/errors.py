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


class KeyBurnt(GatewayUnavailable):
    """For a day, this idempotency key only repeats an old failure: look, then take another."""


class Rejected(ShopError):
    """Stripe said no, for good: this attempt is over."""

    status_code = 422


class NotFound(Rejected):
    status_code = 404


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

// What Stripe.js has and this likeness deliberately has not. Each throws a sentence that says so; a
// test compares these lists, and what is here, with the published types.

import { IntegrationError } from "../shared/errors.js";

export const METHODS_NOT_HERE = [
  // payment methods that the sandbox does not play
  "confirmAcssDebitPayment", "confirmAcssDebitSetup", "confirmAffirmPayment",
  "confirmAfterpayClearpayPayment", "confirmAlipayPayment", "confirmAmazonPaySetup",
  "confirmAuBecsDebitPayment", "confirmAuBecsDebitSetup", "confirmBacsDebitSetup",
  "confirmBancontactPayment", "confirmBancontactSetup", "confirmBilliePayment",
  "confirmBlikPayment", "confirmBlikSetup", "confirmBoletoPayment", "confirmCashappPayment",
  "confirmCashappSetup", "confirmCustomerBalancePayment", "confirmEpsPayment",
  "confirmFpxPayment", "confirmGiropayPayment", "confirmGrabPayPayment", "confirmIdealPayment",
  "confirmIdealSetup", "confirmKlarnaPayment", "confirmKonbiniPayment",
  "confirmMobilepayPayment", "confirmMultibancoPayment", "confirmOxxoPayment",
  "confirmP24Payment", "confirmPayByBankPayment", "confirmPayNowPayment", "confirmPayPalPayment",
  "confirmPayPalSetup", "confirmPixPayment", "confirmPromptPayPayment", "confirmSofortPayment",
  "confirmSofortSetup", "confirmTwintPayment", "confirmWechatPayPayment",
  // bank accounts are verified at once, and nobody's bank is asked
  "verifyMicrodepositsForPayment", "verifyMicrodepositsForSetup", "collectBankAccountForPayment",
  "collectBankAccountForSetup", "collectBankAccountToken", "collectFinancialConnectionsAccounts",
  // products that are not played: wallets, Radar, Identity, Issuing, orders, pricing, Checkout's form
  "paymentRequest", "createRadarSession", "verifyIdentity", "createEphemeralKeyNonce",
  "processOrder", "retrieveOrder", "initializePricing", "initCheckoutFormSdk",
]; // prettier-ignore

export const ELEMENTS_NOT_HERE = [
  "auBankAccount", "currencySelector", "linkSignup", "paymentForm", "paymentMethodMessaging",
  "shippingAddress", "taxId", "terms", "issuingAddToWalletButton", "issuingCardCopyButton",
  "issuingCardCvcDisplay", "issuingCardExpiryDisplay", "issuingCardNumberDisplay",
  "issuingCardPinDisplay",
]; // prettier-ignore

export const notHere = (what) => new IntegrationError(`The pretend Stripe does not play ${what}.`);

export function refuseInstead(prototype) {
  for (const name of METHODS_NOT_HERE) {
    prototype[name] = () => {
      throw notHere(`stripe.${name}()`);
    };
  }
}

// window.Stripe, with the surface of the published types of @stripe/stripe-js.

import { Api } from "../shared/api.js";
import { originsFor } from "../shared/origins.js";
import { confirmWith } from "./by_method.js";
import { CheckoutElementsSdk } from "./checkout_sdk.js";
import { confirmIntent, goOn, retrieveAs } from "./confirming.js";
import { checkKey } from "./duties.js";
import { Elements } from "./elements.js";
import { openEmbeddedCheckout } from "./embedded_checkout.js";
import { makeConfirmationToken, makePaymentMethod, makeToken } from "./making.js";
import { refuseInstead } from "./not_here.js";

const SCRIPT_ORIGIN = new URL(document.currentScript.src).origin;

class StripeClient {
  constructor(key, { apiVersion, stripeAccount, locale } = {}) {
    checkKey(key);
    this.key = key;
    this.locale = locale;
    this.origins = originsFor(SCRIPT_ORIGIN);
    this.apiOptions = { base: this.origins.api, key, version: apiVersion, account: stripeAccount };
    this.api = new Api(this.apiOptions);
  }

  elements(options) {
    return new Elements(this, options);
  }

  confirmPayment(options) {
    return confirmIntent(this, "confirmPayment", options);
  }

  confirmSetup(options) {
    return confirmIntent(this, "confirmSetup", options);
  }

  confirmCardPayment(clientSecret, data, options) {
    return confirmWith(this, "CardPayment", clientSecret, data, options);
  }

  confirmCardSetup(clientSecret, data, options) {
    return confirmWith(this, "CardSetup", clientSecret, data, options);
  }

  confirmSepaDebitPayment(clientSecret, data) {
    return confirmWith(this, "SepaDebitPayment", clientSecret, data);
  }

  confirmSepaDebitSetup(clientSecret, data) {
    return confirmWith(this, "SepaDebitSetup", clientSecret, data);
  }

  confirmUsBankAccountPayment(clientSecret, data) {
    return confirmWith(this, "UsBankAccountPayment", clientSecret, data);
  }

  confirmUsBankAccountSetup(clientSecret, data) {
    return confirmWith(this, "UsBankAccountSetup", clientSecret, data);
  }

  retrievePaymentIntent(clientSecret) {
    return retrieveAs("paymentIntent", this, clientSecret);
  }

  retrieveSetupIntent(clientSecret) {
    return retrieveAs("setupIntent", this, clientSecret);
  }

  handleNextAction({ clientSecret }) {
    return goOn(this, clientSecret);
  }

  handleCardAction(clientSecret) {
    return goOn(this, clientSecret);
  }

  createPaymentMethod(data) {
    return makePaymentMethod(this, data);
  }

  createConfirmationToken(options) {
    return makeConfirmationToken(options);
  }

  createToken(given, data) {
    return makeToken(this, given, data);
  }

  initCheckoutElementsSdk(options) {
    return new CheckoutElementsSdk(this, options);
  }

  createEmbeddedCheckoutPage(options) {
    return openEmbeddedCheckout(this, options);
  }

  // Called by the loader that npm publishes.
  _registerWrapper() {}
  registerAppInfo() {}
}
refuseInstead(StripeClient.prototype);

window.Stripe = function Stripe(publishableKey, options) {
  return new StripeClient(publishableKey, options);
};
window.Stripe.version = "endive";

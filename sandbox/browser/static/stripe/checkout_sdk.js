// initCheckoutElementsSdk: Elements for a Checkout Session, and the actions on it.

import { IntegrationError } from "../shared/errors.js";
import { parseSessionSecret } from "../shared/sessions.js";
import { CheckoutActions } from "./checkout_actions.js";
import { Elements } from "./elements.js";
import { notHere } from "./not_here.js";

// An Elements group whose purpose is a session, known as soon as its client secret is.
class CheckoutElements extends Elements {
  constructor(stripe, options, secret) {
    super(stripe, options);
    this.known = secret.then((session) => {
      this.options.checkout = session;
    });
  }

  needPurpose() {}
}

export class CheckoutElementsSdk {
  constructor(stripe, { clientSecret, elementsOptions = {}, defaultValues } = {}) {
    if (!clientSecret) {
      throw new IntegrationError(
        "stripe.initCheckoutElementsSdk() needs a clientSecret: a string, or a promise of one.",
      );
    }
    const { savedPaymentMethod, ...options } = elementsOptions;
    const secret = Promise.resolve(clientSecret).then(parseSessionSecret);
    this.group = new CheckoutElements(stripe, options, secret);
    this.actions = new CheckoutActions(stripe, this.group, secret, defaultValues);
  }

  on(event, handler) {
    if (event !== "change") throw new IntegrationError("checkout.on() knows the event 'change'.");
    this.actions.handlers.push(handler);
  }

  loadActions() {
    return this.actions.load();
  }

  changeAppearance(appearance) {
    this.group.update({ appearance });
  }

  loadFonts(fonts) {
    this.group.update({ fonts });
  }

  createPaymentElement(options) {
    return this.create("payment", options);
  }

  createBillingAddressElement(options) {
    return this.create("address", { ...options, mode: "billing" });
  }

  createShippingAddressElement(options) {
    return this.create("address", { ...options, mode: "shipping" });
  }

  createContactDetailsElement(options) {
    return this.create("contactDetails", options);
  }

  createExpressCheckoutElement(options) {
    return this.create("expressCheckout", options);
  }

  createCurrencySelectorElement() {
    throw notHere("the Currency Selector Element");
  }

  createTaxIdElement() {
    throw notHere("the Tax ID Element");
  }

  createTermsElement() {
    throw notHere("the Terms Element");
  }

  createLinkSignupElement() {
    throw notHere("the Link Signup Element");
  }

  getPaymentElement() {
    return this.group.getElement("payment");
  }

  getBillingAddressElement() {
    return this.group.getElement("address", { mode: "billing" });
  }

  getShippingAddressElement() {
    return this.group.getElement("address", { mode: "shipping" });
  }

  getContactDetailsElement() {
    return this.group.getElement("contactDetails");
  }

  getExpressCheckoutElement() {
    return this.group.getElement("expressCheckout");
  }

  getCurrencySelectorElement() {
    return null;
  }

  getTaxIdElement() {
    return null;
  }

  getTermsElement() {
    return null;
  }

  getLinkSignupElement() {
    return null;
  }

  create(type, options) {
    const element = this.group.create(type, options);
    element.on("change", () => this.actions.noticed());
    element.on("blur", () => this.actions.typed(element));
    return element;
  }
}

// An Elements group: which intent (or which intention) its elements are for, and how they look.

import { IntegrationError } from "../shared/errors.js";
import { parseClientSecret } from "../shared/intents.js";
import { PaymentElement, refuseMethodTypes } from "./payment_element.js";

export class Elements {
  constructor(stripe, options = {}) {
    refuseMethodTypes(options);
    checkPurpose(options);
    Object.assign(this, { options: { ...options }, origins: stripe.origins, key: stripe.key });
    Object.assign(this, { api: stripe.apiOptions, locale: stripe.locale });
    Object.assign(this, { payment: null, submitted: false, listeners: [] });
  }

  create(type, options = {}) {
    if (type !== "payment") {
      throw new IntegrationError(`The pretend Stripe has no '${type}' Element yet, only 'payment'.`);
    }
    if (this.payment) throw new IntegrationError("Can only create one Element of type payment.");
    if (!this.options.clientSecret && !this.options.mode) {
      throw new IntegrationError(
        "In order to create a payment element, you must pass a clientSecret or mode when " +
          "creating the Elements group.",
      );
    }
    this.payment = new PaymentElement(this, options);
    return this.payment;
  }

  getElement(type) {
    return type === "payment" ? this.payment : null;
  }

  forget() {
    this.payment = null;
  }

  async update(options) {
    refuseMethodTypes(options);
    if ("clientSecret" in options) {
      throw new IntegrationError("elements.update() cannot change the clientSecret.");
    }
    this.options = { ...this.options, ...options };
    if (this.payment?.channel) await this.payment.channel.call("regroup", this.settings());
    for (const listener of this.listeners) listener();
  }

  on(event, handler) {
    if (event === "update-end") this.listeners.push(handler);
  }

  async fetchUpdates() {
    if (!this.options.clientSecret) {
      throw new IntegrationError("fetchUpdates() needs an Elements group with a clientSecret.");
    }
    if (!this.payment?.usable) return {};
    const answer = await this.payment.ask("refresh");
    if (answer.error) return { error: { message: answer.error.message } };
    this.intent = answer.intent;
    return {};
  }

  async submit() {
    const answer = await this.needPayment().ask("validate");
    this.submitted = !answer.error;
    return answer.error ? { error: answer.error } : { selectedPaymentMethod: answer.type };
  }

  needPayment() {
    if (this.payment) return this.payment;
    throw new IntegrationError("Create and mount a payment Element first.");
  }

  settings() {
    const { appearance, fonts, locale, loader, ...purpose } = this.options;
    return plain({ appearance, fonts, locale: locale ?? this.locale, purpose, api: this.api });
  }
}

function checkPurpose({ clientSecret, mode, amount, currency }) {
  if (clientSecret && mode) {
    throw new IntegrationError("elements() takes a clientSecret or a mode, not both.");
  }
  if (clientSecret !== undefined) parseClientSecret(clientSecret, "elements()");
  if (mode && !["payment", "setup", "subscription"].includes(mode)) {
    throw new IntegrationError(`Invalid value for elements(): mode '${mode}' is unknown.`);
  }
  if (mode && mode !== "setup" && !(Number.isInteger(amount) && amount >= 0 && currency)) {
    throw new IntegrationError(`elements() with mode '${mode}' needs amount and currency.`);
  }
}

// Functions and the like cannot cross to the frame.
const plain = (value) => JSON.parse(JSON.stringify(value));

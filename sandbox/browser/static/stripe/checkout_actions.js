// The actions on a Checkout Session: each asks the server and answers the session as it is then.

import { IntegrationError } from "../shared/errors.js";
import { authenticate } from "./challenge.js";
import { toSession } from "./checkout_session.js";
import { goTo } from "./confirming.js";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const CODES = { promotion_code_invalid: "invalidCode", email_invalid: "invalidEmail" };
const ACTIONS = [
  "applyPromotionCode", "removePromotionCode", "updateShippingAddress", "updateBillingAddress",
  "updatePhoneNumber", "updateEmail", "updateIndividualName", "updateBusinessName",
  "updateLineItemQuantity", "updateTaxIdInfo", "updateShippingOption", "confirm", "getSession",
  "runServerUpdate", "validateElements", "addOptionalLineItem", "removeOptionalLineItem",
]; // prettier-ignore
const ELEMENT_NAMES = { payment: "payment", contactDetails: "contactDetails" };

export class CheckoutActions {
  constructor(stripe, group, secret, defaults) {
    Object.assign(this, { stripe, group, secret, defaults, handlers: [], page: null });
  }

  load() {
    this.loading ??= this.begin();
    return this.loading;
  }

  async begin() {
    this.known = await this.secret;
    const { error } = await this.call("post", "/init");
    if (error) return failure(error);
    await this.applyDefaults();
    const actions = ACTIONS.map((name) => [name, this[name].bind(this)]);
    return { type: "success", actions: Object.fromEntries(actions) };
  }

  async applyDefaults() {
    const { email, phoneNumber, billingAddress, shippingAddress } = this.defaults ?? {};
    if (!this.defaults || this.page.status !== "open") return;
    await this.change({
      email: this.page.prefill.email_is_fixed ? undefined : email,
      phone: phoneNumber,
      ...billing(billingAddress),
      shipping_address: shippingAddress,
    });
  }

  getSession() {
    const { locale } = this.group.settings();
    return toSession(this.page, { locale, canConfirm: this.ready(), lastError: this.lastError });
  }

  applyPromotionCode(code) {
    return this.change({ promotion_code: code });
  }

  removePromotionCode() {
    return this.change({ promotion_code: "" });
  }

  updateShippingAddress(contact) {
    return this.change({ shipping_address: contact });
  }

  updateBillingAddress(contact) {
    return this.change(billing(contact));
  }

  updatePhoneNumber(phone) {
    return this.change({ phone: phone ?? undefined });
  }

  async updateEmail(email) {
    if (!email) return problem("Your email is incomplete.", "incompleteEmail");
    if (!EMAIL.test(email)) return problem("Your email is invalid.", "invalidEmail");
    return this.change({ email });
  }

  updateIndividualName(name) {
    return this.change({ individual_name: name ?? "" });
  }

  updateBusinessName(name) {
    return this.change({ business_name: name ?? "" });
  }

  updateLineItemQuantity({ lineItem, quantity }) {
    return this.change({ line_items: [{ id: lineItem, quantity }] });
  }

  async updateTaxIdInfo(info) {
    const answer = await this.change({ tax_id: info?.taxId, business_name: info?.businessName });
    if (answer.error) answer.error.code = "invalidTaxId";
    return answer;
  }

  updateShippingOption(id) {
    return this.change({ shipping_rate: id });
  }

  addOptionalLineItem(price) {
    return this.change({ optional_items: [{ price }] });
  }

  removeOptionalLineItem(price) {
    const item = this.page.line_items.find((each) => each.optional && each.price.id === price);
    return this.change({ line_items: [{ id: item?.id ?? price, quantity: 0 }] });
  }

  // The shop's server changes the session; afterwards we look at it anew.
  async runServerUpdate(update) {
    try {
      await update();
    } catch (error) {
      return problem(error.message);
    }
    return this.told(await this.call("get"));
  }

  async validateElements() {
    const members = this.group.members.filter((each) => each.usable);
    if (!members.length) return invalid("no_elements", "There are no mounted Elements.", []);
    const answers = await Promise.all(members.map((each) => each.ask("validate")));
    const faults = members
      .map((element, place) => ({ element: named(element), message: answers[place].error?.message }))
      .filter(({ message }) => message);
    if (faults.length) return invalid("validation_error", faults[0].message, faults);
    return { type: "success", session: this.getSession() };
  }

  async confirm(args = {}) {
    const returnUrl = args.returnUrl ?? this.page.return_url;
    const stays = args.redirect === "if_required";
    if (!returnUrl && !stays) {
      throw new IntegrationError("confirm() needs a returnUrl: here, or as the session's return_url.");
    }
    const answer = this.told(await this.send(args, returnUrl));
    if (answer.error || stays) return answer;
    return goTo(returnUrl.replaceAll("{CHECKOUT_SESSION_ID}", this.page.id));
  }

  async send(args, returnUrl) {
    const params = { ...this.collected(args), return_url: returnUrl };
    const payment = this.group.getElement("payment");
    if (!this.needsMethod()) return this.finish(await this.call("post", "/confirm", params));
    if (args.paymentMethod || !payment) {
      const method = { ...params, payment_method: args.paymentMethod };
      return this.finish(await this.call("post", "/confirm", method));
    }
    const { error } = await this.group.submit();
    if (error) return { error };
    const path = `${this.known.path}/confirm`;
    const sent = { save: args.savePaymentMethod, ...this.signed(params) };
    return this.finish(await payment.ask("post", { path, params: sent, into: "payment_method_data" }));
  }

  // After the bank has asked, the server knows how it went.
  async finish(answer) {
    if (answer.error) return answer;
    this.page = answer.value;
    const intent = this.page.payment_intent ?? this.page.setup_intent;
    if (this.page.status !== "open" || intent?.status !== "requires_action") return answer;
    await authenticate(intent.next_action.use_stripe_sdk.stripe_js, this.stripe.origins.hooks);
    const after = await this.call("get");
    if (after.error || this.page.status === "complete") return after;
    const { payment_intent: payment, setup_intent: setup } = this.page;
    const error = payment?.last_payment_error ?? setup?.last_setup_error;
    return { error: error ?? { message: "The payment was not completed." } };
  }

  collected({ email, phoneNumber, billingAddress, shippingAddress }) {
    const { billing: known, shipping } = this.group.collected();
    const typed = known.address ? billing({ name: known.name, address: known.address }) : {};
    return {
      ...typed,
      ...billing(billingAddress),
      email: email ?? (this.page.prefill.email_is_fixed ? undefined : known.email),
      phone: phoneNumber,
      shipping_address: shippingAddress ?? shipping,
      expected_amount: this.page.amount_total ?? 0,
    };
  }

  needsMethod() {
    const { mode, amount_total: total, payment_method_collection: collection } = this.page;
    return mode === "setup" || total > 0 || (mode === "subscription" && collection === "always");
  }

  // Whether everything is there that the server will ask for.
  ready() {
    const { page } = this;
    if (page.status !== "open") return false;
    const email = page.customer_details?.email ?? this.group.collected().billing.email;
    const shipping = this.group.collected().shipping ?? page.collected_information?.shipping_details;
    const payment = this.group.getElement("payment");
    const typed = !this.needsMethod() || Boolean(payment?.current?.complete);
    return Boolean(email) && typed && (!page.shipping_address_collection || Boolean(shipping));
  }

  noticed() {
    if (this.page) this.announce();
  }

  // A form that was left complete tells the session what it holds.
  typed(element) {
    if (!this.page || this.page.status !== "open" || !element.current?.complete) return;
    const { billing: known, shipping } = this.group.collected();
    if (element.type === "contactDetails") this.change({ email: known.email });
    if (element.options.mode === "billing") this.change(billing(known));
    if (element.options.mode === "shipping") this.change({ shipping_address: shipping });
  }

  async change(params) {
    return this.told(await this.call("post", "", params));
  }

  async call(method, step = "", params = {}) {
    const answer = await this.stripe.api[method](this.known.path + step, this.signed(params));
    if (!answer.error) this.page = answer.value;
    return answer;
  }

  signed(params) {
    return { ...params, client_secret: this.known.clientSecret };
  }

  told({ error }) {
    this.lastError = error?.type === "card_error" ? { message: error.message } : null;
    if (error) return failure(error);
    this.announce();
    return { type: "success", session: this.getSession() };
  }

  announce() {
    const session = this.getSession();
    for (const handler of this.handlers) handler(session);
  }
}

function billing(contact) {
  return contact ? { name: contact.name ?? undefined, billing_address: contact.address } : {};
}

function named({ type, options }) {
  return type === "address" ? `${options.mode}Address` : (ELEMENT_NAMES[type] ?? type);
}

function failure({ message, code, type, decline_code: declineCode = null }) {
  if (type !== "card_error") return problem(message, CODES[code]);
  return { type: "error", error: { message, code: "paymentFailed", paymentFailed: { declineCode } } };
}

function problem(message, code = null) {
  return { type: "error", error: { message, code } };
}

function invalid(code, message, faults) {
  return { type: "error", error: { code, message, validation_errors: faults } };
}

// An Elements group: which intent (or which intention) its elements are for, how they look, and what
// they tell each other.

import { IntegrationError } from "../shared/errors.js";
import { parseClientSecret } from "../shared/intents.js";
import { plain, refuseMethodTypes } from "./element.js";
import { KINDS, PARTS } from "./kinds.js";
import { ELEMENTS_NOT_HERE, notHere } from "./not_here.js";

export class Elements {
  constructor(stripe, options = {}) {
    refuseMethodTypes(options);
    checkPurpose(options);
    Object.assign(this, { options: { ...options }, origins: stripe.origins, key: stripe.key });
    Object.assign(this, { api: stripe.apiOptions, locale: stripe.locale });
    Object.assign(this, { members: [], submitted: false, listeners: [] });
  }

  create(type, options = {}) {
    const kind = KINDS[type];
    if (!kind) throw unknown(type);
    if (type === "address") checkMode(options.mode);
    if (this.getElement(type, options)) {
      throw new IntegrationError(`Can only create one Element of type ${type}.`);
    }
    if (kind.purposeful) this.needPurpose(type);
    const made = new kind.make(this, { ...kind, type }, options);
    this.members.push(made);
    this.regroup();
    return made;
  }

  getElement(type, { mode } = {}) {
    const fits = (each) => each.type === type && (!mode || each.options.mode === mode);
    return this.members.find(fits) ?? null;
  }

  forget(element) {
    this.members = this.members.filter((each) => each !== element);
    this.regroup();
  }

  async update(options) {
    refuseMethodTypes(options);
    if ("clientSecret" in options) {
      throw new IntegrationError("elements.update() cannot change the clientSecret.");
    }
    this.options = { ...this.options, ...options };
    await this.regroup();
    for (const listener of this.listeners) listener();
  }

  on(event, handler) {
    if (event === "update-end") this.listeners.push(handler);
  }

  async fetchUpdates() {
    if (!this.options.clientSecret) {
      throw new IntegrationError("fetchUpdates() needs an Elements group with a clientSecret.");
    }
    const payment = this.getElement("payment");
    if (!payment?.usable) return {};
    const answer = await payment.ask("refresh");
    if (answer.error) return { error: { message: answer.error.message } };
    this.intent = answer.intent;
    return {};
  }

  // Every form of the group is checked, from the top; the first fault is told, and gets the cursor.
  async submit() {
    const payment = this.needPayment();
    const forms = this.members.filter((each) => each === payment || each.usable);
    let error = null;
    let selected = null;
    for (const form of forms.sort(fromTheTop)) {
      const answer = await form.ask("validate", { focus: !error });
      error ??= answer.error;
      if (form === payment) selected = answer.value?.value.type;
    }
    this.submitted = !error;
    return error ? { error } : { selectedPaymentMethod: selected };
  }

  needPayment() {
    const payment = this.getElement("payment");
    if (payment) return payment;
    throw new IntegrationError("Create and mount a payment Element first.");
  }

  needPurpose(type) {
    if (this.options.clientSecret || this.options.mode) return;
    throw new IntegrationError(
      `In order to create a ${type} element, you must pass a clientSecret or mode when creating ` +
        "the Elements group.",
    );
  }

  // What the group's other forms know of the buyer, in the words of the API.
  collected() {
    const billing = this.getElement("address", { mode: "billing" })?.current;
    const shipping = this.getElement("address", { mode: "shipping" })?.current;
    const email = this.emailElement()?.current?.value.email;
    const known = billing && asContact(billing.value);
    return {
      billing: { ...known, ...(email && { email }) },
      shipping: shipping?.complete ? asContact(shipping.value) : undefined,
    };
  }

  emailElement() {
    return this.getElement("linkAuthentication") ?? this.getElement("contactDetails");
  }

  // The frames of the other parts of a card that is typed in three.
  parts(element) {
    const others = this.members.filter((each) => PARTS.includes(each.type) && each !== element);
    return others.map(({ frame }) => frame?.name).filter(Boolean);
  }

  tellBrand(brand) {
    this.getElement("cardCvc")?.channel?.call("brand", { brand });
  }

  // Something was typed: what was submitted is old, and an address may have a mirror.
  told(element) {
    this.submitted = false;
    if (element.type !== "address") return;
    const mode = element.options.mode === "shipping" ? "billing" : "shipping";
    this.getElement("address", { mode })?.channel?.call("other", element.current);
    const mirrored = this.getElement("address", { mode })?.current;
    if (mirrored && !element.introduced) element.channel.call("other", mirrored);
    element.introduced = true;
  }

  regroup() {
    const settings = this.settings();
    const channels = this.members.map(({ channel }) => channel).filter(Boolean);
    return Promise.all(channels.map((channel) => channel.call("regroup", settings)));
  }

  settings() {
    const { appearance, fonts, locale, loader, ...purpose } = this.options;
    const companions = {
      billingAddress: Boolean(this.getElement("address", { mode: "billing" })),
      email: Boolean(this.emailElement()),
      mirror: this.options.syncAddressCheckbox ?? "billing",
    };
    const language = locale ?? this.locale;
    return plain({ appearance, fonts, locale: language, purpose, companions, api: this.api });
  }
}

function fromTheTop(one, other) {
  if (!one.container || !other.container) return 0;
  const place = one.container.compareDocumentPosition(other.container);
  return place & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

// What was left empty is not sent.
function asContact({ name, phone, address }) {
  return { ...filledIn({ name, phone }), address: filledIn(address) };
}

function filledIn(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

function unknown(type) {
  if (ELEMENTS_NOT_HERE.includes(type)) return notHere(`the '${type}' Element`);
  return new IntegrationError(
    `A valid Element name must be provided. Valid Elements are: ${Object.keys(KINDS).join(", ")}; ` +
      `you passed: ${type}.`,
  );
}

function checkMode(mode) {
  if (["billing", "shipping"].includes(mode)) return;
  throw new IntegrationError("The address Element needs a mode: 'billing' or 'shipping'.");
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

// An Element as the shop's page sees it: a frame, its events, and orders to it.

import { connectionError, IntegrationError } from "../shared/errors.js";
import { applyStyle, Channel, makeFrame } from "./channel.js";

const ELEMENT_STYLE = {
  border: "0",
  display: "block",
  width: "calc(100% + 8px)",
  "min-width": "100%",
  "max-width": "none",
  margin: "-4px",
  height: "1px",
  overflow: "hidden",
  "user-select": "none",
  transition: "height .2s",
};
const LOADING_PATIENCE_MS = 2000;
const STATES = ["focus", "empty", "complete", "invalid"];
const PASSED_ON = [
  "change",
  "focus",
  "blur",
  "escape",
  "availablepaymentmethodschange",
  "carddetailschange",
  "savedpaymentmethodremove",
];

export class Element {
  constructor(group, { type, title, style = ELEMENT_STYLE, frameless }, options) {
    refuseMethodTypes(options);
    Object.assign(this, { elements: group, type, title, style, frameless, options });
    Object.assign(this, { handlers: new Map(), container: null, current: null });
  }

  mount(target) {
    if (this.destroyed) {
      throw new IntegrationError(
        "This Element has already been destroyed. Please create a new one.",
      );
    }
    const container = findContainer(target);
    if (this.container === container) return;
    this.unmount();
    this.container = container;
    container.classList.add(...this.classes("base", "empty"));
    if (this.frameless) this.appear();
    else this.open();
  }

  open() {
    const origin = this.elements.origins.frames;
    const { style, title } = this;
    this.frame = makeFrame({ origin, path: `/elements/${this.type}`, title, style });
    this.channel = new Channel(this.frame, origin, this.hear.bind(this));
    this.frame.addEventListener("load", () => this.expectLife());
    this.container.replaceChildren(this.frame);
    this.begin(this.channel);
  }

  // Where no wallet is at hand, the Express Checkout Element shows nothing, and says so.
  async appear() {
    await null;
    this.emit("ready", { availablePaymentMethods: undefined });
  }

  unmount() {
    if (!this.container) return;
    this.channel?.close();
    this.frame?.remove();
    this.container.classList.remove(...this.classes("base", ...STATES));
    this.container = this.frame = this.channel = null;
    this.usable = false;
  }

  destroy() {
    this.unmount();
    this.destroyed = true;
    this.elements.forget(this);
  }

  update(options = {}) {
    refuseMethodTypes(options);
    this.options = { ...this.options, ...options };
    this.channel?.call("update", { options: plain(this.options) });
    return this;
  }

  focus() {
    this.frame?.focus();
    this.channel?.call("focus");
  }

  blur() {
    this.channel?.call("blur");
    this.frame?.blur();
  }

  clear() {
    this.channel?.call("clear");
  }

  on(event, handler) {
    if (typeof handler !== "function") throw new IntegrationError("on() needs a function.");
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), handler]);
    return this;
  }

  once(event, handler) {
    const first = (detail) => {
      this.off(event, first);
      handler(detail);
    };
    return this.on(event, first);
  }

  off(event, handler) {
    const kept = (this.handlers.get(event) ?? []).filter((each) => handler && each !== handler);
    this.handlers.set(event, kept);
    return this;
  }

  // Orders of the Elements group; they wait until the frame stands.
  async ask(name, detail) {
    if (this.usable) return this.channel.call(name, detail);
    throw new IntegrationError(
      `The ${this.type} Element is not ready: mount it and wait for its 'ready' event first.`,
    );
  }

  async begin(channel) {
    this.emit("loaderstart");
    await this.elements.known; // a session's client secret may still be on its way
    const options = plain(this.options);
    const answer = await channel.call("begin", { ...this.elements.settings(), options });
    if (channel !== this.channel) return;
    if (answer.error) {
      this.fail(answer.error);
      return;
    }
    this.usable = true;
    this.current = answer.value;
    if (answer.intent) this.elements.intent = answer.intent;
    this.elements.told(this);
    this.emit("ready");
  }

  hear(event, detail) {
    if (event === "look") applyStyle(this.frame, { "color-scheme": detail.scheme });
    if (event === "height") applyStyle(this.frame, { height: `${detail.height + this.slack}px` });
    if (event === "enter") submitForm(this.container);
    if (event === "state") this.mark(detail);
    if (event === "brand") this.elements.tellBrand(detail.brand);
    if (event === "change") {
      this.current = detail;
      this.elements.told(this);
    }
    if (PASSED_ON.includes(event)) this.emit(event, detail);
  }

  // Frames with room for focus rings stand out by four pixels on every side.
  get slack() {
    return this.style === ELEMENT_STYLE ? 8 : 0;
  }

  mark(now) {
    for (const state of STATES) {
      for (const name of this.classes(state)) this.container.classList.toggle(name, now[state]);
    }
  }

  classes(...states) {
    const given = this.options.classes ?? {};
    const usual = (state) => (state === "base" ? "StripeElement" : `StripeElement--${state}`);
    return states.flatMap((state) => (given[state] ?? usual(state)).split(/\s+/).filter(Boolean));
  }

  expectLife() {
    const { channel } = this;
    let alive = false;
    channel.open.then(() => {
      alive = true;
    });
    setTimeout(() => {
      if (!alive && channel === this.channel) this.fail(connectionError());
    }, LOADING_PATIENCE_MS);
  }

  fail(error) {
    applyStyle(this.frame, { height: "0px" });
    const heard = this.emit("loaderror", { error });
    if (!heard) console.error(`Unhandled ${this.type} Element loaderror`, { error });
  }

  emit(event, detail = {}) {
    const handlers = this.handlers.get(event) ?? [];
    for (const handler of handlers) handler({ elementType: this.type, ...detail });
    return handlers.length > 0;
  }
}

export class PaymentElement extends Element {
  collapse() {
    this.channel?.call("collapse");
    return this;
  }
}

export class AddressElement extends Element {
  async getValue() {
    const { complete, isNewAddress, value } = await this.ask("value");
    return { complete, isNewAddress, value };
  }
}

export function refuseMethodTypes(options = {}) {
  if (!("paymentMethodTypes" in options || "payment_method_types" in options)) return;
  throw new IntegrationError(
    "paymentMethodTypes is no longer supported. Leave it out, or use allowedPaymentMethodTypes " +
      "or excludedPaymentMethodTypes.",
  );
}

export function findContainer(target) {
  const container = typeof target === "string" ? document.querySelector(target) : target;
  if (container instanceof HTMLElement) return container;
  throw new IntegrationError(
    typeof target === "string"
      ? `The selector you specified (${target}) applies to no DOM elements that are currently on ` +
        "the page. Make sure the element exists on the page before calling mount()."
      : "mount() needs a CSS selector or a DOM element.",
  );
}

// Functions and the like cannot cross to the frame.
export const plain = (value) => JSON.parse(JSON.stringify(value ?? {}));

// Enter in the frame means what Enter means in any input of the form around it.
function submitForm(container) {
  const form = container?.closest("form");
  const button = form?.querySelector("button:not([type]), [type=submit]");
  if (button && !button.disabled) form.requestSubmit(button);
}

// The Payment Element as the shop's page sees it: a frame, its events, and orders to it.

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
const PASSED_ON = ["change", "focus", "blur", "escape", "availablepaymentmethodschange"];

export class PaymentElement {
  constructor(elements, options) {
    refuseMethodTypes(options);
    Object.assign(this, { elements, options, handlers: new Map(), container: null });
  }

  mount(target) {
    if (this.destroyed) throw new IntegrationError("This Element has been destroyed.");
    const container = findContainer(target);
    if (this.container === container) return;
    this.unmount();
    this.container = container;
    this.frame = makeFrame({
      origin: this.elements.origins.frames,
      path: "/elements/payment",
      title: "Secure payment input frame",
      style: ELEMENT_STYLE,
    });
    this.channel = new Channel(this.frame, this.elements.origins.frames, this.hear.bind(this));
    this.frame.addEventListener("load", () => this.expectLife());
    container.classList.add("StripeElement", "StripeElement--empty");
    container.replaceChildren(this.frame);
    this.begin(this.channel);
  }

  unmount() {
    if (!this.container) return;
    this.channel.close();
    this.frame.remove();
    this.container.classList.remove("StripeElement", ...states());
    this.container = this.frame = this.channel = null;
    this.usable = false;
  }

  destroy() {
    this.unmount();
    this.destroyed = true;
    this.elements.forget(this);
  }

  update(options) {
    refuseMethodTypes(options);
    this.options = { ...this.options, ...options };
    this.channel?.call("update", { options: this.options });
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

  collapse() {
    this.channel?.call("collapse");
    return this;
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
    if (!this.usable) {
      throw new IntegrationError(
        "The payment Element is not ready: mount it and wait for its 'ready' event first.",
      );
    }
    return this.channel.call(name, detail);
  }

  async begin(channel) {
    this.emit("loaderstart");
    const answer = await channel.call("begin", {
      ...this.elements.settings(),
      options: this.options,
    });
    if (channel !== this.channel) return;
    if (answer.error) {
      this.fail(answer.error);
      return;
    }
    this.usable = true;
    this.elements.intent = answer.intent;
    this.emit("ready");
  }

  hear(event, detail) {
    if (event === "look") applyStyle(this.frame, { "color-scheme": detail.scheme });
    if (event === "height") applyStyle(this.frame, { height: `${detail.height + 8}px` });
    if (event === "enter") submitForm(this.container);
    if (PASSED_ON.includes(event)) this.emit(event, detail);
    if (event === "change") this.elements.submitted = false;
    if (event === "state") {
      for (const state of states()) {
        this.container.classList.toggle(state, detail[state.split("--")[1]]);
      }
    }
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
    if (!heard) console.error("Unhandled payment Element loaderror", { error });
  }

  emit(event, detail = {}) {
    const handlers = this.handlers.get(event) ?? [];
    for (const handler of handlers) handler({ elementType: "payment", ...detail });
    return handlers.length > 0;
  }
}

export function refuseMethodTypes(options = {}) {
  if (!("paymentMethodTypes" in options || "payment_method_types" in options)) return;
  throw new IntegrationError(
    "paymentMethodTypes is no longer supported. Leave it out, or use allowedPaymentMethodTypes " +
      "or excludedPaymentMethodTypes.",
  );
}

function findContainer(target) {
  const container = typeof target === "string" ? document.querySelector(target) : target;
  if (container instanceof HTMLElement) return container;
  throw new IntegrationError(
    typeof target === "string"
      ? `The selector you specified (${target}) applies to no DOM elements that are currently on ` +
        "the page. Make sure the element exists on the page before calling mount()."
      : "mount() needs a CSS selector or a DOM element.",
  );
}

// Enter in the frame means what Enter means in any input of the form around it.
function submitForm(container) {
  const form = container?.closest("form");
  const button = form?.querySelector("button:not([type]), [type=submit]");
  if (button && !button.disabled) form.requestSubmit(button);
}

function states() {
  return ["focus", "empty", "complete", "invalid"].map((state) => `StripeElement--${state}`);
}

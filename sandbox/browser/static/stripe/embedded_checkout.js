// createEmbeddedCheckoutPage: the page of a Checkout Session in a frame of the shop's page.

import { IntegrationError } from "../shared/errors.js";
import { parseSessionSecret } from "../shared/sessions.js";
import { applyStyle, makeFrame } from "./channel.js";
import { goTo } from "./confirming.js";
import { findContainer } from "./element.js";

const PAGE_STYLE = { border: "0", display: "block", width: "100%", "min-height": "640px" };
let standing = null; // Stripe allows one at a time

export async function openEmbeddedCheckout(stripe, options = {}) {
  if (standing) throw new IntegrationError("You cannot have multiple Embedded Checkout objects.");
  const { clientSecret, fetchClientSecret, onComplete } = options;
  if (!clientSecret && typeof fetchClientSecret !== "function") {
    throw new IntegrationError(
      "stripe.createEmbeddedCheckoutPage() needs a clientSecret or a fetchClientSecret function.",
    );
  }
  const secret = parseSessionSecret(clientSecret ?? (await fetchClientSecret()));
  standing = new EmbeddedCheckout(stripe.origins.pages, secret, onComplete);
  return standing;
}

class EmbeddedCheckout {
  constructor(origin, { id }, onComplete) {
    Object.assign(this, { origin, id, onComplete, frame: null });
    this.hear = this.hear.bind(this);
  }

  mount(target) {
    if (this.destroyed) throw new IntegrationError("This Embedded Checkout has been destroyed.");
    if (this.frame) throw new IntegrationError("This Embedded Checkout is mounted already.");
    const container = findContainer(target);
    const path = `/c/pay/${this.id}?embedded=1`;
    const { origin } = this;
    this.frame = makeFrame({ origin, path, title: "Secure checkout page", style: PAGE_STYLE });
    window.addEventListener("message", this.hear);
    container.replaceChildren(this.frame);
  }

  unmount() {
    window.removeEventListener("message", this.hear);
    this.frame?.remove();
    this.frame = null;
  }

  destroy() {
    this.unmount();
    this.destroyed = true;
    standing = null;
  }

  hear({ origin, source, data }) {
    if (origin !== this.origin || source !== this.frame?.contentWindow) return;
    if (data.type === "height") applyStyle(this.frame, { height: `${data.height}px` });
    if (data.type === "redirect") goTo(data.url);
    if (data.type === "complete") this.onComplete?.();
  }
}

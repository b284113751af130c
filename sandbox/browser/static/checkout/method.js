// How it is paid: a saved method, or a new one from the card form in its own frame.

import { DARK, look } from "../hosted/look.js";

export class Method {
  constructor(stripe, session, fields) {
    Object.assign(this, { stripe, session, fields, elements: null });
    this.place = document.getElementById("new-method");
    document.getElementById("saved")?.addEventListener("change", () => this.arrange());
    DARK.addEventListener("change", () => this.elements?.update({ appearance: look() }));
  }

  get saved() {
    return this.fields.form.elements.method?.value || null;
  }

  arrange() {
    this.place.hidden = Boolean(this.saved);
  }

  show() {
    if (!this.place) return;
    const { page } = this.session;
    this.elements = this.stripe.elements({
      ...purpose(page),
      appearance: look(),
      allowedPaymentMethodTypes: page.payment_method_types,
      locale: page.locale ?? "en",
      paymentMethodCreation: "manual",
    });
    const fields = { billingDetails: asked(page) };
    // What paying with a card allows is said once, below the button.
    this.elements.create("payment", { fields, terms: { card: "never" } }).mount("#payment-element");
  }

  update() {
    const { mode, amount_total: amount } = this.session.page;
    if (mode !== "setup") this.elements?.update({ amount });
  }

  // What the confirmation says about it, or {error}.
  async chosen() {
    if (!this.elements || this.session.page.amount_total === 0 && !this.needed) return {};
    if (this.saved) return { payment_method: this.saved };
    const checked = await this.elements.submit();
    if (checked.error) return checked;
    const made = await this.stripe.createPaymentMethod({
      elements: this.elements,
      params: { billing_details: this.billing() },
    });
    return made.error ? made : { payment_method: made.paymentMethod.id };
  }

  get needed() {
    return this.session.page.mode !== "payment";
  }

  billing() {
    const { fields, session } = this;
    const parts = ["country", "line1", "line2", "postal_code", "city", "state"];
    const typed = parts.map((part) => [part, fields.value(`billing_address[${part}]`)]);
    const whole = session.page.billing_address_collection === "required";
    return {
      email: fields.value("email") ?? session.page.prefill.email,
      name: fields.value("name"),
      ...(whole ? { address: Object.fromEntries(typed.filter(([, value]) => value)) } : {}),
    };
  }
}

function purpose({ mode, currency, amount_total: amount, setup_future_usage: usage }) {
  const known = { mode, currency: currency ?? undefined };
  if (mode === "setup") return known;
  return { ...known, amount, ...(usage ? { setupFutureUsage: usage } : {}) };
}

// Name and e-mail are asked for once, by the page; the address only where the seller wants all of it.
function asked({ billing_address_collection: collects }) {
  const own = { name: "never", email: "never" };
  return collects === "required" ? { ...own, address: "never" } : own;
}

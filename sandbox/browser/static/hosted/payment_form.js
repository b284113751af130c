// A form with the Payment Element, as a shop's own page would have it.

import { DARK, look } from "./look.js";

// `confirm(stripe, elements)` asks Stripe; `done` is called once nothing is left to be said.
export function serve(form, { key, confirm, done }) {
  const refusal = document.getElementById("refusal");
  const button = form.querySelector("button");
  const stripe = Stripe(key);
  const elements = stripe.elements({ clientSecret: form.dataset.secret, appearance: look() });
  const element = elements.create("payment");

  DARK.addEventListener("change", () => elements.update({ appearance: look() }));
  element.on("ready", () => { button.disabled = false; });
  element.on("loaderror", ({ error }) => { refusal.textContent = error.message; });
  element.mount("#payment-element");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    refusal.textContent = "";
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    const { error } = await confirm(stripe, elements);
    if (!error) return done();
    refusal.textContent = error.message;
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
}

// The page of a session: every choice is told to the server, which adds up anew; the button pays.

import { choices } from "./choices.js";
import { tellHeight } from "./embedding.js";
import { Fields } from "./fields.js";
import { finish } from "./finish.js";
import { Method } from "./method.js";
import { Session } from "./session.js";

const form = document.getElementById("checkout");
const button = document.getElementById("submit");
const stripe = window.Stripe(form.dataset.key);
const session = new Session(form.dataset);
const fields = new Fields(form);
const method = new Method(stripe, session, fields);

nameCountries();
tellHeight();
await session.begin();
method.show();
choices(session, fields, method);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  fields.clear();
  const ended = await pay();
  if (!ended) button.removeAttribute("aria-busy");
});

// Whether the page is about to be left.
async function pay() {
  if (!fields.check()) return false;
  const chosen = await method.chosen();
  if (chosen.error) return failed(chosen.error);
  const answer = await session.confirm({ ...fields.collect(), ...chosen });
  if (answer.error) return failed(answer.error);
  const problem = await provenTo(answer.value);
  if (problem) return failed(problem);
  finish(session.page);
  return true;
}

// The bank may want to know who is there; what it decided is asked of the server.
async function provenTo(page) {
  const intent = page.payment_intent ?? page.setup_intent;
  if (page.status !== "open" || intent?.status !== "requires_action") return null;
  const { error } = await stripe.handleNextAction({ clientSecret: intent.client_secret });
  await session.refresh();
  if (session.page.status === "complete") return null;
  return error ?? { message: "Your bank did not confirm this payment. Please try again." };
}

async function failed(error) {
  if (error.code === "checkout_amount_mismatch") await session.redraw();
  if (error.code?.startsWith("checkout_session_")) window.location.reload();
  fields.complain(error);
  return false;
}

function nameCountries() {
  const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  for (const select of document.querySelectorAll("[data-countries]")) {
    const options = [...select.options];
    for (const option of options) option.textContent = names.of(option.value);
    options.sort((a, b) => a.textContent.localeCompare(b.textContent));
    const { value } = select;
    select.replaceChildren(...options);
    select.value = value;
  }
}

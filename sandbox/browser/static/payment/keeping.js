// "Save for later": the tick, what it means for the server, and the terms below the fields.

import { sentence } from "../elements/words.js";

const box = document.getElementById("save-box");
const tick = document.getElementById("save");
const terms = document.getElementById("terms");
const OPTION = { card: "card", sepa_debit: "sepaDebit", us_bank_account: "usBankAccount" };

// After every choice of a method: does the tick belong here, and what must be said?
export function arrangeKeeping(type, { features, keeps, business }, options) {
  box.hidden = features.payment_method_save !== "enabled" || !OPTION[type];
  const wish = options.terms?.[OPTION[type]] ?? "auto";
  const automatic = type === "card" ? keeps : Boolean(OPTION[type]);
  terms.hidden = wish === "never" || !OPTION[type] || (wish === "auto" && !automatic);
  const name = options.business?.name ?? business;
  terms.textContent = terms.hidden ? "" : sentence(`terms_${type}`, { business: name });
}

export const ticked = () => (box.hidden ? undefined : tick.checked);

export function allowRedisplay(keeps) {
  if (box.hidden) return undefined;
  if (tick.checked) return "always";
  return keeps ? "limited" : "unspecified";
}

export function futureUsage({ features, intent }) {
  if (!ticked() || intent?.object === "setup_intent") return undefined;
  return features.payment_method_save_usage ?? undefined;
}

tick.addEventListener("change", () => tick.dispatchEvent(new Event("typed", { bubbles: true })));

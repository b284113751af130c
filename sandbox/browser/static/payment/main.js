// The Payment Element inside its frame: asks what is on offer, shows it, collects, sends.

import { changed, form, report, serve, state } from "../elements/frame.js";
import { firstFault } from "../elements/field.js";
import { translate } from "../elements/words.js";
import { tell } from "../shared/host.js";
import { card } from "./card.js";
import { allowRedisplay, arrangeKeeping, futureUsage, ticked } from "./keeping.js";
import { arrangeLayout } from "./layout.js";
import { saved } from "./saved.js";
import { sepaDebit } from "./sepa_debit.js";
import { openSession } from "./session.js";
import { offerTestData } from "./test_data.js";
import { usBankAccount } from "./us_bank_account.js";

const methods = { saved, card, sepa_debit: sepaDebit, us_bank_account: usBankAccount };
let session = { types: [], saved: [], features: {}, intent: null };
let offered = [];
let chosen; // undefined until the first offer, null while the accordion is collapsed
let asked = "";

const element = {
  fields: () => methods[chosen]?.fields() ?? [],
  everyField: () => Object.values(methods).flatMap(({ inputs }) => inputs),
  fault: (focus) => (chosen ? firstFault(element.fields(), focus) : "incomplete_payment_details"),
  complete: () => Boolean(chosen) && element.fields().every((field) => field.complete),

  async load() {
    const answer = await ask();
    const { billingDetails } = state.options.defaultValues ?? {};
    for (const field of element.everyField()) field.fillFrom(billingDetails ?? {});
    return answer;
  },

  arrange() {
    if (asked !== question()) ask().then(({ error }) => error || arrange());
    else arrange();
  },

  value() {
    const value = chosen === "saved" ? saved.value() : { type: chosen ?? "" };
    if (ticked() !== undefined) value.savePaymentMethod = ticked();
    return { collapsed: !chosen, value };
  },

  calls: {
    async refresh() {
      const answer = await ask();
      if (!answer.error) arrange();
      return answer;
    },
    post: ({ path, params, into, saves }) => state.api.post(path, filled(params, into, saves)),
    collapse: () => choose(null),
  },
};

// The amount alone changes nothing of what is on offer.
function question() {
  const { amount, ...rest } = state.group.purpose;
  return JSON.stringify(rest);
}

async function ask() {
  asked = question();
  const answer = await openSession(state.api, state.group.purpose);
  if (answer.error) return answer;
  session = answer;
  saved.fill({
    rows: answer.saved,
    features: answer.features,
    api: state.api,
    secret: state.group.purpose.customerSessionClientSecret,
    onGone: () => {
      arrange();
      changed(element);
    },
  });
  return { intent: answer.intent };
}

function arrange() {
  const { fields, readOnly } = state.options;
  offer();
  form.inert = Boolean(readOnly);
  card.nameCountries();
  for (const method of Object.values(methods)) {
    translate(method.panel); // the panels of the others are not in the page
    const billing = fields?.[method.type]?.billingDetails ?? fields?.billingDetails ?? {};
    method.arrange({ billing, companions: state.group.companions });
  }
  arrangeLayout(state.options, offered.map((type) => methods[type]));
  choose(offered.includes(chosen) || chosen === null ? chosen : first());
}

function offer() {
  const order = state.options.paymentMethodOrder ?? [];
  const rank = (type) => (order.includes(type) ? order.indexOf(type) : order.length);
  const types = session.types.filter((type) => methods[type]).sort((a, b) => rank(a) - rank(b));
  const before = offered.join();
  offered = [...(saved.rows.length ? ["saved"] : []), ...types];
  if (offered.join() === before) return;
  const all = Object.fromEntries(types.map((type) => [type, { available: true }]));
  tell("availablepaymentmethodschange", { paymentMethods: all });
}

function first() {
  const collapsed = state.options.layout?.defaultCollapsed && offered.length > 1;
  return collapsed ? null : (offered[0] ?? null);
}

function choose(type) {
  chosen = type;
  for (const [each, method] of Object.entries(methods)) method.show(each === type);
  arrangeKeeping(type, session, state.options);
  offerTestData(form, type);
  report(element);
}

// A saved method goes by its id; of a new one everything, where the call wants it (`into`).
function filled(params, into, saves) {
  if (chosen === "saved") {
    return { ...params, payment_method_data: undefined, payment_method: saved.chosen.id };
  }
  const data = collect((into ? params[into] : params) ?? {});
  return { ...params, ...keptBy(saves), ...(into ? { [into]: data } : data) };
}

// An intent or a token is told for what use to keep it, a session just whether to.
function keptBy(saves) {
  if (state.group.purpose.checkout) return ticked() ? { save: true } : {};
  const usage = saves ? futureUsage(session) : undefined;
  return usage ? { setup_future_usage: usage } : {};
}

// What was typed wins over what the shop passed along, field by field.
function collect(given) {
  const { billing_details: typed, ...details } = methods[chosen].collect();
  const passed = given.billing_details ?? {};
  return {
    allow_redisplay: allowRedisplay(session.keeps),
    ...given,
    ...details,
    billing_details: {
      ...passed,
      ...typed,
      address: { ...passed.address, ...typed.address },
    },
  };
}

let brand = null;
form.addEventListener("typed", () => {
  if (card.brand === brand) return;
  brand = card.brand;
  const details = brand ? { brands: [brand], funding: "unknown" } : undefined;
  tell("carddetailschange", { loading: false, details });
});
for (const [type, method] of Object.entries(methods)) {
  method.header.addEventListener("click", () => {
    const closing = form.dataset.layout === "accordion" && chosen === type;
    choose(closing ? null : type);
    changed(element);
  });
}
serve(element);

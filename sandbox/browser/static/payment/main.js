// The Payment Element inside its frame: loads the intent, shows what it offers, collects, confirms.

import { Api } from "../shared/api.js";
import { invalidRequest, validationError } from "../shared/errors.js";
import { answerCalls, reportHeight, tell } from "../shared/host.js";
import { parseClientSecret } from "../shared/intents.js";
import { originsFor } from "../shared/origins.js";
import { dress } from "./appearance.js";
import { card } from "./card.js";
import { debit } from "./debit.js";
import { offerTestData } from "./test_data.js";
import { chooseLanguage, sentence, translate } from "./words.js";

const FINISHED = ["succeeded", "processing", "canceled", "requires_capture"];
const form = document.getElementById("element");
const methods = { card, sepa_debit: debit };
const state = { group: {}, options: {}, offered: [], chosen: null, api: null };

answerCalls({
  async begin({ options, ...group }) {
    Object.assign(state, { group, options });
    state.api = new Api({ ...group.api, base: originsFor(window.location.origin).api });
    speak(group.locale);
    dress(group);
    const answer = await load();
    if (answer.error) return answer;
    fillIn(options.defaultValues);
    show(answer.intent);
    form.hidden = false;
    reportHeight(form);
    return answer;
  },

  async update({ options }) {
    state.options = options;
    arrange();
    return {};
  },

  async regroup(group) {
    state.group = group;
    speak(group.locale);
    dress(group);
    if (!group.purpose.clientSecret) show(null);
    return {};
  },

  async refresh() {
    const answer = await load();
    if (!answer.error) show(answer.intent);
    return answer;
  },

  async validate() {
    const code = state.chosen ? methods[state.chosen].validate() : "incomplete_payment_details";
    report();
    if (!code) return { type: state.chosen };
    return { error: validationError(code, sentence(code)) };
  },

  async confirm({ clientSecret, params }) {
    const secret = parseClientSecret(clientSecret, "stripe.confirm()");
    return state.api.post(`${secret.path}/confirm`, {
      ...params,
      payment_method_data: collect(params.payment_method_data),
      client_secret: clientSecret,
      use_stripe_sdk: true,
    });
  },

  createPaymentMethod({ params }) {
    return state.api.post("/v1/payment_methods", collect(params));
  },

  focus: () => methods[state.chosen]?.fields()[0]?.input.focus(),
  blur: () => document.activeElement?.blur(),
  clear: () => everyField().forEach((field) => field.clear()),
  collapse: () => choose(null),
});

function speak(locale) {
  chooseLanguage(locale);
  translate(form);
  card.nameCountries();
}

async function load() {
  const { clientSecret } = state.group.purpose;
  if (!clientSecret) return { intent: null };
  const secret = parseClientSecret(clientSecret, "elements()");
  const answer = await state.api.get(secret.path, { client_secret: clientSecret });
  if (answer.error) return answer;
  if (!FINISHED.includes(answer.value.status)) return { intent: answer.value };
  const name = secret.object === "setup_intent" ? "SetupIntent" : "PaymentIntent";
  const message = `The ${name} is in a terminal state and cannot be used to initialize Elements.`;
  return {
    error: invalidRequest(`${secret.object}_unexpected_state`, message, {
      [secret.object]: answer.value,
    }),
  };
}

function show(intent) {
  const order = state.options.paymentMethodOrder ?? [];
  const rank = (type) => (order.includes(type) ? order.indexOf(type) : order.length);
  const types = intent ? intent.payment_method_types : intendedTypes(state.group.purpose);
  const before = state.offered.join();
  state.offered = types.filter((type) => methods[type]).sort((a, b) => rank(a) - rank(b));
  if (state.offered.join() !== before) {
    tell("availablepaymentmethodschange", {
      availablePaymentMethods: state.offered.map((type) => ({ type })),
    });
  }
  arrange();
  if (!state.offered.includes(state.chosen)) {
    const collapsed = state.options.layout?.defaultCollapsed && state.offered.length > 1;
    choose(collapsed ? null : (state.offered[0] ?? null));
  }
}

function intendedTypes({ mode, currency, allowedPaymentMethodTypes, excludedPaymentMethodTypes }) {
  const possible = !currency || currency === "eur" ? ["card", "sepa_debit"] : ["card"];
  return possible
    .filter((type) => mode !== "setup" || type === "card" || currency)
    .filter((type) => allowedPaymentMethodTypes?.includes(type) ?? true)
    .filter((type) => !excludedPaymentMethodTypes?.includes(type));
}

function arrange() {
  const { fields, layout, readOnly } = state.options;
  const kind = layout?.type ?? layout;
  form.dataset.layout = kind === "accordion" ? "accordion" : "tabs";
  form.dataset.single = String(state.offered.length < 2);
  form.inert = Boolean(readOnly);
  for (const [type, method] of Object.entries(methods)) {
    method.arrange(fields?.[type]?.billingDetails ?? fields?.billingDetails ?? {});
  }
  place();
}

// The order on the screen is the order of the Tab key: all tabs first, or each above its own fields.
function place() {
  const { layout } = form.dataset;
  const wanted = [layout, ...state.offered].join();
  if (wanted === form.dataset.placed) return;
  form.dataset.placed = wanted;
  const offered = state.offered.map((type) => methods[type]);
  const list = form.querySelector(".Methods");
  for (const { item, header, panel } of offered) item.replaceChildren(header, panel);
  list.replaceChildren(
    ...(layout === "tabs"
      ? [...offered.map(({ header }) => header), ...offered.map(({ panel }) => panel)]
      : offered.map(({ item }) => item)),
  );
}

function choose(type) {
  state.chosen = type;
  for (const [each, method] of Object.entries(methods)) {
    method.header.setAttribute("aria-expanded", String(each === type));
    method.header.classList.toggle("Tab--selected", each === type);
    method.panel.hidden = each !== type;
  }
  offerTestData(form, type);
  report();
}

// What was typed wins over what the shop passed along, field by field.
function collect(given = {}) {
  const { details, billing } = methods[state.chosen].collect();
  const passed = given.billing_details ?? {};
  return {
    ...given,
    type: state.chosen,
    [state.chosen]: details,
    billing_details: {
      ...passed,
      ...billing,
      address: { ...passed.address, ...billing.address },
    },
  };
}

function fillIn({ billingDetails } = {}) {
  for (const field of everyField()) field.fillFrom(billingDetails ?? {});
}

function everyField() {
  return Object.values(methods).flatMap((method) => method.fields());
}

function report() {
  const method = methods[state.chosen];
  const empty = !method || method.fields().every((field) => field.empty);
  const complete = Boolean(method) && method.fields().every((field) => field.complete);
  const invalid = Boolean(method) && method.fields().some((field) => field.shown);
  tell("state", { empty, complete, invalid, focus: form.contains(document.activeElement) });
  return { empty, complete, collapsed: !method, value: { type: state.chosen ?? "" } };
}

for (const [type, method] of Object.entries(methods)) {
  method.header.addEventListener("click", () => {
    const closing = form.dataset.layout === "accordion" && state.chosen === type;
    choose(closing ? null : type);
    tell("change", report());
  });
}
form.addEventListener("typed", () => tell("change", report()));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") tell("escape");
  if (event.key !== "Enter" || event.target.localName !== "input") return;
  event.preventDefault();
  tell("enter");
});
form.addEventListener("focusin", (event) => {
  if (event.relatedTarget === null) tell("focus");
  report();
});
form.addEventListener("focusout", (event) => {
  if (event.relatedTarget !== null) return;
  tell("blur");
  report();
});

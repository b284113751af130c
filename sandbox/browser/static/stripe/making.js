// What is made of a form without confirming anything: payment methods, confirmation tokens, tokens.

import { IntegrationError } from "../shared/errors.js";
import { merged, renamed } from "./confirming.js";
import { needManual, needSubmitted } from "./duties.js";
import { Element } from "./element.js";

const CARD_KINDS = ["card", "cardNumber"];

export async function makePaymentMethod(stripe, { elements, element, params = {}, ...data }) {
  if (elements) return fromElements(elements, params);
  if (element) return renamed(await postFrom(element, "/v1/payment_methods", params), "paymentMethod");
  return renamed(await postDetails(stripe, "/v1/payment_methods", data), "paymentMethod");
}

async function fromElements(elements, params) {
  needManual(elements, "createPaymentMethod");
  needSubmitted(elements, "createPaymentMethod");
  const billing_details = merged(elements.collected().billing, params.billing_details);
  const answer = await elements
    .needPayment()
    .ask("post", { path: "/v1/payment_methods", params: { ...params, billing_details } });
  return renamed(answer, "paymentMethod");
}

export async function makeConfirmationToken({ elements, params = {} }) {
  if (!elements) throw new IntegrationError("stripe.createConfirmationToken() needs elements.");
  needManual(elements, "createConfirmationToken");
  needSubmitted(elements, "createConfirmationToken");
  const { billing, shipping } = elements.collected();
  const data = params.payment_method_data ?? {};
  const sent = {
    shipping,
    ...params,
    payment_method_data: { ...data, billing_details: merged(billing, data.billing_details) },
  };
  const path = "/v1/confirmation_tokens";
  const into = "payment_method_data";
  const answer = await elements
    .needPayment()
    .ask("post", { path, params: sent, into, saves: elements.options.mode !== "setup" });
  return renamed(answer, "confirmationToken");
}

// `{type, card: element, billing_details}`: an Element stands where its details would.
export function postDetails(stripe, path, data, { params = {}, into } = {}) {
  const held = Object.entries(data).find(
    ([, value]) => value instanceof Element || value?.iban instanceof Element,
  );
  if (!held) return stripe.api.post(path, into ? { ...params, [into]: data } : { ...params, ...data });
  const [kind, value] = held;
  const { [kind]: _, ...rest } = data;
  const sent = into ? { ...params, [into]: rest } : { ...params, ...rest };
  return postFrom(value instanceof Element ? value : value.iban, path, sent, into);
}

async function postFrom(element, path, params, into) {
  if (!CARD_KINDS.includes(element.type) && element.type !== "iban") {
    throw new IntegrationError(
      `A ${element.type} Element holds no payment method: pass a card, cardNumber or iban Element.`,
    );
  }
  const checked = await element.ask("validate");
  if (checked.error) return checked;
  const parts = element.elements.parts(element);
  return element.ask("post", { path, params, into, parts });
}

export async function makeToken(stripe, given, data = {}) {
  if (given instanceof Element) return renamed(await tokenOf(given, data), "token");
  if (given === "cvc_update") return renamed(await tokenOf(data, {}, given), "token");
  if (given === "pii") data = { id_number: data.personal_id_number };
  return renamed(await stripe.api.post("/v1/tokens", { [given]: data }), "token");
}

async function tokenOf(element, params, token = "card") {
  const checked = await element.ask("validate");
  if (checked.error) return checked;
  const parts = element.elements.parts(element);
  return element.ask("post", { path: "/v1/tokens", params, parts, token });
}

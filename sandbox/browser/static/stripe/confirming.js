// Confirm → whatever the bank wants → the final answer → back to the shop.

import { IntegrationError, invalidRequest } from "../shared/errors.js";
import { lastError, parseClientSecret } from "../shared/intents.js";
import { authenticate } from "./challenge.js";
import { checkOmittedFields, needSubmitted } from "./duties.js";

const FINISHED = ["succeeded", "processing", "requires_capture", "canceled"];

export async function confirmIntent(stripe, caller, options) {
  const { elements, clientSecret, confirmParams = {}, redirect = "always" } = options ?? {};
  const group = elements?.options ?? {};
  const secret = secretFor(caller, clientSecret ?? group.clientSecret);
  if (redirect === "always" && !confirmParams.return_url) {
    throw new IntegrationError(`stripe.${caller}() needs confirmParams.return_url.`);
  }
  if (elements && group.mode) needSubmitted(elements, caller);
  if (elements) checkOmittedFields(elements.needPayment(), confirmParams, caller);

  const { error, value } = elements
    ? await confirmWithElements(elements, secret, confirmParams)
    : await stripe.api.post(`${secret.path}/confirm`, asked(secret, confirmParams));
  if (error) return { error };
  const result = await act(stripe, secret, value);
  if (result.error || redirect === "if_required") return result;
  return leave(confirmParams.return_url, secret, result[secret.name]);
}

function secretFor(caller, clientSecret) {
  const secret = parseClientSecret(clientSecret, `stripe.${caller}()`);
  const wanted = caller.endsWith("Setup") ? "setupIntent" : "paymentIntent";
  if (secret.name === wanted) return secret;
  throw new IntegrationError(
    `stripe.${caller}() was called with the client secret of a ${secret.object}. Use ` +
      `stripe.${wanted === "setupIntent" ? "confirmPayment" : "confirmSetup"}() instead.`,
  );
}

async function confirmWithElements(elements, secret, given) {
  const payment = elements.needPayment();
  const { error } = await elements.submit();
  if (error) return { error };
  return payment.ask("post", {
    path: `${secret.path}/confirm`,
    params: asked(secret, withCollected(elements, secret, given)),
    into: "payment_method_data",
    saves: secret.object === "payment_intent",
  });
}

// What the group's other forms know is sent along; what the shop passes itself wins.
function withCollected(elements, { object }, given) {
  const { billing, shipping } = elements.collected();
  const data = given.payment_method_data ?? {};
  const params = {
    ...given,
    payment_method_data: { ...data, billing_details: merged(billing, data.billing_details) },
  };
  if (object === "payment_intent" && shipping) params.shipping ??= shipping;
  return params;
}

export function merged(collected, passed = {}) {
  const address = { ...collected.address, ...passed.address };
  return { ...collected, ...passed, address };
}

export function asked(secret, params) {
  return { ...params, client_secret: secret.clientSecret, use_stripe_sdk: true };
}

export async function act(stripe, secret, intent) {
  const action = intent.next_action;
  if (intent.status !== "requires_action" || !action) return outcome(secret, intent);
  if (action.type === "redirect_to_url") return goTo(action.redirect_to_url.url);
  await authenticate(action.use_stripe_sdk.stripe_js, stripe.origins.hooks);
  const after = await retrieve(stripe, secret);
  return after.error ? after : outcome(secret, after[secret.name]);
}

// A question of the bank that was left open is asked again.
export async function goOn(stripe, clientSecret) {
  const secret = parseClientSecret(clientSecret, "stripe.handleNextAction()");
  const { error, [secret.name]: intent } = await retrieve(stripe, secret);
  if (error) return { error };
  if (intent.status !== "requires_action") return { [secret.name]: intent };
  return act(stripe, secret, intent);
}

export async function retrieveAs(name, stripe, clientSecret) {
  const caller = name === "setupIntent" ? "retrieveSetupIntent" : "retrievePaymentIntent";
  const secret = parseClientSecret(clientSecret, `stripe.${caller}()`);
  if (secret.name === name) return retrieve(stripe, secret);
  throw new IntegrationError(
    `stripe.${caller}() was called with the client secret of a ${secret.object}.`,
  );
}

async function retrieve(stripe, secret) {
  const answer = await stripe.api.get(secret.path, { client_secret: secret.clientSecret });
  return renamed(answer, secret.name);
}

export function renamed({ error, value }, name) {
  return error ? { error } : { [name]: value };
}

function outcome(secret, intent) {
  if (FINISHED.includes(intent.status)) return { [secret.name]: intent };
  const error = lastError(intent);
  if (intent.status === "requires_payment_method" && error) return { error };
  if (intent.status === "requires_payment_method") return { error: unproven(secret, intent) };
  return { [secret.name]: intent };
}

function unproven(secret, intent) {
  return invalidRequest(
    `${secret.object}_authentication_failure`,
    "We are unable to authenticate your payment method. Please choose a different payment method " +
      "and try again.",
    { [secret.object]: intent },
  );
}

function leave(returnUrl, secret, intent) {
  const url = new URL(returnUrl, window.location.href);
  url.searchParams.set(secret.object, intent.id);
  url.searchParams.set(`${secret.object}_client_secret`, secret.clientSecret);
  url.searchParams.set("redirect_status", redirectStatus(intent));
  return goTo(url.href);
}

function redirectStatus({ status }) {
  if (status === "processing") return "pending";
  return ["succeeded", "requires_capture"].includes(status) ? "succeeded" : "failed";
}

// The page is about to go away, so the promise never settles.
export function goTo(url) {
  window.location.assign(url);
  return new Promise(() => {});
}

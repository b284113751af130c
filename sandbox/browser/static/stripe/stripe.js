// window.Stripe, with the surface of the published types of @stripe/stripe-js that shops use most.

import { Api } from "../shared/api.js";
import { IntegrationError, invalidRequest } from "../shared/errors.js";
import { lastError, parseClientSecret } from "../shared/intents.js";
import { originsFor } from "../shared/origins.js";
import { authenticate } from "./challenge.js";
import { Elements } from "./elements.js";

const SCRIPT_ORIGIN = new URL(document.currentScript.src).origin;
const FINISHED = ["succeeded", "processing", "requires_capture", "canceled"];

class StripeClient {
  constructor(key, { apiVersion, stripeAccount, locale } = {}) {
    checkKey(key);
    this.key = key;
    this.locale = locale;
    this.origins = originsFor(SCRIPT_ORIGIN);
    this.apiOptions = { base: this.origins.api, key, version: apiVersion, account: stripeAccount };
    this.api = new Api(this.apiOptions);
  }

  elements(options) {
    return new Elements(this, options);
  }

  confirmPayment(options) {
    return this.confirm("confirmPayment", options);
  }

  confirmSetup(options) {
    return this.confirm("confirmSetup", options);
  }

  retrievePaymentIntent(clientSecret) {
    return this.retrieve(parseClientSecret(clientSecret, "stripe.retrievePaymentIntent()"));
  }

  retrieveSetupIntent(clientSecret) {
    return this.retrieve(parseClientSecret(clientSecret, "stripe.retrieveSetupIntent()"));
  }

  async handleNextAction({ clientSecret }) {
    const secret = parseClientSecret(clientSecret, "stripe.handleNextAction()");
    const { error, [secret.name]: intent } = await this.retrieve(secret);
    if (error) return { error };
    if (intent.status !== "requires_action") return { [secret.name]: intent };
    return this.act(secret, intent);
  }

  async createPaymentMethod({ elements, params, ...data }) {
    if (!elements) return renamed(await this.api.post("/v1/payment_methods", data), "paymentMethod");
    needSubmitted(elements, "createPaymentMethod");
    const payment = elements.needPayment();
    return renamed(await payment.ask("createPaymentMethod", { params }), "paymentMethod");
  }

  // confirm → whatever the bank wants → the final answer → back to the shop
  async confirm(caller, { elements, clientSecret, confirmParams = {}, redirect = "always" }) {
    const group = elements?.options ?? {};
    const secret = parseClientSecret(clientSecret ?? group.clientSecret, `stripe.${caller}()`);
    if (redirect === "always" && !confirmParams.return_url) {
      throw new IntegrationError(`stripe.${caller}() needs confirmParams.return_url.`);
    }
    if (elements && group.mode) needSubmitted(elements, caller);
    if (elements) checkOmittedFields(elements.needPayment(), confirmParams, caller);

    const { error, value } = elements
      ? await this.confirmWithElement(elements, secret, confirmParams)
      : await this.api.post(`${secret.path}/confirm`, {
          ...confirmParams,
          client_secret: secret.clientSecret,
          use_stripe_sdk: true,
        });
    if (error) return { error };
    const result = await this.act(secret, value);
    if (result.error || redirect === "if_required") return result;
    return leave(confirmParams.return_url, secret, result[secret.name]);
  }

  async confirmWithElement(elements, secret, params) {
    const payment = elements.needPayment();
    const checked = await payment.ask("validate");
    if (checked.error) return checked;
    return payment.ask("confirm", { clientSecret: secret.clientSecret, params });
  }

  async act(secret, intent) {
    const action = intent.next_action;
    if (intent.status !== "requires_action" || !action) return outcome(secret, intent);
    if (action.type === "redirect_to_url") return goTo(action.redirect_to_url.url);
    await authenticate(action.use_stripe_sdk.stripe_js, this.origins.hooks);
    const after = await this.retrieve(secret);
    return after.error ? after : outcome(secret, after[secret.name]);
  }

  async retrieve(secret) {
    const answer = await this.api.get(secret.path, { client_secret: secret.clientSecret });
    return renamed(answer, secret.name);
  }

  // Called by the loader that npm publishes.
  _registerWrapper() {}
  registerAppInfo() {}
}

function outcome(secret, intent) {
  if (FINISHED.includes(intent.status)) return { [secret.name]: intent };
  const error = lastError(intent);
  if (intent.status === "requires_payment_method" && error) return { error };
  if (intent.status === "requires_payment_method") {
    return {
      error: invalidRequest(
        `${secret.object}_authentication_failure`,
        "We are unable to authenticate your payment method. Please choose a different payment " +
          "method and try again.",
        { [secret.object]: intent },
      ),
    };
  }
  return { [secret.name]: intent };
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
function goTo(url) {
  window.location.assign(url);
  return new Promise(() => {});
}

function renamed({ error, value }, name) {
  return error ? { error } : { [name]: value };
}

function needSubmitted(elements, caller) {
  if (elements.submitted) return;
  throw new IntegrationError(
    `elements.submit() must be called before stripe.${caller}(), and must have succeeded.`,
  );
}

// A shop that hides a field has promised to send its value itself.
function checkOmittedFields(payment, confirmParams, caller) {
  const given = confirmParams.payment_method_data?.billing_details ?? {};
  for (const [path, value] of omittedFields(payment.options.fields?.billingDetails, given)) {
    if (value !== undefined) continue;
    throw new IntegrationError(
      `You specified "never" for fields.billing_details.${path} when creating the payment ` +
        `Element, but did not pass confirmParams.payment_method_data.billing_details.${path} ` +
        `when calling stripe.${caller}().`,
    );
  }
}

function omittedFields(option, given) {
  const hidden = (fields, key) => fields === "never" || fields?.[key] === "never";
  const address = option === "never" ? "never" : option?.address;
  const plain = ["name", "email", "phone"]
    .filter((key) => hidden(option, key))
    .map((key) => [key, given[key]]);
  const parts = ["country", "postalCode", "state", "city", "line1", "line2"]
    .filter((key) => hidden(address, key))
    .map((key) => (key === "postalCode" ? "postal_code" : key))
    .map((key) => [`address.${key}`, given.address?.[key]]);
  return [...plain, ...parts];
}

function checkKey(key) {
  if (!key) throw new IntegrationError("Please call Stripe() with your publishable key.");
  if (/^[sr]k_/.test(key)) {
    throw new IntegrationError("You should not use your secret key with Stripe.js.");
  }
  if (!key.startsWith("pk_test_")) {
    throw new IntegrationError("This is a pretend Stripe: it takes keys that begin with pk_test_.");
  }
}

window.Stripe = function Stripe(publishableKey, options) {
  return new StripeClient(publishableKey, options);
};
window.Stripe.version = "endive";

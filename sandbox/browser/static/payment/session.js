// What the server says before the form shows: methods on offer, the intent, the customer's own.

import { invalidRequest } from "../shared/errors.js";

const FINISHED = ["succeeded", "processing", "canceled", "requires_capture"];

export async function openSession(api, purpose) {
  if (purpose.checkout) return openCheckout(api, purpose.checkout);
  const answer = await api.get("/v1/elements/sessions", asked(purpose));
  if (answer.error) return answer;
  const { payment_method_preference: offer, customer, business_name: business } = answer.value;
  const intent = offer.payment_intent ?? offer.setup_intent ?? null;
  if (FINISHED.includes(intent?.status)) return { error: ended(intent) };
  return {
    intent,
    types: offer.ordered_payment_method_types,
    saved: customer?.payment_methods ?? [],
    features: customer?.customer_session.features ?? {},
    business,
    keeps: keeps(intent, purpose),
  };
}

// Of a Checkout Session, its page says it all.
async function openCheckout(api, { path, clientSecret }) {
  const { error, value: page } = await api.get(path, { client_secret: clientSecret });
  if (error) return { error };
  return {
    intent: null,
    types: page.payment_method_types,
    saved: page.saved_payment_methods.map((row) => ({ billing_details: {}, ...row })),
    features: { payment_method_save: page.saves_payment_method ? "enabled" : "disabled" },
    business: page.account_display_name,
    keeps: Boolean(page.setup_future_usage),
  };
}

function asked({ clientSecret, customerSessionClientSecret, mode, amount, currency, ...types }) {
  return {
    client_secret: clientSecret,
    customer_session_client_secret: customerSessionClientSecret,
    deferred_intent: mode && {
      mode,
      amount,
      currency,
      allowed_payment_method_types: types.allowedPaymentMethodTypes,
      excluded_payment_method_types: types.excludedPaymentMethodTypes,
    },
  };
}

// Whether the method will be charged again without the customer, whatever they tick.
function keeps(intent, { mode, setupFutureUsage, setup_future_usage: usage }) {
  if (intent) return intent.object === "setup_intent" || Boolean(intent.setup_future_usage);
  return mode === "setup" || mode === "subscription" || Boolean(setupFutureUsage ?? usage);
}

function ended(intent) {
  const name = intent.object === "setup_intent" ? "SetupIntent" : "PaymentIntent";
  const message = `The ${name} is in a terminal state and cannot be used to initialize Elements.`;
  return invalidRequest(`${intent.object}_unexpected_state`, message, { [intent.object]: intent });
}

// What a client secret says about its intent.

import { IntegrationError } from "./errors.js";

const SECRET = /^((pi|seti)_[A-Za-z0-9]+)_secret_[A-Za-z0-9]+$/;

export function parseClientSecret(clientSecret, caller) {
  const match = SECRET.exec(clientSecret ?? "");
  if (!match) {
    throw new IntegrationError(
      `Invalid value for ${caller}: clientSecret should be of the form ` +
        `\${id}_secret_\${secret}. You specified: ${clientSecret}.`,
    );
  }
  const setup = match[2] === "seti";
  return {
    clientSecret,
    path: `/v1/${setup ? "setup" : "payment"}_intents/${match[1]}`,
    name: setup ? "setupIntent" : "paymentIntent",
    object: setup ? "setup_intent" : "payment_intent",
  };
}

export function lastError(intent) {
  const error = intent.last_payment_error ?? intent.last_setup_error;
  return error ? { ...error, [intent.object]: intent } : null;
}

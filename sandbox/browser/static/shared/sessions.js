// What a client secret says about its Checkout Session.

import { IntegrationError } from "./errors.js";

export function parseSessionSecret(clientSecret) {
  const match = /^(cs_test_[A-Za-z0-9]+)_secret_[A-Za-z0-9%]+$/.exec(clientSecret ?? "");
  if (match) return { id: match[1], clientSecret, path: `/v1/payment_pages/${match[1]}` };
  throw new IntegrationError(
    "Invalid client secret of a Checkout Session: it should be of the form " +
      `cs_test_\${id}_secret_\${secret}. You specified: ${clientSecret}.`,
  );
}

// What a shop must have done before it calls; each is a mistake in its code, and thrown.

import { IntegrationError } from "../shared/errors.js";

export function checkKey(key) {
  if (!key) {
    throw new IntegrationError(
      "Please call Stripe() with your publishable key. You used an empty string.",
    );
  }
  if (/^[sr]k_/.test(key)) {
    throw new IntegrationError(
      "You should not use your secret key with Stripe.js.\nPlease pass a publishable key instead.",
    );
  }
  if (!key.startsWith("pk_test_")) {
    throw new IntegrationError("This is a pretend Stripe: it takes keys that begin with pk_test_.");
  }
}

export function needSubmitted(elements, caller) {
  if (elements.submitted) return;
  throw new IntegrationError(
    `elements.submit() must be called before stripe.${caller}(), and must have succeeded.`,
  );
}

export function needManual(elements, caller) {
  if (!elements.options.mode || elements.options.paymentMethodCreation === "manual") return;
  throw new IntegrationError(
    `stripe.${caller}() with elements needs an Elements group that was created with ` +
      "paymentMethodCreation: 'manual'.",
  );
}

// A shop that hides a field has promised to send its value itself.
export function checkOmittedFields(payment, confirmParams, caller) {
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
  const plainOnes = ["name", "email", "phone"]
    .filter((key) => hidden(option, key))
    .map((key) => [key, given[key]]);
  const parts = ["country", "postalCode", "state", "city", "line1", "line2"]
    .filter((key) => hidden(address, key))
    .map((key) => (key === "postalCode" ? "postal_code" : key))
    .map((key) => [`address.${key}`, given.address?.[key]]);
  return [...plainOnes, ...parts];
}

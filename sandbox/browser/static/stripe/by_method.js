// confirmCardPayment and its like: a client secret, and the details of one kind of payment method.

import { parseClientSecret } from "../shared/intents.js";
import { act, asked, renamed } from "./confirming.js";
import { postDetails } from "./making.js";

const KIND = { Card: "card", SepaDebit: "sepa_debit", UsBankAccount: "us_bank_account" };

export async function confirmWith(stripe, type, clientSecret, data = {}, options = {}) {
  const secret = parseClientSecret(clientSecret, `stripe.confirm${type}()`);
  const answer = await confirmed(stripe, secret, KIND[type.replace(/Setup|Payment/, "")], data);
  if (answer.error || options.handleActions === false) return renamed(answer, secret.name);
  return act(stripe, secret, answer.value);
}

function confirmed(stripe, secret, kind, { payment_method: method, ...data }) {
  const path = `${secret.path}/confirm`;
  const { payment_method_options: _, ...rest } = data; // a cvc Element cannot be sent
  const params = asked(secret, rest);
  if (!method || typeof method === "string") {
    return stripe.api.post(path, { ...params, payment_method: method });
  }
  return postDetails(stripe, path, { ...method, type: kind }, { params, into: "payment_method_data" });
}

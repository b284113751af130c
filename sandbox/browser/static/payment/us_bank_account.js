// A debit of an account in the United States, by its two numbers.

import { checkEmail, digitsOf, Field, needed } from "../elements/field.js";
import { arrangeOwner, Method } from "./method.js";

const email = new Field("usEmail", { check: checkEmail, path: ["email"] });
const name = new Field("usName", { check: needed("incomplete_name"), path: ["name"] });
const routing = new Field("routingNumber", {
  check: checkRouting,
  format: (value) => digitsOf(value).slice(0, 9),
});
const account = new Field("accountNumber", {
  check: (value) => (value.length < 4 ? "incomplete_account_number" : null),
  format: (value) => digitsOf(value).slice(0, 17),
});

class UsBankAccount extends Method {
  arrange(wishes) {
    arrangeOwner(name, email, wishes);
  }

  details() {
    return {
      routing_number: routing.value,
      account_number: account.value,
      account_holder_type: "individual",
    };
  }
}

export const usBankAccount = new UsBankAccount("us_bank_account", [email, name, routing, account]);

// The check digit of the American Bankers Association: weights 3, 7, 1 sum to a multiple of ten.
function checkRouting(value) {
  if (value.length < 9) return "incomplete_routing_number";
  const sum = [...value].reduce((total, digit, place) => total + digit * [3, 7, 1][place % 3], 0);
  return sum % 10 === 0 ? null : "invalid_routing_number";
}

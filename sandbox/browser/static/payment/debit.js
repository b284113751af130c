// The bank debit form (SEPA): an IBAN and whom it belongs to.

import { Field } from "./field.js";

const iban = new Field("iban", { check: checkIban, format: groupIban });
const name = new Field("name", {
  check: (value) => (value ? null : "incomplete_name"),
  path: ["name"],
});
const email = new Field("email", { check: checkEmail, path: ["email"] });

export const debit = {
  item: document.getElementById("debit-item"),
  header: document.getElementById("debit-header"),
  panel: document.getElementById("debit-panel"),
  fields: () => [email, name, iban],

  arrange(billing) {
    name.hide(billing === "never" || billing.name === "never");
    email.hide(billing === "never" || billing.email === "never");
  },

  validate() {
    const codes = debit.fields().map((field) => {
      field.blame(field.code);
      return field.code;
    });
    debit.fields()[codes.findIndex(Boolean)]?.input.focus();
    return codes.find(Boolean) ?? null;
  },

  collect() {
    const billing = {};
    if (!name.box.hidden) billing.name = name.value;
    if (!email.box.hidden) billing.email = email.value;
    return { details: { iban: compact(iban.value) }, billing };
  },
};

const compact = (value) => value.replace(/[^0-9A-Za-z]/g, "").toUpperCase();

function groupIban(value) {
  return (compact(value).slice(0, 34).match(/.{1,4}/g) ?? []).join(" ");
}

function checkIban(value) {
  const text = compact(value);
  if (text.length < 15) return "incomplete_iban";
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text)) return "invalid_iban";
  return remainder(text) === 1 ? null : "invalid_iban";
}

// ISO 13616: the first four characters go last, letters count from 10, the rest of /97 is 1.
function remainder(text) {
  const moved = text.slice(4) + text.slice(0, 4);
  return [...moved].reduce((rest, character) => {
    const number = parseInt(character, 36);
    return (rest * (number > 9 ? 100 : 10) + number) % 97;
  }, 0);
}

function checkEmail(value) {
  if (!value) return "incomplete_email";
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "invalid_email";
}

// IBANs: grouping, and the check digits of ISO 13616.

import { Field } from "./field.js";

export const ibanField = () => new Field("iban", { check: checkIban, format: groupIban });

export const compact = (value) => value.replace(/[^0-9A-Za-z]/g, "").toUpperCase();

function groupIban(value) {
  return (compact(value).slice(0, 34).match(/.{1,4}/g) ?? []).join(" ");
}

function checkIban(value) {
  const text = compact(value);
  if (text.length < 15) return "incomplete_iban";
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text)) return "invalid_iban";
  return remainder(text) === 1 ? null : "invalid_iban";
}

// The first four characters go last, letters count from 10, the rest of /97 is 1.
function remainder(text) {
  const moved = text.slice(4) + text.slice(0, 4);
  return [...moved].reduce((rest, character) => {
    const number = parseInt(character, 36);
    return (rest * (number > 9 ? 100 : 10) + number) % 97;
  }, 0);
}

// Number, date and security code of a card, wherever they stand.

import { brandOf, checkNumber, cvcLength, groupNumber } from "./card_number.js";
import { digitsOf, Field } from "./field.js";

export const numberField = () => new Field("number", { check: checkNumber, format: groupNumber });

export const expiryField = () => new Field("expiry", { check: checkExpiry, format: formatExpiry });

// `brand()` says whose card it is: American Express has four digits.
export function cvcField(brand) {
  return new Field("cvc", {
    check: (value) => (digitsOf(value).length < cvcLength(brand()) ? "incomplete_cvc" : null),
    format: (value) => digitsOf(value).slice(0, cvcLength(brand())),
  });
}

export const brandIn = (number) => brandOf(number.value);

export function cardParams(number, expiry, cvc) {
  const [month, year] = monthAndYear(expiry);
  return { number: digitsOf(number), exp_month: month, exp_year: year, cvc: cvc || undefined };
}

function formatExpiry(value) {
  let digits = digitsOf(value);
  if (/^\D*\d\s*\//.test(value) || /^[2-9]/.test(digits)) digits = `0${digits}`;
  if (/^\d\d20\d\d$/.test(digits)) digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, /^\d\d20/.test(digits) ? 5 : 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function monthAndYear(value) {
  const digits = digitsOf(value);
  return [Number(digits.slice(0, 2)), 2000 + Number(digits.slice(2, 4))];
}

function checkExpiry(value) {
  const digits = digitsOf(value);
  const [month, year] = monthAndYear(value);
  if (digits.length >= 2 && (month < 1 || month > 12)) return "invalid_expiry_month";
  if (digits.length !== 4) return "incomplete_expiry";
  const now = new Date();
  const thisYear = now.getFullYear();
  if (year < thisYear) return "invalid_expiry_year_past";
  if (year === thisYear && month < now.getMonth() + 1) return "invalid_expiry_month_past";
  return year > thisYear + 50 ? "invalid_expiry_year" : null;
}

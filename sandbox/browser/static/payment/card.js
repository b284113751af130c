// The card form: brands, grouping, the check digit, the date.

import { countryOptions, usesPostalCode } from "./countries.js";
import { digitsOf, Field } from "./field.js";

const BRANDS = [
  { name: "Visa", pattern: /^4/, lengths: [16] },
  { name: "Mastercard", pattern: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { name: "Amex", pattern: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { name: "Discover", pattern: /^(6011|64[4-9]|65)/, lengths: [16] },
  { name: "Diners", pattern: /^(36|38|39|30[0-5])/, lengths: [14, 16] },
  { name: "JCB", pattern: /^35/, lengths: [16] },
  { name: "UnionPay", pattern: /^(62|81)/, lengths: [16, 17, 18, 19] },
];
const UNKNOWN = { name: "", pattern: /^/, lengths: [16] };

const number = new Field("number", { check: checkNumber, format: groupNumber });
const expiry = new Field("expiry", { check: checkExpiry, format: formatExpiry });
const cvc = new Field("cvc", {
  check: checkCvc,
  format: (value) => digitsOf(value).slice(0, brandOf(number.value).cvc ?? 3),
});
const country = new Field("country", { path: ["address", "country"] });
const postalCode = new Field("postalCode", {
  check: (value) => (value ? null : "incomplete_zip"),
  path: ["address", "postal_code"],
});

export const card = {
  item: document.getElementById("card-item"),
  header: document.getElementById("card-header"),
  panel: document.getElementById("card-panel"),
  fields: () => [number, expiry, cvc, country, postalCode],

  nameCountries() {
    const chosen = country.value;
    country.input.replaceChildren(...countryOptions(document.documentElement.lang));
    if (chosen) country.input.value = chosen;
  },

  arrange(billing) {
    const address = billing === "never" ? "never" : billing.address;
    country.hide(address === "never" || address?.country === "never");
    card.postalNever = address === "never" || address?.postalCode === "never";
    showPostalCode();
  },

  // Every fault is shown; the first one is told.
  validate() {
    const codes = card.fields().map((field) => {
      field.blame(field.code);
      return field.code;
    });
    card.fields()[codes.findIndex(Boolean)]?.input.focus();
    return codes.find(Boolean) ?? null;
  },

  collect() {
    const [month, year] = monthAndYear(expiry.value);
    const address = {};
    if (!country.box.hidden) address.country = country.value;
    if (!postalCode.box.hidden) address.postal_code = postalCode.value;
    return {
      details: {
        number: digitsOf(number.value),
        exp_month: month,
        exp_year: year,
        cvc: cvc.value,
      },
      billing: { address },
    };
  },
};

function brandOf(value) {
  const digits = digitsOf(value);
  return BRANDS.find((brand) => brand.pattern.test(digits)) ?? UNKNOWN;
}

function groupNumber(value) {
  const { lengths, groups = [4, 4, 4, 4, 3] } = brandOf(value);
  let rest = digitsOf(value).slice(0, Math.max(...lengths));
  const parts = [];
  for (const size of groups) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

function checkNumber(value) {
  const digits = digitsOf(value);
  const { lengths, name } = brandOf(digits);
  if (digits.length < Math.min(...lengths)) return "incomplete_number";
  return name && lengths.includes(digits.length) && luhn(digits) ? null : "invalid_number";
}

function luhn(digits) {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = index % 2 ? digit * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
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

function checkCvc(value) {
  return digitsOf(value).length < (brandOf(number.value).cvc ?? 3) ? "incomplete_cvc" : null;
}

function showPostalCode() {
  postalCode.hide(card.postalNever || country.box.hidden || !usesPostalCode(country.value));
}

const brand = document.getElementById("brand");
number.input.addEventListener("typed", () => {
  brand.textContent = brandOf(number.value).name;
});
country.input.addEventListener("typed", showPostalCode);

// Card numbers: brands, grouping, the check digit.

import { digitsOf } from "./field.js";

const BRANDS = [
  { name: "Visa", id: "visa", pattern: /^4/, lengths: [16] },
  {
    name: "Mastercard",
    id: "mastercard",
    pattern: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    lengths: [16],
  },
  { name: "Amex", id: "amex", pattern: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { name: "Discover", id: "discover", pattern: /^(6011|64[4-9]|65)/, lengths: [16] },
  { name: "Diners", id: "diners", pattern: /^(36|38|39|30[0-5])/, lengths: [14, 16] },
  { name: "JCB", id: "jcb", pattern: /^35/, lengths: [16] },
  { name: "UnionPay", id: "unionpay", pattern: /^(62|81)/, lengths: [16, 17, 18, 19] },
];
const UNKNOWN = { name: "", id: "unknown", pattern: /^/, lengths: [16] };

export function brandOf(value) {
  const digits = digitsOf(value);
  return BRANDS.find((brand) => brand.pattern.test(digits)) ?? UNKNOWN;
}

export const nameOfBrand = (id) => BRANDS.find((brand) => brand.id === id)?.name ?? id;

export const cvcLength = (brand) => brand.cvc ?? 3;

export function groupNumber(value) {
  const { lengths, groups = [4, 4, 4, 4, 3] } = brandOf(value);
  let rest = digitsOf(value).slice(0, Math.max(...lengths));
  const parts = [];
  for (const size of groups) {
    if (rest) parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return parts.join(" ");
}

export function checkNumber(value) {
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

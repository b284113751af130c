// Cards and accounts that mean something here, by what they will do.

import { sentence } from "../elements/words.js";

const CARDS = [
  ["Paid", "4242424242424242"],
  ["Paid, Mastercard", "5555555555554444"],
  ["Paid, American Express", "378282246310005"],
  ["3-D Secure asked", "4000002500003155"],
  ["3-D Secure always asked", "4000000000003220"],
  ["3-D Secure, then declined", "4000008400001629"],
  ["Declined", "4000000000000002"],
  ["Insufficient funds", "4000000000009995"],
  ["Expired card", "4000000000000069"],
  ["Wrong security code", "4000000000000127"],
  ["Processing error", "4000000000000119"],
  ["Saved now, fails later", "4000000000000341"],
  ["Disputed after payment", "4000000000000259"],
  ["Refund pending, then done", "4000000000007726"],
  ["Refund fails later", "4000000000005126"],
];
const IBANS = [
  ["Processing, then paid", "DE89370400440532013000"],
  ["Processing, then fails", "DE62370400440532013001"],
];
const US_ACCOUNTS = [
  ["Processing, then paid", "000123456789"],
  ["Processing, then insufficient funds", "000222222227"],
  ["Processing, then closed account", "000111111113"],
];
const LISTS = { card: CARDS, sepa_debit: IBANS, us_bank_account: US_ACCOUNTS };
const FILL = { card: fillCard, sepa_debit: fillIban, us_bank_account: fillUsAccount };

export function offerTestData(form, type) {
  const menu = form.elements.testData;
  const list = LISTS[type] ?? [];
  const options = list.map(([label, value]) => new Option(`${label} · ${ending(value)}`, value));
  menu.setAttribute("aria-label", sentence("fill"));
  menu.replaceChildren(new Option(sentence("fill"), ""), ...options);
  menu.hidden = !list.length;
  menu.onchange = () => {
    FILL[type](form.elements, menu.value);
    menu.value = "";
  };
}

const ending = (value) => `…${value.slice(-4)}`;

function fillCard({ number, expiry, cvc, postalCode }, digits) {
  const year = new Date().getFullYear() + 3;
  enter(number, digits);
  enter(expiry, `12${String(year).slice(2)}`);
  enter(cvc, digits.startsWith("37") ? "1234" : "123");
  if (!postalCode.value) enter(postalCode, "10115");
}

function fillIban({ iban, name, email }, value) {
  enter(iban, value);
  fillOwner(name, email);
}

function fillUsAccount({ routingNumber, accountNumber, usName, usEmail }, value) {
  enter(routingNumber, "110000000");
  enter(accountNumber, value);
  fillOwner(usName, usEmail);
}

function fillOwner(name, email) {
  if (!name.value) enter(name, "Ada Test");
  if (!email.value) enter(email, "ada@example.com");
}

function enter(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

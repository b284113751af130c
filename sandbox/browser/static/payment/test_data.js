// Cards and accounts that mean something here, by what they will do.

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
const ACCOUNTS = [
  ["Processing, then paid", "DE89370400440532013000"],
  ["Processing, then fails", "DE62370400440532013001"],
];

export function offerTestData(form, type) {
  const menu = form.elements.testData;
  const list = { card: CARDS, sepa_debit: ACCOUNTS }[type] ?? [];
  const options = list.map(([label, value]) => new Option(`${label} · ${ending(value)}`, value));
  menu.replaceChildren(new Option(menu.dataset.prompt, ""), ...options);
  menu.hidden = !list.length;
  menu.onchange = () => {
    if (type === "card") fillCard(form, menu.value);
    else fillAccount(form, menu.value);
    menu.value = "";
  };
}

const ending = (value) => `…${value.slice(-4)}`;

function fillCard(form, number) {
  const year = new Date().getFullYear() + 3;
  enter(form.elements.number, number);
  enter(form.elements.expiry, `12${String(year).slice(2)}`);
  enter(form.elements.cvc, number.startsWith("37") ? "1234" : "123");
  if (!form.elements.postalCode.value) enter(form.elements.postalCode, "10115");
}

function fillAccount(form, iban) {
  enter(form.elements.iban, iban);
  if (!form.elements.name.value) enter(form.elements.name, "Ada Test");
  if (!form.elements.email.value) enter(form.elements.email, "ada@example.com");
}

function enter(input, value) {
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

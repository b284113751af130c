// The Card Element in one line, or one of its parts in a frame of its own. Parts find each other in
// their frames, which are of one origin, so that a number never passes through the shop's page.

import { tell } from "../shared/host.js";
import { brandIn, cardParams, cvcField, expiryField, numberField } from "./card_fields.js";
import { brandOf } from "./card_number.js";
import { Field, needed } from "./field.js";
import { serve, state } from "./frame.js";
import { lineElement } from "./line.js";

const CVC_OF = { amex: brandOf("37") };
const here = (id, make) => (document.getElementById(id) ? make() : null);
let knownBrand = brandOf(""); // of the number in another frame

const number = here("number", numberField);
const expiry = here("expiry", expiryField);
const cvc = here("cvc", () => cvcField(() => (number ? brandIn(number) : knownBrand)));
const postalCode = here("postalCode", () => new Field("postalCode", { check: needed("incomplete_zip") }));
const whole = Boolean(number && cvc);

const element = lineElement([number, expiry, cvc, postalCode].filter(Boolean), {
  arrange({ hidePostalCode, value, hideIcon, showIcon }) {
    const icon = document.getElementById("brand");
    if (icon) icon.hidden = whole ? Boolean(hideIcon) : !showIcon;
    if (!postalCode) return;
    postalCode.hide(Boolean(hidePostalCode));
    if (value?.postalCode) postalCode.input.value = value.postalCode;
  },

  value() {
    if (!number) return {};
    const brand = { brand: brandIn(number).id };
    return whole ? { ...brand, value: { postalCode: postalCode.value } } : brand;
  },

  calls: {
    brand({ brand }) {
      knownBrand = CVC_OF[brand] ?? brandOf("");
    },
    post: ({ path, params, into, parts, token }) =>
      state.api.post(path, filled(params, into, gathered(parts), token)),
  },
});

// What this frame holds, for the frame of its sibling.
window.cardPart = () => ({
  number: number?.value,
  expiry: expiry?.value,
  cvc: cvc?.value,
  postalCode: postalCode?.box.hidden ? undefined : postalCode?.value,
});

function gathered(parts = []) {
  const all = [window, ...parts.map((name) => window.parent.frames[name])];
  const held = all.flatMap((frame) => Object.entries(frame.cardPart()));
  return Object.fromEntries(held.filter(([, value]) => value !== undefined));
}

// Tokens take the address beside the number, payment methods in their billing details.
function filled(params, into, held, token) {
  const details = cardParams(held.number ?? "", held.expiry ?? "", held.cvc ?? "");
  const zip = held.postalCode || undefined;
  if (token === "card") return { card: { address_zip: zip, ...params, ...details } };
  if (token === "cvc_update") return { cvc_update: { cvc: details.cvc } };
  const given = (into ? params[into] : params) ?? {};
  const billing = given.billing_details ?? {};
  const data = {
    ...given,
    type: "card",
    card: details,
    billing_details: { ...billing, address: { postal_code: zip, ...billing.address } },
  };
  return into ? { ...params, [into]: data } : data;
}

if (number) {
  let last = "unknown";
  const icon = document.getElementById("brand");
  number.input.addEventListener("typed", () => {
    const brand = brandIn(number);
    icon.textContent = brand.name;
    if (brand.id !== last) tell("brand", { brand: brand.id });
    last = brand.id;
  });
}
serve(element);

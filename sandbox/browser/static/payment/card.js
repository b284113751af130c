// A new card: number, date, code, and where it is billed.

import { brandIn, cardParams, cvcField, expiryField, numberField } from "../elements/card_fields.js";
import { countryOptions, usesPostalCode } from "../elements/countries.js";
import { Field, needed } from "../elements/field.js";
import { Method } from "./method.js";

const number = numberField();
const expiry = expiryField();
const cvc = cvcField(() => brandIn(number));
const holder = new Field("cardName", { check: needed("incomplete_name"), path: ["name"] });
const country = new Field("country", { path: ["address", "country"] });
const postalCode = new Field("postalCode", {
  check: needed("incomplete_zip"),
  path: ["address", "postal_code"],
});

class Card extends Method {
  nameCountries() {
    const chosen = country.value;
    country.input.replaceChildren(...countryOptions(document.documentElement.lang));
    if (chosen) country.input.value = chosen;
  }

  arrange({ billing, companions }) {
    const address = billing === "never" ? "never" : billing.address;
    const elsewhere = address === "never" || companions.billingAddress;
    holder.hide(billing.name !== "always" || companions.billingAddress);
    country.hide(elsewhere || address?.country === "never");
    this.postalNever = elsewhere || address?.postalCode === "never";
    showPostalCode();
  }

  details() {
    return cardParams(number.value, expiry.value, cvc.value);
  }

  get brand() {
    return number.complete ? brandIn(number).id : null;
  }
}

export const card = new Card("card", [number, expiry, cvc, holder, country, postalCode]);

function showPostalCode() {
  postalCode.hide(card.postalNever || country.box.hidden || !usesPostalCode(country.value));
}

const brand = document.getElementById("brand");
number.input.addEventListener("typed", () => {
  brand.textContent = brandIn(number).name;
});
country.input.addEventListener("typed", showPostalCode);

// The Address Element: the fields that a country's addresses have, for billing or for shipping.

import { countryOptions, shapeOf } from "./countries.js";
import { Field, needed } from "./field.js";
import { changed, serve, state } from "./frame.js";
import { stateOptions } from "./states.js";
import { sentence } from "./words.js";

const PO_BOX = /\b(p\.?\s*o\.?\s*box|postfach)\b/i;
const incomplete = needed("incomplete_field");
const field = (id, check = incomplete) => new Field(id, { check });

const name = field("name", needed("incomplete_name"));
const firstName = field("firstName");
const lastName = field("lastName");
const country = field("country", () => null);
const line1 = field("line1", (value) => {
  if (state.options.blockPoBox && PO_BOX.test(value)) return "incomplete_field";
  return incomplete(value);
});
const line2 = field("line2", () => null);
const postalCode = field("postalCode", needed("incomplete_zip"));
const city = field("city");
const stateText = field("stateText");
const stateChoice = field("stateChoice");
const phone = field("phone", (value) => {
  const rule = state.options.validation?.phone?.required ?? "auto";
  if (!value && rule === "never") return null;
  return value.replace(/\D/g, "").length < 6 ? "incomplete_phone_number" : null;
});
const every = [name, firstName, lastName, country, line1, line2, postalCode, city, stateText,
  stateChoice, phone]; // prettier-ignore
stateChoice.always = false;

const sameBox = document.getElementById("same-box");
const same = document.getElementById("same");
const ownFields = document.getElementById("address-fields");
let other = null; // the value and completeness of the group's other address

const mirrored = () => !sameBox.hidden && same.checked;

const element = {
  fields: () => (mirrored() ? [] : every.filter(({ box }) => !box.hidden)),
  everyField: () => every,
  empty: () => (mirrored() ? other.empty : element.fields().every((each) => each.empty)),
  complete: () => (mirrored() ? other.complete : element.fields().every((each) => each.complete)),

  load() {
    same.checked = true;
    offerCountries();
    fillIn(state.options.defaultValues ?? {});
  },

  arrange() {
    offerCountries();
    arrangeNames();
    arrangeCountry();
    const { phone: shown = "auto" } = state.options.fields ?? {};
    phone.hide(shown !== "always");
    line2.label(sentence("optional", { label: sentence("line2") }));
    arrangeSame();
  },

  value() {
    const value = mirrored() ? other.value : written();
    return { elementMode: state.options.mode, isNewAddress: true, value };
  },

  calls: {
    other(value) {
      other = value;
      arrangeSame();
      if (mirrored()) changed(element);
    },
  },
};

function offerCountries() {
  const chosen = country.value;
  const allowed = state.options.allowedCountries;
  country.input.replaceChildren(
    ...countryOptions(document.documentElement.lang, allowed?.length ? allowed : undefined),
  );
  if (chosen) country.input.value = chosen;
  if (!country.input.value) country.input.selectedIndex = 0;
}

function fillIn({ address = {}, ...who }) {
  if (address.country) country.input.value = address.country;
  const given = { name, firstName, lastName, phone, line1, line2, city, postalCode, stateText };
  const values = { ...who, ...address, postalCode: address.postal_code, stateText: address.state };
  for (const [key, each] of Object.entries(given)) each.input.value = values[key] ?? "";
  arrangeCountry();
  stateChoice.input.value = address.state ?? "";
}

function arrangeNames() {
  const { display, fields } = state.options;
  const split = display?.name === "split";
  name.hide(split || fields?.name === "never");
  firstName.hide(!split || fields?.name === "never");
  lastName.hide(!split || fields?.name === "never");
  name.label(sentence(display?.name === "organization" ? "organization" : "name"));
}

function arrangeCountry() {
  const shape = shapeOf(country.value);
  const chosen = stateChoice.value;
  const options = stateOptions(country.value, sentence("choose"));
  postalCode.hide(!shape.postal);
  if (shape.postal) postalCode.label(sentence(shape.postal));
  stateChoice.input.replaceChildren(...(options ?? []));
  stateChoice.input.value = options ? chosen : "";
  stateChoice.hide(!options);
  stateText.hide(!shape.state || Boolean(options));
  for (const each of [stateText, stateChoice]) {
    each.label(each.box.hidden ? "" : sentence(shape.state)); // never two of one name
  }
}

function arrangeSame() {
  const { mode } = state.options;
  sameBox.hidden = state.group.companions.mirror !== mode || !other;
  const words = mode === "billing" ? "same_as_shipping" : "same_as_billing";
  document.getElementById("same-label").textContent = sentence(words);
  ownFields.hidden = mirrored();
}

function written() {
  const split = !firstName.box.hidden;
  const shown = (each) => (each.box.hidden ? "" : each.value);
  const value = {
    name: split ? `${firstName.value} ${lastName.value}`.trim() : shown(name),
    address: {
      line1: line1.value,
      line2: line2.value || null,
      city: city.value,
      state: shown(stateText) || shown(stateChoice),
      postal_code: shown(postalCode),
      country: country.value,
    },
  };
  if (split) Object.assign(value, { firstName: firstName.value, lastName: lastName.value });
  if (!phone.box.hidden) value.phone = phone.value;
  return value;
}

country.input.addEventListener("typed", arrangeCountry);
same.addEventListener("change", () => {
  ownFields.hidden = mirrored();
  changed(element);
});
serve(element);

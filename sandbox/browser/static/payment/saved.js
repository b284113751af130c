// The customer's saved methods: choose one, or take one away.

import { nameOfBrand } from "../elements/card_number.js";
import { sentence } from "../elements/words.js";
import { tell } from "../shared/host.js";
import { Method } from "./method.js";

class Saved extends Method {
  rows = [];
  features = {};

  // `api` and `secret` are needed to take one away; `onGone` hears of it.
  fill({ rows, features, api, secret, onGone }) {
    Object.assign(this, { rows, features, api, secret, onGone });
    this.draw(this.chosen?.id ?? rows[0]?.id);
  }

  arrange() {}

  get chosen() {
    const { value } = this.panel.querySelector("input:checked") ?? {};
    return this.rows.find((row) => row.id === value) ?? null;
  }

  draw(chosen) {
    this.panel.replaceChildren(...this.rows.map((row) => this.line(row, row.id === chosen)));
  }

  line(row, checked) {
    const radio = make("input", { type: "radio", name: "saved", value: row.id, checked });
    radio.addEventListener("change", () => radio.dispatchEvent(new Event("typed", { bubbles: true })));
    const label = make("label", { className: "SavedMethod" }, radio, ` ${named(row)}`);
    const line = make("div", { className: "PickerItem" }, label);
    if (this.features.payment_method_remove === "enabled") line.append(this.removal(row));
    return line;
  }

  removal(row) {
    const button = make("button", { type: "button", className: "Remove" }, sentence("remove"));
    button.ariaLabel = sentence("remove_method", { method: named(row) });
    button.addEventListener("click", () => this.remove(row));
    return button;
  }

  async remove(row) {
    const { error } = await this.api.post(`/v1/elements/payment_methods/${row.id}/detach`, {
      customer_session_client_secret: this.secret,
    });
    const outcome = { success: !error, ...(error && { error: error.message }) };
    tell("savedpaymentmethodremove", { ...outcome, payment_method: shown(row) });
    if (error) return;
    this.rows = this.rows.filter((each) => each !== row);
    this.draw(this.rows[0]?.id);
    this.onGone();
  }

  value() {
    return { type: this.chosen?.type ?? "", payment_method: this.chosen && shown(this.chosen) };
  }
}

export const saved = new Saved("saved", []);

function named(row) {
  const { last4, brand, bank_name: bank } = row[row.type];
  return `${brand ? nameOfBrand(brand) : (bank ?? sentence(row.type))} •••• ${last4}`;
}

function shown({ id, type, billing_details }) {
  return { id, type, billing_details };
}

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

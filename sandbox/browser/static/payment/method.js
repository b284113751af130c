// A way to pay: its tab, its panel, its fields. Only the panel of the chosen one is in the page.

export class Method {
  constructor(type, inputs) {
    this.type = type;
    this.inputs = inputs;
    this.item = document.getElementById(`${type}-item`);
    this.header = document.getElementById(`${type}-header`);
    this.panel = document.getElementById(`${type}-panel`);
    this.slot = document.createElement("div");
    this.slot.className = "Slot";
    this.slot.id = `${type}-slot`;
  }

  fields() {
    return this.inputs.filter((field) => !field.box.hidden);
  }

  show(chosen) {
    this.header.setAttribute("aria-expanded", String(chosen));
    this.header.classList.toggle("Tab--selected", chosen);
    this.item.classList.toggle("AccordionItem--selected", chosen);
    this.slot.replaceChildren(...(chosen ? [this.panel] : []));
  }

  // What is sent in the name of this method: its own details, and whom it bills.
  collect() {
    return { type: this.type, [this.type]: this.details(), billing_details: this.billing() };
  }

  billing() {
    const details = { address: {} };
    for (const { path, value } of this.fields()) {
      if (path.length === 1) details[path[0]] = value;
      if (path.length === 2) details.address[path[1]] = value;
    }
    return details;
  }

  get brand() {
    return null;
  }
}

// A bank account belongs to somebody with a name and an email address.
export function arrangeOwner(name, email, { billing, companions }) {
  name.hide(billing === "never" || billing.name === "never" || companions.billingAddress);
  email.hide(billing === "never" || billing.email === "never" || companions.email);
}

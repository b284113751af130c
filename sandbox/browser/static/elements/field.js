// One labelled input with its own error line. An unfinished value is only blamed once it is left.

import { sentence } from "./words.js";

export class Field {
  constructor(name, { check = () => null, format, path = [] }) {
    Object.assign(this, { name, check, format, path, shown: null });
    this.input = document.getElementById(name);
    this.always = this.input.localName === "select"; // something is always chosen in it
    this.box = this.input.closest(".Field");
    this.problem = document.getElementById(`${name}-error`);
    this.input.addEventListener("input", () => this.type());
    this.input.addEventListener("blur", () => this.leave());
  }

  get value() {
    return this.input.value.trim();
  }

  get empty() {
    return this.always || this.value === "";
  }

  get code() {
    return this.box.hidden ? null : this.check(this.value);
  }

  get complete() {
    return this.code === null;
  }

  type() {
    if (this.format) this.reformat();
    const { code } = this;
    this.blame(code?.startsWith("incomplete") ? null : code);
    this.input.dispatchEvent(new Event("typed", { bubbles: true }));
  }

  leave() {
    if (!this.empty) this.blame(this.code);
  }

  blame(code) {
    this.shown = code;
    this.input.classList.toggle("Input--invalid", Boolean(code));
    this.input.setAttribute("aria-invalid", String(Boolean(code)));
    if (this.problem) this.problem.textContent = code ? sentence(code) : "";
  }

  // The caret stays behind the same digit, however the grouping moves.
  reformat() {
    const { value, selectionStart } = this.input;
    const before = plain(value.slice(0, selectionStart)).length;
    const formatted = this.format(value);
    if (formatted === value) return;
    const atEnd = selectionStart === value.length;
    this.input.value = formatted;
    const caret = atEnd ? formatted.length : positionAfter(formatted, before);
    this.input.setSelectionRange(caret, caret);
  }

  set(value) {
    this.input.value = value;
    this.type();
  }

  clear() {
    if (this.input.localName !== "select") this.input.value = "";
    this.blame(null);
  }

  label(text) {
    this.input.labels[0].textContent = text;
  }

  fillFrom(billingDetails) {
    const value = this.path.reduce((inner, key) => inner?.[key], billingDetails);
    if (this.path.length && value) this.input.value = value;
  }

  hide(hidden) {
    this.box.hidden = hidden;
  }
}

// Every fault is shown; the first one is told, and its field gets the cursor if that is wanted.
export function firstFault(fields, focus) {
  const codes = fields.map((field) => {
    field.blame(field.code);
    return field.code;
  });
  if (focus) fields[codes.findIndex(Boolean)]?.input.focus();
  return codes.find(Boolean) ?? null;
}

export const needed = (code) => (value) => (value ? null : code);

export function checkEmail(value) {
  if (!value) return "incomplete_email";
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "invalid_email";
}

export const digitsOf = (text) => text.replace(/\D/g, "");

const plain = (text) => text.replace(/[^0-9A-Za-z]/g, "");

function positionAfter(text, count) {
  let position = 0;
  for (let seen = 0; position < text.length && seen < count; position += 1) {
    if (plain(text[position])) seen += 1;
  }
  return position;
}

// What Elements of one line have in common: their style, `disabled`, and errors in the change event.

import { validationError } from "../shared/errors.js";
import { state } from "./frame.js";
import { dressLine } from "./line_style.js";
import { sentence } from "./words.js";

export function lineElement(fields, { arrange, value, calls }) {
  const shown = () => fields.filter((field) => !field.box.hidden);
  return {
    fields: shown,
    calls,

    arrange() {
      const { style, disabled, placeholder } = state.options;
      dressLine(style);
      for (const { input } of fields) {
        input.disabled = Boolean(disabled);
        if (placeholder && fields.length === 1) input.placeholder = placeholder;
      }
      arrange(state.options);
    },

    value() {
      shown().forEach(mark);
      const code = shown().find((field) => field.shown)?.shown;
      return { error: code ? validationError(code, sentence(code)) : undefined, ...value() };
    },
  };
}

function mark(field) {
  field.input.classList.toggle("Line--complete", field.complete);
  field.input.classList.toggle("Line--empty", field.empty);
  field.input.classList.toggle("Line--invalid", Boolean(field.shown));
}

// The `style` option of one-line Elements: base, complete, empty, invalid, as rules of the inputs.

import { writeStyle } from "./appearance.js";

const STATES = { base: "", complete: ".Line--complete", empty: ".Line--empty", invalid: ".Line--invalid" };
const ALLOWED =
  /^(backgroundColor|color|font(Family|Size|Style|Variant|Weight)|lineHeight|letterSpacing|padding|text(Align|Decoration|Shadow|Transform))$/;

export function dressLine(style = {}) {
  const rules = Object.entries(STATES).flatMap(([state, suffix]) =>
    rulesOf(`.Line${suffix}`, style[state] ?? {}),
  );
  writeStyle(rules.join("\n"));
}

function rulesOf(selector, variant) {
  const nested = Object.entries(variant).filter(([key]) => /^::?[a-z-]+$/.test(key));
  return [
    rule(selector, variant),
    ...nested.map(([pseudo, inner]) => rule(selector + pseudo, inner)),
  ];
}

function rule(selector, declarations) {
  const probe = document.createElement("span").style;
  for (const [property, value] of Object.entries(declarations)) {
    if (ALLOWED.test(property)) probe[property] = value;
  }
  return `${selector} { ${probe.cssText} }`;
}

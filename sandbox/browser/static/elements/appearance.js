// The shop's wishes for the look, set property by property so that the frame's own policy holds.

import { tell } from "../shared/host.js";

const THEMES = ["stripe", "night", "flat"];
// Older names of variables that Stripe still takes.
const ALIASES = {
  spacingGridRow: "gridRowSpacing",
  spacingGridColumn: "gridColumnSpacing",
  spacingTab: "tabSpacing",
  spacingAccordionItem: "accordionItemSpacing",
  colorIconTab: "tabIconColor",
  colorIconTabSelected: "tabIconSelectedColor",
};
const root = document.documentElement;
const rules = new CSSStyleSheet();
document.adoptedStyleSheets = [rules];

export function dress({ appearance = {}, fonts = [] }) {
  const theme = THEMES.includes(appearance.theme) ? appearance.theme : "stripe";
  Object.assign(root.dataset, {
    theme,
    still: String(Boolean(appearance.disableAnimations)),
    labels: appearance.labels === "floating" ? "floating" : "above",
    inputs: appearance.inputs === "condensed" ? "condensed" : "spaced",
  });
  root.removeAttribute("style");
  for (const [name, value] of Object.entries(appearance.variables ?? {})) {
    root.style.setProperty(`--${ALIASES[name] ?? name}`, value);
  }
  writeStyle(Object.entries(appearance.rules ?? {}).map(ruleText).join("\n"));
  fonts.filter((font) => font.family).forEach(loadFont);
  // A frame is see-through only while its scheme is the one its element has in the shop's page.
  tell("look", { scheme: theme === "night" ? "dark" : "light" });
}

export function writeStyle(css) {
  rules.replaceSync(css);
}

function ruleText([selector, declarations]) {
  if (!/^\.[A-Z][\w.:-]*( [\w.:-]+)?$/.test(selector)) return "";
  const lines = Object.entries(declarations).map(
    ([property, value]) => `${property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${value};`,
  );
  return `${selector} { ${lines.join(" ").replace(/[{}]/g, "")} }`;
}

async function loadFont({ family, src, ...descriptors }) {
  try {
    document.fonts.add(await new FontFace(family, src, descriptors).load());
  } catch (error) {
    console.warn(`The font ${family} could not be loaded.`, error);
  }
}

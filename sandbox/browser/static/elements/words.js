// Labels and sentences of the frames. English is the reference; a missing language falls back to it.

import { WORDS as ENGLISH } from "./words/en.js";

const LANGUAGES = ["en", "de", "fr", "es", "it", "nl"];
let words = ENGLISH;

export async function chooseLanguage(locale) {
  const wanted = !locale || locale === "auto" ? navigator.language : locale;
  const language = LANGUAGES.find((known) => wanted.startsWith(known)) ?? "en";
  const { WORDS } = await import(`./words/${language}.js`);
  words = { ...ENGLISH, ...WORDS };
  document.documentElement.lang = language;
}

export function sentence(key, fill = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? "");
}

// `data-word` names the text of an element, `data-placeholder` that of an empty input.
export function translate(root) {
  for (const element of root.querySelectorAll("[data-word]")) {
    element.textContent = sentence(element.dataset.word);
  }
  for (const input of root.querySelectorAll("[data-placeholder]")) {
    input.placeholder = sentence(input.dataset.placeholder);
  }
}

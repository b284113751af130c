// What the frames of all Elements have in common: their calls, their state, their keys.
//
// An element gives `fields()` (those on show), `load()` (answers {error} when it cannot stand),
// `arrange()` (after options or group have changed), `value()` (its part of the change event), and
// `calls` of its own.

import { Api } from "../shared/api.js";
import { validationError } from "../shared/errors.js";
import { answerCalls, reportHeight, tell } from "../shared/host.js";
import { originsFor } from "../shared/origins.js";
import { dress } from "./appearance.js";
import { firstFault } from "./field.js";
import { chooseLanguage, sentence, translate } from "./words.js";

export const form = document.getElementById("element");
export const state = { group: {}, options: {}, api: null };

export function serve(element) {
  const standing = Promise.withResolvers(); // whatever changes meanwhile waits for the beginning
  answerCalls({
    async begin({ options, ...group }) {
      state.options = options;
      await join(group);
      const answer = (await element.load?.()) ?? {};
      if (answer.error) return answer;
      element.arrange();
      form.hidden = false;
      reportHeight(form);
      standing.resolve();
      return { ...answer, value: report(element) };
    },

    async update({ options }) {
      await standing.promise;
      state.options = options;
      element.arrange();
      return {};
    },

    async regroup(group) {
      await standing.promise;
      await join(group);
      element.arrange();
      return {};
    },

    async validate({ focus = true }) {
      const code = element.fault ? element.fault(focus) : firstFault(element.fields(), focus);
      const value = report(element);
      return code ? { error: validationError(code, sentence(code)) } : { value };
    },

    value: () => report(element),
    focus: () => element.fields()[0]?.input.focus(),
    blur: () => document.activeElement?.blur(),
    clear() {
      for (const field of element.everyField?.() ?? element.fields()) field.clear();
      changed(element);
    },
    ...element.calls,
  });
  listen(element);
}

async function join(group) {
  state.group = group;
  state.api = new Api({ ...group.api, base: originsFor(window.location.origin).api });
  await chooseLanguage(group.locale);
  translate(form);
  dress(group);
}

export function changed(element) {
  tell("change", report(element));
}

export function report(element) {
  const fields = element.fields();
  const empty = element.empty?.() ?? fields.every((field) => field.empty);
  const complete = element.complete?.() ?? fields.every((field) => field.complete);
  const invalid = fields.some((field) => field.shown);
  tell("state", { empty, complete, invalid, focus: form.contains(document.activeElement) });
  return { empty, complete, ...element.value() };
}

function listen(element) {
  form.addEventListener("typed", () => changed(element));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell("escape");
    if (event.key !== "Enter" || event.target.localName !== "input") return;
    event.preventDefault();
    tell("enter");
  });
  form.addEventListener("focusin", (event) => {
    if (event.relatedTarget === null) tell("focus");
    report(element);
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== null) return;
    tell("blur");
    report(element);
  });
}

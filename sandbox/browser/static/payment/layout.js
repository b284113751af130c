// Tabs above one panel, or an accordion of items with each their own.

import { form } from "../elements/frame.js";

export function arrangeLayout(options, offered) {
  const wish = typeof options.layout === "object" ? options.layout : { type: options.layout };
  const radios = wish.radios ?? "auto";
  Object.assign(form.dataset, {
    layout: wish.type === "accordion" ? "accordion" : "tabs",
    single: String(offered.length < 2),
    radios: String(radios === "if_multiple" ? offered.length > 1 : radios !== "never"),
    spaced: String(wish.spacedAccordionItems === true),
  });
  place(offered);
}

// The order on the screen is the order of the Tab key: all tabs first, or each above its own fields.
// Nothing moves without need, for what moves loses the cursor.
function place(offered) {
  const { layout } = form.dataset;
  const wanted = [layout, ...offered.map(({ type }) => type)].join();
  if (wanted === form.dataset.placed) return;
  form.dataset.placed = wanted;
  for (const { item, header, slot } of offered) item.replaceChildren(header, slot);
  form
    .querySelector(".Methods")
    .replaceChildren(
      ...(layout === "tabs"
        ? [...offered.map(({ header }) => header), ...offered.map(({ slot }) => slot)]
        : offered.map(({ item }) => item)),
    );
}

// Choices that change the amount: quantities, own amounts, extras, shipping, promotion codes.

export function choices(session, fields, method) {
  const tell = async (params, complainAt) => {
    const summary = document.querySelector('[data-part="summary"]');
    summary.setAttribute("aria-busy", "true");
    const { error } = await session.change(params);
    summary.removeAttribute("aria-busy");
    if (!error) method.update();
    if (error && complainAt) fields.say(document.getElementById(complainAt), error.message);
    else if (error) fields.complain(error);
    return !error;
  };

  document.addEventListener("change", ({ target }) => {
    const { quantityOf, amountOf } = target.dataset;
    if (quantityOf) tell({ line_items: [{ id: quantityOf, quantity: whole(target.value) }] }, target.id);
    if (amountOf) tell({ line_items: [{ id: amountOf, unit_amount: minor(target) }] }, target.id);
    if (target.name === "shipping_rate") tell({ shipping_rate: target.value });
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-add], [data-remove], [data-code]");
    if (!button) return;
    const { add, remove } = button.dataset;
    if (add) tell({ optional_items: [{ price: add }] });
    else if (remove) tell({ line_items: [{ id: remove, quantity: 0 }] });
    else tell({ promotion_code: "" });
  });

  const promotion = document.getElementById("promotion");
  promotion?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = promotion.elements.promotion_code;
    fields.say(input, "");
    if (!input.value.trim()) return;
    if (await tell({ promotion_code: input.value.trim() }, input.id)) input.value = "";
  });
}

const whole = (text) => Math.max(0, Math.round(Number(text)) || 0);

function minor({ value, dataset }) {
  const amount = Number(value.replace(",", "."));
  return Math.round((Number.isFinite(amount) ? amount : 0) * 10 ** Number(dataset.places));
}

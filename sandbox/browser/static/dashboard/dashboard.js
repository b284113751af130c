// Small comforts: lists that keep themselves fresh, ids that copy, resets that ask.

const FRESH_MS = 2000;

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.ask)) event.preventDefault();
  });
}

async function refresh() {
  const shown = document.querySelector("[data-live]");
  const busy = shown?.contains(document.activeElement) || !getSelection().isCollapsed;
  if (!shown || busy || document.hidden) return;
  try {
    const answer = await fetch(window.location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    for (const open of fresh?.querySelectorAll("details[id]") ?? []) {
      open.open = document.getElementById(open.id)?.open ?? open.open;
    }
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
    const nav = document.querySelector(".side nav");
    if (!nav.contains(document.activeElement)) nav.innerHTML = page.querySelector(".side nav").innerHTML;
  } catch {
    // The sandbox is being restarted: what is shown stays, the next round tries again.
  }
}
setInterval(refresh, FRESH_MS);

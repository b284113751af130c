// Inside a frame of a shop's page: that page is told how high we are, that it is over, and where the
// shop wanted to go then. Nothing else, and nothing is listened to.

const form = document.querySelector("[data-embedded]");
const around = new URLSearchParams(window.location.search).get("parent") ?? "*";

export const embedded = Boolean(form) && window.parent !== window;

export function tellAround(message) {
  if (embedded) window.parent.postMessage(message, around);
}

export function tellHeight() {
  if (!embedded) return;
  const page = document.querySelector(".halves");
  const tell = () => tellAround({ type: "height", height: Math.ceil(page.scrollHeight) });
  new ResizeObserver(tell).observe(page);
}

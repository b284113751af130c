// A frame's end of the conversation with the shop's page. The page's origin is named in the frame's
// address; nothing is sent to, or taken from, anybody else.

const origin = new URLSearchParams(window.location.search).get("parent");

export const embedded = Boolean(origin) && window.parent !== window;

export function tell(event, detail = {}) {
  if (embedded) window.parent.postMessage({ event, detail }, origin);
}

export function answerCalls(handlers) {
  window.addEventListener("message", async (message) => {
    if (message.origin !== origin || message.source !== window.parent) return;
    const { id, call, detail } = message.data;
    const answer = await handlers[call]?.(detail ?? {});
    window.parent.postMessage({ id, answer }, origin);
  });
  tell("loaded");
}

export function reportHeight(element) {
  const report = () => tell("height", { height: Math.ceil(element.offsetHeight) });
  new ResizeObserver(report).observe(element);
  report();
}

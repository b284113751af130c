// After success: back to the shop, or thanks on this page; a page around a frame is told.

import { embedded, tellAround } from "./embedding.js";

export function finish(page) {
  if (embedded) return finishInFrame(page);
  const thanks = page.after_completion?.type === "hosted_confirmation";
  if (thanks || !page.success_url) return window.location.reload();
  return window.location.assign(filled(page.success_url, page));
}

function finishInFrame(page) {
  tellAround({ type: "complete" });
  if (page.redirect_on_completion === "never" || !page.return_url) return window.location.reload();
  return tellAround({ type: "redirect", url: filled(page.return_url, page) });
}

const filled = (url, { id }) => url.replaceAll("{CHECKOUT_SESSION_ID}", id);

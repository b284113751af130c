// The 3-D Secure dialog. It only shows the bank's page: that page tells the server how it ended,
// and whoever opened the dialog asks the server afterwards.

import { applyStyle, Channel, makeFrame } from "./channel.js";

const DIALOG_STYLE = {
  position: "fixed",
  inset: "0",
  width: "100vw",
  height: "100dvh",
  "max-width": "none",
  "max-height": "none",
  margin: "0",
  padding: "max(16px, 12vh) 16px 16px",
  border: "0",
  "box-sizing": "border-box",
  display: "grid",
  // From the top, so that nothing moves under the finger when the frame learns its height.
  "place-items": "start center",
  opacity: "1",
  transform: "none",
  overflow: "auto",
  background: "rgb(10 18 28 / 60%)",
  "backdrop-filter": "blur(3px)",
  "z-index": "2147483647",
};
const BANK_STYLE = {
  border: "0",
  width: "min(420px, 100%)",
  height: "460px",
  "max-height": "100%",
  "border-radius": "14px",
  "box-shadow": "0 24px 60px rgb(0 0 0 / 35%)",
  background: "Canvas",
};

export function authenticate(url, hooks) {
  const { pathname, search } = new URL(url);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Confirm your payment with your bank");
  applyStyle(dialog, DIALOG_STYLE);
  const frame = makeFrame({
    origin: hooks,
    path: pathname + search,
    title: "Secure authentication frame",
    style: BANK_STYLE,
  });

  return new Promise((resolve) => {
    const channel = new Channel(frame, hooks, (event, detail) => {
      if (event === "loaded") frame.focus();
      if (event === "height") applyStyle(frame, { height: `${detail.height}px` });
      if (event === "finished") close();
    });
    function close() {
      channel.close();
      dialog.close();
      dialog.remove();
      resolve();
    }
    // Escape does not just hide the question: the bank's page is told to fail it, then closes.
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      channel.call("fail");
    });
    dialog.append(frame);
    document.body.append(dialog);
    dialog.showModal();
    frame.focus();
  });
}

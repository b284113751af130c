// The shop page's end of the conversation with one of our frames. Only messages of that very
// window and of our own origin count.

export class Channel {
  constructor(frame, origin, onEvent) {
    Object.assign(this, { frame, origin, onEvent, waiting: new Map(), count: 0 });
    this.listen = this.listen.bind(this);
    this.open = new Promise((resolve) => {
      this.opened = resolve;
    });
    window.addEventListener("message", this.listen);
  }

  async call(name, detail) {
    await this.open;
    const id = ++this.count;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.frame.contentWindow?.postMessage({ id, call: name, detail }, this.origin);
    });
  }

  close() {
    window.removeEventListener("message", this.listen);
  }

  listen(message) {
    if (message.origin !== this.origin || message.source !== this.frame.contentWindow) return;
    const { id, answer, event, detail } = message.data;
    if (event === "loaded") this.opened();
    if (event) {
      this.onEvent(event, detail);
      return;
    }
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }
}

// The shop's policy forbids inline styles in markup; setting properties one by one is allowed.
export function makeFrame({ origin, path, title, style }) {
  const frame = document.createElement("iframe");
  const url = new URL(path, origin);
  url.searchParams.set("parent", window.location.origin);
  frame.src = url.href;
  frame.title = title;
  frame.name = `__privateStripeFrame${Math.random().toString().slice(2, 8)}`;
  frame.allow = "payment *";
  applyStyle(frame, style);
  return frame;
}

export function applyStyle(element, style) {
  for (const [property, value] of Object.entries(style)) {
    element.style.setProperty(property, value, "important");
  }
}

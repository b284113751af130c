// The session as the server knows it, and the parts of the page that show it.

import { Api } from "../shared/api.js";

export class Session {
  constructor({ session, key }) {
    this.path = `/v1/payment_pages/${session}`;
    this.api = new Api({ base: "", key });
    this.page = null;
  }

  begin() {
    return this.keep(this.api.post(`${this.path}/init`, {}));
  }

  refresh() {
    return this.keep(this.api.get(this.path, {}));
  }

  // Answers {value} or {error}; what is shown follows.
  async change(params) {
    const answer = await this.keep(this.api.post(this.path, params));
    if (!answer.error) await this.redraw();
    return answer;
  }

  confirm(params) {
    const expected = { expected_amount: this.page.amount_total ?? 0 };
    return this.keep(this.api.post(`${this.path}/confirm`, { ...params, ...expected }));
  }

  async keep(asked) {
    const answer = await asked;
    if (!answer.error) this.page = answer.value;
    return answer;
  }

  // The server draws the page once more; only the parts that show amounts are exchanged.
  async redraw() {
    await this.refresh();
    const html = await (await fetch(window.location.href)).text();
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const name of ["summary", "button"]) exchange(name, fresh);
  }
}

function exchange(name, fresh) {
  const old = document.querySelector(`[data-part="${name}"]`);
  const part = fresh.querySelector(`[data-part="${name}"]`);
  if (!old || !part) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(part);
  if (focused) document.getElementById(focused)?.focus();
}

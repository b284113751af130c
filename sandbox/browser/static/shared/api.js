// The few calls that a browser may make with a publishable key, form-encoded as Stripe wants them.

import { connectionError } from "./errors.js";

const API_VERSION = "2026-10-28.endive";

export class Api {
  constructor({ base, key, version = API_VERSION, account }) {
    this.base = base;
    this.headers = { Authorization: `Bearer ${key}`, "Stripe-Version": version };
    if (account) this.headers["Stripe-Account"] = account;
  }

  get(path, params) {
    return this.request(`${path}?${encode(params)}`, { method: "GET" });
  }

  post(path, params) {
    return this.request(path, { method: "POST", body: encode(params) });
  }

  // Never throws: answers {value} or {error}, as every method of Stripe.js does.
  async request(path, options) {
    try {
      const answer = await fetch(this.base + path, {
        ...options,
        headers: this.headers,
        credentials: "omit",
      });
      const value = await answer.json();
      return value.error ? { error: value.error } : { value };
    } catch {
      return { error: connectionError() };
    }
  }
}

export function encode(params) {
  const pairs = new URLSearchParams();
  flatten(params, "", pairs);
  return pairs;
}

function flatten(value, name, pairs) {
  if (value === undefined || value === null) return;
  if (typeof value !== "object") {
    pairs.append(name, String(value));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    flatten(inner, name ? `${name}[${key}]` : key, pairs);
  }
}

// Typing a card: mounts Stripe's Payment Element, places the order, confirms the payment.
"use strict";

(() => {
  const form = () => document.querySelector("form[data-payment]");
  const frame = () => document.getElementById("payment-element");
  let stripe = null;
  let elements = null;

  document.addEventListener("DOMContentLoaded", refresh);
  document.addEventListener("htmx:after:swap", refresh);
  window.addEventListener("pageshow", (event) => event.persisted && busy(false));
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.submitter?.formAction.endsWith("/checkout/quotes")) return;
    event.preventDefault();
    pay(event.target);
  });

  // Called after every swap: the amount, and whether there is anything to pay, may have changed.
  function refresh() {
    const amount = Number(form()?.dataset.amount);
    if (!amount || !frame()) {
      elements = null;
    } else if (elements && !frame().querySelector(".ghost")) {
      elements.update({ amount });
    } else {
      mount(amount, form().dataset.currency);
    }
  }

  function mount(amount, currency) {
    if (typeof Stripe === "undefined") {
      say("The card form could not be loaded, so nothing can be paid just now. Please load this page again.");
      return;
    }
    stripe ??= Stripe(form().dataset.key);
    elements = stripe.elements({ mode: "payment", amount, currency, appearance: appearance() });
    const element = elements.create("payment", { defaultValues: { billingDetails: known() } });
    element.on("ready", () => frame()?.querySelector(".ghost")?.remove());
    element.on("loaderror", () => say("The card form could not be loaded. Please load this page again. Nothing was charged."));
    const place = document.createElement("div");
    frame().append(place);
    element.mount(place);
  }

  // What the customer need not write a second time.
  function known() {
    const { email, name, country } = Object.fromEntries(new FormData(form()));
    const details = { email, name, address: { country: country ?? form().dataset.country } };
    if (!details.address.country) delete details.address;
    return Object.fromEntries(Object.entries(details).filter(([, value]) => value));
  }

  async function pay(target) {
    if (target.ariaBusy === "true") return;
    busy(true);
    say("");
    try {
      await attempt(target);
    } catch {
      say("The connection broke. We do not know yet whether the payment began: press the button again. You are never charged twice.");
    }
    busy(false);
  }

  async function attempt(target) {
    if (elements) {
      const { error } = await elements.submit();
      // With more to mend above the card, let the server name all of it at once.
      if (error && target.checkValidity()) return say(error.message);
    } else if (Number(target.dataset.amount)) {
      return say("The card form could not be loaded. Please load this page again. Nothing was charged.");
    }
    const answer = await fetch(target.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(target)),
      headers: { Accept: "application/json", "HX-Request-Type": "partial" },
    });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return show(target, await answer.text());
    const { url, client_secret: clientSecret, return_url } = await answer.json();
    if (url) return leave(url);
    const { error } = await stripe.confirmPayment({ elements, clientSecret, confirmParams: { return_url } });
    if (!error) return leave(return_url);
    if (["succeeded", "processing", "requires_capture"].includes(error.payment_intent?.status)) return leave(return_url);
    say(error.message);
  }

  // Leaving takes a moment, in which nobody should press again.
  function leave(url) {
    location.assign(url);
    return new Promise(() => {});
  }

  // The server's answer is the form again, or the order's new state; the card's frame stays alive.
  function show(target, html) {
    const answer = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const place = answer && document.getElementById(answer.id);
    if (!place) return say(answer?.querySelector(".lead")?.textContent || "The shop did not understand. Please load this page again. Nothing was charged.");
    busy(false);
    return htmx.swap({ sourceElement: target, target: place, text: html, swap: "outerMorph" });
  }

  function busy(is) {
    const target = form();
    if (!target) return;
    target.ariaBusy = String(is);
    target.classList.toggle("busy", is);
    const button = document.getElementById("pay");
    if (button) button.disabled = is; // there is none once the cart is empty
  }

  function say(sentence) {
    const problem = document.getElementById("payment-problem");
    if (!problem) return;
    problem.textContent = sentence;
    problem.hidden = !sentence;
    if (sentence) problem.scrollIntoView({ block: "nearest" });
  }

  // The card's fields look like ours, by day and by night.
  function appearance() {
    const probe = document.querySelector(".field input") ?? document.body;
    const field = getComputedStyle(probe);
    const page = getComputedStyle(document.body);
    const night = matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = { light: false, dark: true }[document.documentElement.dataset.theme] ?? night ? "night" : "stripe";
    const accent = getComputedStyle(document.getElementById("pay")).backgroundColor;
    return {
      theme,
      variables: { colorPrimary: accent, colorText: page.color, colorBackground: field.backgroundColor, fontFamily: "system-ui, sans-serif", borderRadius: "12px" },
    };
  }
})();

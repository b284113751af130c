// Typing a card: mounts Stripe's Payment Element, places the order, confirms the payment.
// Without a card to type (mode "bank"), only the bank's question is asked.
"use strict";

(() => {
  const form = () => document.querySelector("form[data-payment]");
  const frame = () => document.getElementById("payment-element");
  let stripe = null;
  let elements = null;
  let place = null;

  document.addEventListener("DOMContentLoaded", refresh);
  document.addEventListener("htmx:after:swap", refresh);
  window.addEventListener("pageshow", (event) => event.persisted && busy(false));
  // A page that looks for news waits while a payment is being made on it.
  document.addEventListener("htmx:before:request", (event) => {
    if (form()?.ariaBusy === "true" && event.target.matches("[data-watch]")) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.submitter?.formAction.endsWith("/checkout/quotes")) return;
    event.preventDefault();
    pay(event.target, event.submitter);
  });

  // Called after every swap: the amount, and whether there is anything to pay, may have changed.
  function refresh() {
    if (!frame()) {
      elements = null;
    } else if (purpose().amount === 0) {
      return; // nothing is chosen just now: what was typed stays
    } else if (elements && place.isConnected) {
      elements.update(purpose());
    } else {
      mount();
    }
  }

  // What the card is for: to pay once, to pay a subscription, or (setup) only to be kept.
  function purpose() {
    const { amount, currency, mode = "payment" } = form().dataset;
    return mode === "setup" ? { mode, currency } : { mode, amount: Number(amount), currency };
  }

  function mount() {
    if (typeof Stripe === "undefined") {
      say("The card form could not be loaded, so nothing can be paid just now. Please load this page again.");
      return;
    }
    stripe ??= Stripe(form().dataset.key);
    elements = stripe.elements({ ...purpose(), ...cards(), appearance: appearance() });
    const element = elements.create("payment", { defaultValues: { billingDetails: known() } });
    element.on("ready", () => frame()?.querySelector(".ghost")?.remove());
    element.on("loaderror", () => say("The card form could not be loaded. Please load this page again. Nothing was charged."));
    place = document.createElement("div");
    frame().append(place);
    element.mount(place);
  }

  // Cards that the customer has left before are offered, too.
  function cards() {
    const { cards } = form().dataset;
    return cards ? { customerSessionClientSecret: cards } : {};
  }

  // What the customer need not write a second time.
  function known() {
    const { email, name, country } = Object.fromEntries(new FormData(form()));
    const details = { email, name, address: { country: country ?? form().dataset.country } };
    if (!details.address.country) delete details.address;
    return Object.fromEntries(Object.entries(details).filter(([, value]) => value));
  }

  async function pay(target, submitter) {
    if (target.ariaBusy === "true") return;
    busy(true);
    say("");
    try {
      await attempt(target, submitter);
    } catch {
      say("The connection broke. We do not know yet whether the payment began: press the button again. You are never charged twice.");
    }
    busy(false);
  }

  async function attempt(target, submitter) {
    if (submitter?.name === "pay_on") {
      // The card is typed on Stripe's own page.
    } else if (elements) {
      const { error } = await elements.submit();
      // With more to mend above the card, let the server name all of it at once.
      if (error && target.checkValidity()) return say(error.message);
    } else if (frame()) {
      return say("The card form could not be loaded. Please load this page again. Nothing was charged.");
    }
    const answer = await fetch(target.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(target, submitter)),
      headers: { Accept: "application/json", "HX-Request-Type": "partial" },
    });
    if (answer.redirected) return leave(answer.url); // to enter the password once more
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return show(target, await answer.text());
    const { url, client_secret: clientSecret, return_url } = await answer.json();
    if (url) return leave(url);
    if (purpose().mode === "bank") return ask(clientSecret, return_url);
    const confirm = purpose().mode === "setup" ? "confirmSetup" : "confirmPayment";
    const { error } = await stripe[confirm]({ elements, clientSecret, confirmParams: { return_url } });
    if (!error) return leave(return_url);
    const { status } = error.payment_intent ?? error.setup_intent ?? {};
    if (["succeeded", "processing", "requires_capture"].includes(status)) return leave(return_url);
    say(error.message);
  }

  // However the bank's question was answered, or left: the server asks Stripe, and says what is true.
  async function ask(clientSecret, return_url) {
    if (typeof Stripe === "undefined") return say("Your bank could not be asked just now. Please load this page again. Nothing was charged.");
    stripe ??= Stripe(form().dataset.key);
    await stripe.handleNextAction({ clientSecret });
    return leave(return_url);
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

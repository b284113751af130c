"""A tiny shop with a policy as strict as ours, to hold the Payment Element."""

import json
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

PUBLISHABLE_KEY = "pk_test_123456789012345"
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' {scripts}; frame-src {frames}; "
    "connect-src 'self' {api}; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Checkout</title>
    <script src="{scripts}/endive/stripe.js"></script>
  </head>
  <body>
    <main>
      <h1>Checkout</h1>
      <form id="pay">
        <label for="note">Note</label> <input id="note">
        <div id="payment-element"></div>
        <p id="message" role="alert"></p>
        <button id="go">Pay</button>
      </form>
    </main>
    <script nonce="{nonce}">
      const wishes = JSON.parse(new URLSearchParams(location.search).get("wishes"));
      const message = document.getElementById("message");
      const stripe = Stripe("{key}");
      const elements = stripe.elements(wishes.elements);
      const element = elements.create("payment", wishes.payment);
      window.heard = [];
      for (const name of ["ready", "loaderror", "change", "focus", "blur", "escape"]) {{
        element.on(name, (event) => window.heard.push({{ name, ...event }}));
      }}
      element.on("loaderror", ({{ error }}) => {{ message.textContent = error.message; }});
      element.mount("#payment-element");
      document.getElementById("pay").addEventListener("submit", async (event) => {{
        event.preventDefault();
        message.textContent = "";
        const result = await stripe[wishes.confirm]({{
          elements, redirect: wishes.redirect, confirmParams: wishes.params,
        }});
        window.result = result;
        message.textContent = result.error ? result.error.message
          : (result.paymentIntent ?? result.setupIntent).status;
      }});
    </script>
  </body>
</html>
"""

COUNTER = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>Counter</title>
    <script src="{scripts}/endive/stripe.js"></script>
  </head>
  <body>
    <main>
      <h1>Counter</h1>
      <div id="one"></div> <div id="two"></div> <div id="three"></div> <div id="four"></div>
    </main>
    <script nonce="{nonce}">
      const stripe = Stripe("{key}");
      window.heard = [];
      window.mount = async (element, place) => {{
        for (const name of ["ready", "loaderror", "change", "focus", "blur", "escape"]) {{
          element.on(name, (event) => window.heard.push({{ name, ...event }}));
        }}
        element.on("savedpaymentmethodremove", (event) => window.heard.push({{ name: "removed", ...event }}));
        const stands = new Promise((resolve) => {{ element.on("ready", resolve).on("loaderror", resolve); }});
        element.mount(place);
        await stands;
        return element;
      }};
    </script>
  </body>
</html>
"""


def create_shop(scripts: str, *, frames: str | None = None, api: str | None = None) -> Flask:
    """A shop that includes Stripe.js from `scripts`."""
    shop = Flask("shop")
    nonce = "abc123"

    @shop.get("/")
    def checkout() -> str:
        return PAGE.format(scripts=scripts, nonce=nonce, key=PUBLISHABLE_KEY)

    @shop.get("/counter")
    def counter() -> str:
        return COUNTER.format(scripts=scripts, nonce=nonce, key=PUBLISHABLE_KEY)

    @shop.get("/done")
    def done() -> str:
        return (
            f"<!doctype html><title>Done</title><h1>{request.args.get('redirect_status', '')}</h1>"
        )

    @shop.after_request
    def guard(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY.format(
            nonce=nonce, scripts=scripts, frames=frames or scripts, api=api or scripts
        )
        return answer

    return shop


def checkout_path(base: str, **wishes: Any) -> str:
    """The checkout's address with what its page shall do."""
    wishes.setdefault("confirm", "confirmPayment")
    wishes.setdefault("redirect", "if_required")
    wishes.setdefault("params", {"return_url": f"{base}/done"})
    return f"{base}/?{urlencode({'wishes': json.dumps(wishes)})}"

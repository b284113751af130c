// The Elements there are.

import { AddressElement, Element, PaymentElement } from "./element.js";

const LINE_STYLE = {
  border: "0",
  display: "block",
  width: "100%",
  height: "1.2em",
  overflow: "hidden",
  "user-select": "none",
};

export const KINDS = {
  payment: { make: PaymentElement, title: "Secure payment input frame", purposeful: true },
  address: { make: AddressElement, title: "Secure address input frame" },
  linkAuthentication: { make: Element, title: "Secure email input frame" },
  contactDetails: { make: Element, title: "Secure email input frame" },
  card: { make: Element, title: "Secure card payment input frame", style: LINE_STYLE },
  cardNumber: { make: Element, title: "Secure card number input frame", style: LINE_STYLE },
  cardExpiry: { make: Element, title: "Secure expiration date input frame", style: LINE_STYLE },
  cardCvc: { make: Element, title: "Secure CVC input frame", style: LINE_STYLE },
  iban: { make: Element, title: "Secure IBAN input frame", style: LINE_STYLE },
  expressCheckout: { make: Element, frameless: true, purposeful: true },
};

export const PARTS = ["cardNumber", "cardExpiry", "cardCvc"];

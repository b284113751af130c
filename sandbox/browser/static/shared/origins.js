// Where the script came from decides everything else, so the page's own security policy is honoured
// whether the sandbox is asked by its address or stands behind Stripe's host names.

export function originsFor(scriptOrigin) {
  if (scriptOrigin !== "https://js.stripe.com") {
    return { frames: scriptOrigin, api: scriptOrigin, hooks: scriptOrigin, pages: scriptOrigin };
  }
  return {
    frames: scriptOrigin,
    api: "https://api.stripe.com",
    hooks: "https://hooks.stripe.com",
    pages: "https://checkout.stripe.com",
  };
}

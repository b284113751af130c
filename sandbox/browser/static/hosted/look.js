// How the forms of Stripe.js look on our own pages: as the pages do, by day and by night.

export const DARK = window.matchMedia("(prefers-color-scheme: dark)");

export function look() {
  return {
    theme: DARK.matches ? "night" : "stripe",
    variables: {
      borderRadius: "10px",
      fontSizeBase: "16px",
      colorPrimary: DARK.matches ? "#7ad0c8" : "#0b5f5b",
    },
  };
}

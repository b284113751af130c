// What every hosted page does: a pressed button shows that something is under way, once.

document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (target.hasAttribute("data-live")) return; // its own script decides when it is over
  if (target.querySelector("[aria-busy='true']")) return event.preventDefault();
  submitter?.setAttribute("aria-busy", "true");
});

// The back button may bring a page back as it was left.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

for (const copy of document.querySelectorAll("[data-copy]")) {
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = "Copied";
  });
}

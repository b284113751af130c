// The pretend bank inside the shop's dialog: leaving it by any way but Complete fails it.

import { answerCalls, reportHeight, tell } from "../shared/host.js";

const bank = document.getElementById("bank");
const fail = document.getElementById("fail");

if ("finished" in bank.dataset) tell("finished");

answerCalls({ fail: () => fail?.click() });
reportHeight(bank);
document.getElementById("complete")?.focus();
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape") fail?.click();
});

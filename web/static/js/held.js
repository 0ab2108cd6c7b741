// Whoever is quicker than the server: keys that are pressed while a panel is on its way are meant for what it
// will hold, and wait for it. Only those that decide nothing: what accepts is never pressed on what nobody saw.
import { comboOf } from "./keys.js";
import { topmost } from "./panel.js";
import { isVisible } from "./words.js";

const WAIT = ["F3", "F4", "F9"]; // a newcomer, a potential client, the letter
let held = [];

document.addEventListener("keydown", (event) => {
  const combo = comboOf(event), panel = topmost();
  if (panel?.ariaBusy !== "true" || !WAIT.includes(combo)) return;
  event.preventDefault();
  held.push({ panel, combo });
}, { capture: true });

document.addEventListener("panel:ready", ({ target: panel }) => {
  const combos = held.filter((one) => one.panel === panel).map((one) => one.combo);
  held = [];
  for (const combo of new Set(combos)) {
    const owners = [...panel.querySelectorAll("[data-key]")].filter((one) => one.dataset.key.split(" ").includes(combo));
    owners.find(isVisible)?.click();
  }
});

document.addEventListener("panel:close", () => { held = []; });

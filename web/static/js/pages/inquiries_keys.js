// J, A: the key is meant for the row that the eye is on, not for the one that is still open beside it. While
// that row is being read, keys of the reading pane wait for it.
import { comboOf } from "../keys.js";
import { topmost } from "../panel.js";
import { isTyping } from "../words.js";

const SLOW = 3000; // ms after a row was chosen, in which it has come or will not
const list = document.getElementById("rows");
const pane = document.getElementById("pane");

const wanted = () => list.querySelector(".row[aria-current]")?.closest(".rowitem")?.dataset.inquiry;
const isRead = () => pane.querySelector(":scope > .reading-one")?.id === `inquiry-${wanted()}`;
const owner = (combo) => [...pane.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(combo));

let since = -SLOW; // when another row was chosen

if (list && pane) {
  new MutationObserver(() => { since = performance.now(); }).observe(list, { subtree: true, attributeFilter: ["aria-current"] });
  document.addEventListener("keydown", waits, { capture: true });
}

async function waits(event) {
  const combo = comboOf(event), late = performance.now() - since > SLOW;
  if (late || event.defaultPrevented || isTyping() || topmost() || !/^\d+$/.test(wanted() ?? "") || isRead() || !owner(combo)) return;
  event.preventDefault();
  const row = wanted();
  while (performance.now() - since < SLOW) {
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    if (wanted() !== row) return;
    if (isRead()) { owner(combo)?.click(); return; }
  }
}

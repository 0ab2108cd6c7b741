// The head follows the call and what others do with the inquiry: fetched afresh when something of it changes.
import { post } from "./send.js";

const TOPICS = ["live:inquiry", "live:call", "live:stale"];

const HOLD_EVERY = 60_000; // ms; a holder who is not heard of for minutes holds nothing

export function watchCall(page, signal) {
  const { head, inquiry, keep } = page.dataset;
  if (!inquiry) return;
  hideCard(inquiry, signal);
  const timer = setInterval(() => post(keep, "").catch(() => null), HOLD_EVERY);
  signal.addEventListener("abort", () => clearInterval(timer));
  const look = async ({ detail }) => {
    const about = detail?.inquiry ?? detail?.inquiry_id ?? detail?.id;
    if (about && String(about) !== inquiry) return;
    const answer = await fetch(head, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || !page.isConnected) return;
    show(page, await answer.text());
  };
  for (const topic of TOPICS) document.body.addEventListener(topic, look, { signal });
}

// Only what is said changes: buttons keep the focus, and a refusal that is shown stays.
function show(page, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  for (const part of [".w-ring", ".w-from", ".w-strips"]) {
    const before = page.querySelector(part), after = holder.content.querySelector(part);
    if (!before || !after || before.innerHTML === after.innerHTML && before.className === after.className) continue;
    if (part === ".w-strips" && before.querySelector("[data-refusal]")) continue;
    if (before.contains(document.activeElement)) continue;
    before.replaceWith(after);
  }
}

// The call's own card says nothing that the wizard does not, and would stand in front of it.
function hideCard(inquiry, signal) {
  const rule = new CSSStyleSheet();
  rule.replaceSync(`#pops .pop[data-inquiry="${CSS.escape(inquiry)}"] { display: none }`);
  document.adoptedStyleSheets.push(rule);
  signal.addEventListener("abort", () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== rule);
  });
}

// The wizard «Принять обращение». Its pages are custom elements: they come to life wherever they are put.
import { close as closePanel, open as openPanel, topmost } from "../panel.js";
import { WizardAccept } from "../wizard/accept.js";
import { listenToDecline } from "../wizard/decline.js";
import { WizardSearch } from "../wizard/search.js";

customElements.define("wizard-search", WizardSearch);
customElements.define("wizard-accept", WizardAccept);
listenToDecline();

// The answer to accept or decline: either it is done (the event wizard-done), or a page that says what is wrong.
document.addEventListener("wizard:answered", ({ detail: answer }) => {
  const page = document.getElementById("wizard");
  if (!page || !answer.html.trim()) return;
  const holder = document.createElement("template");
  holder.innerHTML = answer.html;
  const fresh = holder.content.querySelector("#wizard");
  if (!fresh) return;
  page.replaceWith(fresh);
  (fresh.querySelector("[aria-invalid], .wrong input, [autofocus]") ?? fresh.querySelector("input:not([type=hidden])"))?.focus();
});

document.body.addEventListener("wizard-done", ({ detail }) => {
  const page = document.querySelector("#wizard > :is(wizard-search, wizard-accept)");
  if (!page) return;
  page.done = true;
  page.draft.forget();
  if (page.sheet) closePanel();
  if (detail.next) openPanel("sheet", detail.next);
  else if (!page.sheet) location.assign(detail.interest ?? "/");
});

// F2 during a call of one's own means that call, not an empty wizard
document.addEventListener("keydown", (event) => {
  if (event.code !== "F2" || event.ctrlKey || event.altKey || event.shiftKey) return;
  const card = document.querySelector('#pops .pop:is([data-state="talking"], [data-state="ringing"])[data-wizard]');
  if (!card || topmost()) return;
  event.preventDefault();
  openPanel("sheet", card.dataset.wizard);
}, true);

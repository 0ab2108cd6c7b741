// The wizard «Принять обращение». Its pages are custom elements: they come to life wherever they are put.
import { close as closePanel, open as openPanel } from "../panel.js";
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
  const { sheet } = page;
  page.done = true;
  page.draft.forget();
  if (!sheet) location.assign(detail.next || detail.interest || "/");
  else if (detail.next) openPanel("sheet", detail.next); // taken already
  else closePanel();
});

// A decision was taken back: an open wizard of that inquiry is looked at afresh.
document.body.addEventListener("wizard-undone", ({ detail }) => {
  const page = document.querySelector("#wizard > [data-inquiry]");
  if (page?.dataset.inquiry !== String(detail.inquiry)) return;
  if (page.sheet) openPanel("sheet", location.pathname);
  else location.reload();
});

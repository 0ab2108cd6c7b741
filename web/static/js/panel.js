// Sheets and drawers. <a href="/wizard/5" data-sheet> or data-drawer opens that page over this one, with the
// page's address in the bar; without scripts it is a link to the same page. With data-take="/take" that is
// posted to, and answers with the page: looking changes nothing, taking does. Esc, Back and the veil close it
// and give the focus back. They are not modal dialogs in the browser's sense, because the card of a ringing
// call has to stay within reach: what lies below is made inert instead.
const veil = document.getElementById("veil");
const app = document.getElementById("app");
const stack = []; // open panels, the topmost last: {dialog, opener, url, title}
let leaving = 0; // until when a Back is ours and htmx must not reload the page for it

const byId = { sheet: document.getElementById("sheet"), drawer: document.getElementById("drawer") };
const help = document.getElementById("help");

export const topmost = () => (help?.open ? help : stack.at(-1)?.dialog ?? null);

function settle() {
  const top = stack.at(-1)?.dialog;
  if (veil) veil.hidden = !top;
  if (app) app.inert = Boolean(top);
  for (const { dialog } of stack) dialog.inert = dialog !== top;
}

// Marked as htmx marks its own, or it would put its mark in place of ours
const entry = (kind, url, step = 0) => ({ panel: kind, url, step, htmx: true });
const stepHere = () => history.state?.step ?? 0;

// Resolves when the page is in the panel. kind: "sheet" or "drawer". `step`: a further page of what is open
// already; Back leads to the one before, closing leaves all of them. `post`: the address, and `values` the fields,
// that answer with the page instead of `url`, where opening it changes something.
export async function open(kind, url, { push = true, step = false, post = "", values, opener = document.activeElement } = {}) {
  const dialog = byId[kind];
  const content = dialog.querySelector(".content");
  const there = stack.find((one) => one.dialog === dialog);
  if (there) {
    there.url = url;
    if (push && step) history.pushState(entry(kind, url, stepHere() + 1), "", url);
    else if (push) history.replaceState(entry(kind, url, stepHere()), "", url);
  } else {
    stack.push({ dialog, opener, url, title: document.title });
    if (push) history.pushState(entry(kind, url), "", url);
  }
  dialog.show();
  settle();
  dialog.ariaBusy = "true";
  try {
    await htmx.ajax(post ? "POST" : "GET", post || url, { target: content, swap: "innerHTML", values });
  } finally { dialog.ariaBusy = null; }
  if (!stack.some((one) => one.dialog === dialog)) { letGo(dialog); return; } // closed before it came
  const first = content.querySelector("[autofocus]") ?? content.querySelector("input:not([type=hidden]), select, textarea, button, a[href]");
  if (!dialog.contains(document.activeElement) || document.activeElement === dialog) first?.focus();
  const name = content.querySelector("h1, h2")?.textContent.trim();
  if (name) dialog.setAttribute("aria-label", name);
  dialog.dispatchEvent(new CustomEvent("panel:ready", { bubbles: true }));
}

// What nobody has seen gives back what it took.
function letGo(dialog) {
  dialog.dispatchEvent(new CustomEvent("panel:close", { bubbles: true, cancelable: true }));
  dialog.querySelector(".content").replaceChildren();
}

// Fires `panel:close` on the panel first; whoever has a draft to save listens there. `panel:ready` says that its
// page has come.
export function close({ back = true } = {}) {
  if (help?.open) { help.close(); return; }
  const top = stack.at(-1);
  if (!top) return;
  if (!top.dialog.dispatchEvent(new CustomEvent("panel:close", { bubbles: true, cancelable: true }))) return;
  stack.pop();
  top.dialog.close();
  top.dialog.inert = false;
  settle();
  top.dialog.querySelector(".content").replaceChildren();
  document.title = top.title;
  if (back && history.state?.panel) { leaving = Date.now() + 500; history.go(-1 - stepHere()); }
  refocus = top.opener;
  if (refocus?.isConnected) refocus.focus();
}

addEventListener("popstate", ({ state }) => {
  if (stack.length && !state?.panel) { leaving = Date.now() + 500; close({ back: false }); }
  else if (state?.panel && !stack.some((one) => one.url === state.url)) open(state.panel, state.url, { push: false });
});

// Back out of a panel is ours alone: htmx must not load the page below again …
document.addEventListener("htmx:before:history:restore", (event) => {
  if (stack.length || Date.now() < leaving) event.preventDefault();
});

// … and the browser, told by htmx that the page has changed, must not take the focus away.
let refocus = null;
window.navigation?.addEventListener("navigatesuccess", () => {
  if (Date.now() < leaving && refocus?.isConnected) refocus.focus();
  refocus = null;
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest?.("a[data-sheet], a[data-drawer]");
  if (link) {
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    open("sheet" in link.dataset ? "sheet" : "drawer", link.href, { opener: link, post: link.dataset.take });
  } else if (event.target.closest?.("[data-act=close]") || event.target === veil) close();
});

document.addEventListener("keydown", (event) => {
  if (event.code !== "Escape" || event.defaultPrevented || !stack.length || help?.open) return;
  if (document.querySelector("details.menu[open]")) return;
  event.preventDefault();
  close();
});

// The server's way to close what it was asked from: tell_page(request, "panel-done")
document.body.addEventListener("panel-done", () => close());

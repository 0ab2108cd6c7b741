// Toasts: {text, undo, kind, href, stay}. From the server by HX-Trigger (web/say.py), as fragments put into
// #toasts, or from scripts by toast(). Those with a mistake stay until they are closed.
import { words } from "./words.js";

const place = document.getElementById("toasts");
const LASTS = 8000;
const MOST = 4;

export function toast({ text, undo = "", kind = "", href = "", stay = kind === "bad" }) {
  const element = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  element.querySelector("[data-text]").textContent = text;
  element.className = `toast ${kind}`;
  const link = element.querySelector("a[href]"), button = element.querySelector("[data-undo]");
  if (href) link.href = href;
  else link.remove();
  if (undo) button.dataset.undo = undo;
  else button.remove();
  place.append(element);
  while (place.children.length > MOST) place.firstElementChild.remove();
  if (!stay) expire(element);
  return element;
}

function expire(element) {
  let timer = setTimeout(() => element.remove(), LASTS);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => { timer = setTimeout(() => element.remove(), LASTS); });
}

for (const element of place?.children ?? []) if (!element.classList.contains("bad")) expire(element);

place?.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.undo) htmx.ajax("POST", button.dataset.undo, { swap: "none" });
  button.closest(".toast").remove();
});

document.body.addEventListener("toasts", ({ detail }) => detail.list.forEach(toast));

// A request that found nobody, or an answer nobody can show
document.body.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.request?.signal?.aborted && detail.ctx.request.signal.reason !== "timeout") return;
  toast({ text: words.failed, kind: "bad" });
});

// Copies on click: <button data-copy="+79161234567">
document.addEventListener("click", async ({ target }) => {
  const source = target.closest?.("[data-copy]");
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.dataset.copy);
    toast({ text: `${words.copied}: ${source.dataset.copy}` });
  } catch { /* without https browsers do not allow it: the text can still be selected */ }
});

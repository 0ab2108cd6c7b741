// Shortcuts. <button data-key="F2">, data-key="KeyA", data-key="Ctrl+Enter", several with a space between.
// Bound by event.code, so that they are where they were when the layout is Russian. Letters never fire while
// somebody types; keys with F or Ctrl do. In an open sheet or drawer only its own keys work.
import { isTyping, isVisible, announce } from "./words.js";
import { topmost } from "./panel.js";

const bound = new Map();

// bind("KeyJ", handler, "Next row"): for what has no button of its own. Returns a function that unbinds.
export function bind(combo, handler, label = "") {
  bound.set(combo, { handler, label });
  return () => bound.delete(combo);
}

export function comboOf(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey) parts.push("Shift");
  parts.push(event.code === "NumpadEnter" ? "Enter" : event.code);
  return parts.join("+");
}

const worksWhileTyping = (combo) => /^(Ctrl|Alt)\+/.test(combo) || /(^|\+)F\d+$/.test(combo);

function owners() {
  const scope = topmost();
  const pops = [...document.querySelectorAll("#pops [data-key]")];
  return [...(scope ?? document).querySelectorAll("[data-key]"), ...(scope ? pops : [])].filter(isVisible);
}

function press(element) {
  if (element.disabled || element.getAttribute("aria-disabled") === "true") return;
  if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) { element.focus(); element.select?.(); }
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  let combo = comboOf(event);
  if (event.key === "?") combo = "Shift+Slash"; // on a Russian layout it is another key
  if (isTyping() && !worksWhileTyping(combo)) return;
  const element = owners().find((one) => one.dataset.key.split(" ").includes(combo));
  if (element) { event.preventDefault(); press(element); return; }
  const own = topmost() ? null : bound.get(combo);
  if (own && own.handler(event) !== false) event.preventDefault();
});

// The sheet of keys on `?`, made of what is on the page now
const SHOWN = { Slash: "/", Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Space: "␣" };

function say(combo) {
  if (combo === "Shift+Slash") return "?";
  return combo.split("+").map((part) => SHOWN[part] ?? part.replace(/^(Key|Digit)/, "")).join(" ");
}

function nameOf(element) {
  const own = element.getAttribute("aria-label") || element.title || element.placeholder;
  if (own) return own;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .n, [aria-hidden=true]").forEach((hint) => hint.remove());
  return (copy.querySelector(".word") ?? copy).textContent.trim();
}

export function showKeys() {
  const help = document.getElementById("help");
  help.replaceChildren(document.getElementById("help-page").content.cloneNode(true));
  const rows = new Map();
  for (const element of owners()) rows.set(nameOf(element), element.dataset.key);
  for (const [combo, { label }] of bound) if (label) rows.set(label, combo);
  const list = help.querySelector("[data-keys]");
  for (const [name, combos] of rows) {
    const row = document.createElement("div");
    const keys = document.createElement("span");
    for (const combo of combos.split(" ")) keys.append(Object.assign(document.createElement("kbd"), { textContent: say(combo) }), " ");
    row.append(Object.assign(document.createElement("span"), { textContent: name }), keys);
    list.append(row);
  }
  help.showModal();
  announce(help.querySelector("h2").textContent);
}

// The forms' editor: fields move without a round trip, and the preview follows every change.
import { toast } from "../toast.js";
import { words } from "../words.js";

const WAIT = 120;
let pause, asked;
let touched = Boolean(document.querySelector("[data-drawing] [aria-invalid]")); // nothing is lost by leaving: the browser asks

const drawing = () => document.querySelector("[data-drawing]");
const frame = () => document.querySelector("[data-preview-frame]");

function follow() {
  touched = true;
  clearTimeout(pause);
  pause = setTimeout(show, WAIT);
}

async function show() {
  const form = drawing();
  if (!form) return;
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(form.dataset.preview, {
      method: "POST", body: new FormData(form), signal: asked.signal, headers: { "HX-Request": "true" },
    });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { /* the next change asks again */ }
}

// The frame's page stays: it keeps its place and does not flicker
function put(made) {
  const shown = frame()?.contentDocument;
  if (!shown?.getElementById("theme")) return;
  document.getElementById("warned").innerHTML = made.getElementById("warned").innerHTML;
  shown.getElementById("theme").textContent = made.body.dataset.css;
  shown.documentElement.lang = made.body.dataset.language;
  shown.body.replaceWith(shown.adoptNode(made.body));
  point();
}

// What is being changed is what one looks at
function point() {
  const row = document.activeElement?.closest?.("[data-row]");
  if (!row?.querySelector("details").open) return;
  const asked = [...row.parentElement.children].filter((each) => !each.querySelector('[name$=".gone"]:checked, [name$=".kind"] > [value="hidden"]:checked'));
  const field = frame()?.contentDocument?.querySelectorAll(".vf-field")[asked.indexOf(row)];
  field?.scrollIntoView({ block: "nearest" });
  field?.toggleAttribute("data-pointed", true);
}

document.addEventListener("focusin", ({ target }) => {
  if (!target.closest?.("[data-row]")) return;
  frame()?.contentDocument?.querySelector("[data-pointed]")?.removeAttribute("data-pointed");
  point();
});

function move(row, up) {
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (up) other.before(row);
  else other.after(row);
  told(row);
}

function told(row) {
  const rows = row.closest("[data-rows]"), all = [...rows.children];
  document.getElementById("drawing-said").textContent =
    rows.dataset.moved.replace("{place}", all.indexOf(row) + 1).replace("{all}", all.length);
  follow();
}

// Of a consent, the wording that its purpose has now
function purpose(select) {
  for (const text of select.closest("li").querySelectorAll("[data-of]")) text.hidden = text.dataset.of !== select.value;
}

document.addEventListener("input", ({ target }) => {
  if (target.form !== drawing() || !target.form) return;
  if (target.dataset.title) target.closest("li").querySelector("[data-label]").textContent = target.value;
  if (target.name.endsWith(".target")) {
    target.closest("li").querySelector("[data-where]").textContent = target.selectedOptions[0].label;
  }
  if (target.matches("[data-purpose]")) purpose(target);
  if (target.name.startsWith("shown")) show();
  else follow();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-move], [data-grip]");
  if (!button) return;
  event.preventDefault();
  if (!button.dataset.move) return;
  move(button.closest("li"), button.dataset.move === "up");
  button.focus();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const focused = document.activeElement;
  move(row, event.key === "ArrowUp");
  focused.focus();
});

// A field that was added waits to be named
let added = false;
document.addEventListener("click", ({ target }) => { added ||= Boolean(target.closest?.("[data-add]")); });
document.addEventListener("htmx:after:swap", () => {
  if (!added) return;
  added = false;
  const title = document.querySelector("[data-rows]").lastElementChild.querySelector("[data-title]");
  title.focus();
  title.select();
  follow();
});

// Dragging by the grip
let dragged;
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip) return;
  event.preventDefault();
  dragged = grip.closest("li");
  dragged.classList.add("dragged");
});
document.addEventListener("pointermove", ({ clientY }) => {
  if (!dragged) return;
  for (const row of dragged.parentElement.children) {
    const box = row.getBoundingClientRect(), middle = box.top + box.height / 2;
    if (row === dragged || clientY < box.top || clientY > box.bottom) continue;
    const before = row.compareDocumentPosition(dragged) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (before && clientY < middle) row.before(dragged);
    if (!before && clientY > middle) row.after(dragged);
  }
});
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    told(dragged);
    dragged = undefined;
  });
}

document.addEventListener("submit", ({ target }) => { if (target === drawing()) touched = false; });
addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });

document.querySelector("[data-drawing] [aria-invalid]")?.focus();
frame()?.addEventListener("load", show);
if (frame()?.contentDocument?.getElementById("theme")) show();

// Installation: a whole snippet at once
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom);
  try {
    await navigator.clipboard.writeText(source.textContent);
    toast({ text: words.copied });
  } catch { getSelection().selectAllChildren(source); } // without https: selected, for Ctrl+C
});

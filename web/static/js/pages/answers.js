// Writing to somebody, by letter or in a dialogue: what is typed is kept as it is typed, chosen, dropped and pasted
// files go along; a letter goes by Ctrl+Enter, Esc closes and keeps. Without this file each of it is a button.
import { close } from "../panel.js";

const SOON = 700; // ms after the last change
const FORMS = "form[data-answer], form[data-compose]";
const waiting = new WeakMap(); // form -> timer
const onWay = new WeakMap(); // form -> the draft on its way: sending must not overtake it

const formOf = (node) => node?.closest?.(FORMS);

// Everything but the files: those go when they are chosen.
function keep(form, { keepalive = false } = {}) {
  rest(form);
  const fields = new FormData(form);
  fields.delete("files");
  fields.set("do", "keep");
  const sent = fetch(form.action, {
    method: "POST", body: new URLSearchParams(fields), headers: { "HX-Request": "true" }, keepalive,
  }).then((answer) => {
    const said = form.querySelector("[data-kept]");
    if (answer.ok && said) said.textContent = said.dataset.words;
  }).catch(() => null);
  onWay.set(form, sent);
  return sent;
}

function rest(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
}

const flush = (form, options) => (waiting.has(form) ? keep(form, options) : onWay.get(form) ?? Promise.resolve());
const flushAll = (options) => { for (const form of document.querySelectorAll(FORMS)) flush(form, options); };

export function touch(form) {
  clearTimeout(waiting.get(form));
  form.querySelector("[data-kept]").textContent = "";
  waiting.set(form, setTimeout(() => keep(form), SOON));
}

// As if the button had been pressed; there may be no button for it.
function act(form, name) {
  const button = form.querySelector(`button[name=do][value="${name}"]`)
    ?? form.appendChild(Object.assign(document.createElement("button"), { name: "do", value: name, hidden: true }));
  form.requestSubmit(button);
}

document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (form && target.type !== "file") touch(form);
});

document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (form && target.type === "file" && target.files.length) act(form, "attach");
});

// A press of a button supersedes what waits to be kept, but not what is on its way already
document.addEventListener("submit", ({ target }) => {
  const form = formOf(target);
  if (form) rest(form);
}, true);

// Into a dialogue they may be dropped anywhere
const near = (node) => formOf(node) ?? node.closest?.(".convo")?.querySelector(FORMS);
for (const kind of ["drop", "paste"]) {
  document.addEventListener(kind, (event) => {
    const form = near(event.target);
    const files = (event.dataTransfer ?? event.clipboardData)?.files;
    if (!form || !files?.length) return;
    event.preventDefault();
    form.querySelector("input[type=file]").files = files;
    act(form, "attach");
  });
}
document.addEventListener("dragover", (event) => {
  if (near(event.target) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});

// What takes the place of a form must not take what was typed in it
addEventListener("pagehide", () => flushAll({ keepalive: true }));
document.addEventListener("htmx:before:swap", () => flushAll());

const letterOf = (node) => node.closest?.("form[data-answer]");
const buttonOf = (form) => document.querySelector(`[data-write="${form.dataset.answer}"]`);

function leave(form) {
  flush(form);
  const button = buttonOf(form);
  form.remove();
  button?.focus();
}

document.addEventListener("change", ({ target }) => {
  const form = letterOf(target);
  if (form && "shows" in target.dataset) act(form, "show");
});

document.addEventListener("keydown", (event) => {
  const form = letterOf(event.target);
  if (!form || event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    const send = form.querySelector("[data-send]");
    if (!send.disabled) form.requestSubmit(send);
  } else if (event.key === "Enter" && event.target.matches(".head input")) {
    event.preventDefault(); // on to the next field: a letter is never sent by Enter alone
    const fields = [...form.querySelectorAll(".head .in, textarea")];
    fields[fields.indexOf(event.target) + 1]?.focus();
  } else if (event.key === "Escape" && !form.closest("dialog")) {
    if (form.querySelector("details.menu[open]")) return;
    event.preventDefault();
    leave(form);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-leave]");
  const form = button && letterOf(button);
  if (!form || form.closest("dialog")) return;
  event.preventDefault();
  touch(form);
  leave(form);
});

document.addEventListener("htmx:after:swap", () => {
  const area = document.querySelector("form[data-answer] textarea:not([data-seen])");
  if (!area) return;
  area.dataset.seen = "";
  const slip = area.closest("form").querySelector(".notice mark")?.textContent; // a field that nothing has filled
  const at = slip ? area.value.indexOf(slip) : -1;
  area.setSelectionRange(Math.max(at, 0), at < 0 ? 0 : at + slip.length);
  area.closest("form").scrollIntoView({ block: "nearest" });
});

document.addEventListener("panel:close", ({ target }) => {
  const form = target.querySelector?.("form[data-answer]");
  if (form) flush(form);
});

// Sent, kept or thrown away
document.body.addEventListener("answer-done", ({ detail }) => {
  if (document.querySelector("#drawer[open] .writing")) close();
  document.querySelector(`[data-write="${detail.about}"]`)?.focus();
});

// Taken back: what was written lies open again where it was
document.body.addEventListener("answer-taken-back", ({ detail }) => {
  document.querySelector(`[data-write="${detail.about}"]`)?.click();
});

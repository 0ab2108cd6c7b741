// Writing into a dialogue: what is typed is kept as it is typed, Ctrl+Enter sends, Esc leaves the field. Without
// this file each of them is a button of the form.
const SOON = 600; // ms after the last change
const SHOWN_FROM = 0.8; // of the longest message: from there on it is told how much is left
const waiting = new WeakMap(); // form -> timer
const onWay = new WeakMap(); // form -> the draft on its way: sending must not overtake it

const formOf = (node) => node?.closest?.("form[data-compose]");
const textOf = (form) => form.querySelector("[data-text]");
const formFor = (id) => document.getElementById(`compose-${id}`);

function keep(form, { keepalive = false } = {}) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  const fields = new FormData(form);
  fields.delete("files");
  fields.set("do", "keep");
  const sent = fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers: { "HX-Request": "true" }, keepalive })
    .then((answer) => { const said = form.querySelector("[data-kept]"); if (answer.ok && said) said.textContent = said.dataset.words; })
    .catch(() => null);
  onWay.set(form, sent);
}

function touch(form) {
  clearTimeout(waiting.get(form));
  form.querySelector("[data-kept]").textContent = "";
  waiting.set(form, setTimeout(() => keep(form), SOON));
}

const lengthOf = (form, text) => (form.dataset.utf16 ? text.length : [...text].length);

// How much is left of one message, or of how many messages it will be
function measure(form) {
  const limit = Number(form.dataset.limit), length = lengthOf(form, textOf(form).value);
  const said = form.querySelector("[data-count]");
  said.classList.toggle("over", length > limit);
  if (length > limit) said.textContent = form.dataset.parts.replace("#", Math.ceil(length / limit));
  else said.textContent = length > limit * SHOWN_FROM ? form.dataset.left.replace("#", limit - length) : "";
}

// As if the button had been pressed; there may be none for it
function act(form, name) {
  const button = form.querySelector(`button[name=do][value="${name}"]`)
    ?? form.appendChild(Object.assign(document.createElement("button"), { name: "do", value: name, hidden: true }));
  form.requestSubmit(button);
}

function answer(form, id, who, text) {
  form.querySelector("[data-answers]").value = id;
  const line = form.querySelector("[data-replyto]");
  line.querySelector("[data-who]").textContent = who;
  line.querySelector("[data-snippet]").textContent = text;
  line.hidden = !id;
  touch(form);
  textOf(form).focus();
}

// Where the caret is; a field that nobody has been in yet is gone on with at its end
function insert(area, sign) {
  if (!("been" in area.dataset)) area.setSelectionRange(area.value.length, area.value.length);
  area.setRangeText(sign, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-compose] textarea")) target.dataset.been = "";
});

document.addEventListener("input", ({ target }) => {
  const form = formOf(target);
  if (!form || target.type === "file") return;
  touch(form);
  measure(form);
});

document.addEventListener("change", ({ target }) => {
  const form = formOf(target);
  if (form && target.type === "file" && target.files.length) act(form, "attach");
});

document.addEventListener("click", ({ target }) => {
  const reply = target.closest?.("[data-reply]");
  if (reply) {
    const form = formFor(reply.closest("[data-thread]").dataset.thread);
    if (form) answer(form, reply.dataset.reply, reply.dataset.who, reply.dataset.text);
    return;
  }
  const form = formOf(target);
  if (!form) return;
  if (target.closest("[data-noreply]")) answer(form, "", "", "");
  const sign = target.closest("[data-sign]");
  if (!sign) return;
  insert(textOf(form), sign.dataset.sign);
  if (sign.matches(":focus-visible")) return; // with the keyboard several are put in, one after another
  sign.closest("details").open = false;
  textOf(form).focus();
});

document.addEventListener("keydown", (event) => {
  const form = formOf(event.target);
  if (!form || event.isComposing || event.defaultPrevented) return;
  const menu = event.target.closest("details.menu[open]");
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-send]"));
  } else if (menu?.matches("[data-emoji]") && event.key.startsWith("Arrow")) {
    event.preventDefault();
    walk(menu, event.key);
  } else if (event.key === "Escape" && menu) {
    event.preventDefault();
    menu.open = false;
    textOf(form).focus();
  } else if (event.key === "Escape" && event.target.matches("textarea") && !form.closest("dialog")) {
    event.preventDefault();
    event.target.blur(); // letters are keys again; the draft stays
  }
});

// The picker by arrows: ten in a row
function walk(menu, key) {
  const signs = [...menu.querySelectorAll("[data-sign]")], wide = menu.querySelector(".emojirow").children.length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[key];
  const at = signs.indexOf(document.activeElement);
  signs[at < 0 ? 0 : Math.min(Math.max(at + step, 0), signs.length - 1)].focus();
}

// A press of a button supersedes what waits to be kept, but not what is on its way already
document.addEventListener("submit", async (event) => {
  const form = formOf(event.target);
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.delete(form);
}, true);

// Files dropped or pasted are attached
for (const kind of ["drop", "paste"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target) ?? event.target.closest?.(".talk")?.querySelector("form[data-compose]");
    const files = (event.dataTransfer ?? event.clipboardData)?.files;
    if (!form || !files?.length) return;
    event.preventDefault();
    form.querySelector("input[type=file]").files = files;
    act(form, "attach");
  });
}
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.(".talk") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});

// Sent, attached, a template put in: the field is where one goes on
let wrote = null; // the dialogue whose form has asked
document.addEventListener("htmx:before:request", ({ target }) => { const form = formOf(target); if (form) wrote = form.dataset.compose; });
document.addEventListener("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("form[data-compose]")) measure(form);
  const form = wrote && formFor(wrote);
  wrote = null;
  if (!form) return;
  const area = textOf(form);
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
});

// Taken, or a message taken back: the composer as it is now
document.body.addEventListener("dialogue-write", ({ detail }) => {
  const place = document.getElementById(`composing-${detail.id}`), form = formFor(detail.id);
  if (!place || form?.contains(document.activeElement)) return;
  wrote = String(detail.id);
  htmx.ajax("GET", `/dialogues/${detail.id}/answer`, { target: place, swap: "outerHTML" });
});

addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-compose]")) if (waiting.has(form)) keep(form, { keepalive: true });
});
// Another dialogue is opened: what was typed in this one is kept first
document.addEventListener("htmx:before:swap", () => {
  for (const form of document.querySelectorAll("form[data-compose]")) if (waiting.has(form)) keep(form);
});

// The window of dialogues: a thread that stays at its end, messages chosen and answered with the keyboard. The
// rows, with J, K and O, are inquiries.js'; drafts and files answers.js'.
import { open } from "../panel.js";
import { isTyping } from "../words.js";
import { touch } from "./answers.js";

const NEAR = 60; // px from its end that are «at the end»
const page = document.querySelector("[data-dialogues]");
let shown;

const talk = () => page?.querySelector(".convo");
const placeOf = (of) => of?.querySelector("[data-threadplace]");
const atEnd = (place) => place.scrollTop > -NEAR; // the end is where its scrolling begins: column-reverse
const button = () => talk().querySelector("[data-tobottom]");

function look() {
  const place = placeOf(talk());
  count();
  tellSeen();
  if (!place || place === shown) return;
  shown = place;
  place.addEventListener("scroll", () => { if (atEnd(place)) button().hidden = true; }, { passive: true });
  new MutationObserver((records) => {
    const came = records.some(({ addedNodes }) => [...addedNodes].some((one) => one.matches?.(".msg.theirs")));
    if (came && !atEnd(place)) button().hidden = false;
  }).observe(place, { childList: true, subtree: true });
}

const toEnd = () => { placeOf(talk()).scrollTop = 0; };
document.addEventListener("click", ({ target }) => { if (target.closest?.("[data-tobottom]")) toEnd(); });
document.body.addEventListener("dialogue-answered", toEnd);

// Looked at: by a person, not by a tab that nobody sees
let told = "";
function tellSeen() {
  const now = talk();
  if (!now || now.dataset.unread === "0" || document.hidden || !now.checkVisibility()) return;
  const what = `${now.dataset.dialogue} ${now.dataset.until}`;
  if (what === told) return;
  told = what;
  fetch(now.dataset.seen, { method: "POST", headers: { "HX-Request": "true" }, body: new URLSearchParams({ until: now.dataset.until }) }).catch(() => { told = ""; });
}

// Chosen messages are what «Accept» is about
function count() {
  const accept = talk()?.querySelector("[data-accept]");
  if (!accept) return;
  const word = accept.querySelector("[data-word]"), number = talk().querySelectorAll(".choose:checked").length;
  const said = number ? accept.dataset.chosen.replace("#", number) : accept.dataset.plain;
  if (word.textContent !== said) word.textContent = said;
}

// Arrows go from message to message; on one, Space chooses it and R answers it
function walk(event) {
  const place = event.target.closest?.("[data-threadplace]");
  if (!place || isTyping() || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("audio, video, summary")) return;
  const at = event.target.closest(".msg"), all = [...place.querySelectorAll(".msg")];
  if (event.code === "ArrowUp" || event.code === "ArrowDown") {
    const next = all[at ? all.indexOf(at) + (event.code === "ArrowDown" ? 1 : -1) : all.length - 1];
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  } else if (at && event.code === "Space" && event.target === at) {
    event.preventDefault();
    at.querySelector(".choose")?.click();
  } else if (at && event.code === "KeyR") {
    event.preventDefault();
    event.stopPropagation();
    at.querySelector("[data-reply]")?.click();
  } else if (event.code === "Escape" && place.querySelector(".choose:checked")) {
    event.preventDefault();
    for (const box of place.querySelectorAll(".choose:checked")) box.checked = false;
    count();
  }
}

if (page) {
  document.addEventListener("keydown", walk, { capture: true });
  document.addEventListener("change", ({ target }) => { if (target.matches?.(".choose")) count(); });
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", tellSeen);
  new MutationObserver(look).observe(document.getElementById("pane"), { childList: true, subtree: true, attributeFilter: ["data-unread", "data-until"] });
  look();
}

// Where it was accepted, the wizard opens over the dialogue
document.body.addEventListener("dialogue-accepted", ({ detail }) => open("sheet", detail.wizard, { post: detail.take }));

// The answer: Ctrl+Enter sends, Esc leaves the field
const SHOWN_FROM = 0.8; // of the longest message: from there on it is told how much is left

const formOf = (node) => node?.closest?.("form[data-compose]");
const textOf = (form) => form.querySelector("[data-text]");
const formFor = (id) => document.getElementById(`compose-${id}`);

// How much is left of one message, or of how many messages it will be
function measure(form) {
  const limit = Number(form.dataset.limit), text = textOf(form).value, length = form.dataset.utf16 ? text.length : [...text].length;
  const said = form.querySelector("[data-count]");
  said.classList.toggle("over", length > limit);
  if (length > limit) said.textContent = form.dataset.parts.replace("#", Math.ceil(length / limit));
  else said.textContent = length > limit * SHOWN_FROM ? form.dataset.left.replace("#", limit - length) : "";
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
  if (form) measure(form);
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
    pick(menu, event.key);
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
function pick(menu, key) {
  const signs = [...menu.querySelectorAll("[data-sign]")], wide = menu.querySelector(".emojirow").children.length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wide, ArrowDown: wide }[key];
  const at = signs.indexOf(document.activeElement);
  signs[at < 0 ? 0 : Math.min(Math.max(at + step, 0), signs.length - 1)].focus();
}

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

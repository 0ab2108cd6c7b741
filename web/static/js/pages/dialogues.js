// The window of dialogues: rows that come and move by themselves, a thread that stays at its end, messages
// chosen and answered with the keyboard. J, K and O are inquiries.js'.
import { open } from "../panel.js";
import { isTyping } from "../words.js";

const NEAR = 60; // px from its end that are «at the end»
const PAUSE = 200; // ms between two looks at the rows
const page = document.querySelector("[data-dialogues]");
const list = document.getElementById("rows");
const changed = new Set();
let asking, refreshed = -PAUSE, shown;

const talk = () => page?.querySelector(".talk");
const placeOf = (of) => of?.querySelector("[data-threadplace]");
const atEnd = (place) => place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
const toEnd = (place) => { place.scrollTop = place.scrollHeight; };

// The thread: at its end when it is opened, and for as long as nobody has scrolled up
const follow = new WeakMap(); // place -> whether it is at its end
const size = new ResizeObserver((entries) => {
  for (const { target } of entries) { const place = target.closest("[data-threadplace]"); if (place && follow.get(place)) toEnd(place); }
});

function look() {
  const now = talk(), place = placeOf(now);
  if (!place || place === shown) { count(); tellSeen(); return; }
  shown = place;
  follow.set(place, true);
  toEnd(place);
  size.disconnect();
  size.observe(place.querySelector(".thread") ?? place);
  size.observe(place);
  place.addEventListener("scroll", () => { const end = atEnd(place); follow.set(place, end); if (end) button().hidden = true; }, { passive: true });
  new MutationObserver((records) => {
    const came = records.some(({ addedNodes }) => [...addedNodes].some((one) => one.matches?.(".msg.theirs")));
    if (follow.get(place)) toEnd(place);
    else if (came && !upwards) button().hidden = false;
  }).observe(place, { childList: true, subtree: true });
  count();
  tellSeen();
}

const button = () => talk().querySelector("[data-tobottom]");
let upwards = false; // earlier messages are being put in above: what is looked at stays where it is

document.addEventListener("click", ({ target }) => {
  const pressed = target.closest?.("[data-tobottom]");
  if (pressed) { const place = placeOf(talk()); toEnd(place); pressed.hidden = true; return; }
  const earlier = target.closest?.("[data-earlier]"), place = earlier?.closest("[data-threadplace]");
  if (!place) return;
  const left = place.scrollHeight - place.scrollTop;
  upwards = true;
  follow.set(place, false);
  const watch = new MutationObserver(() => { place.scrollTop = place.scrollHeight - left; });
  watch.observe(place, { childList: true, subtree: true });
  setTimeout(() => { watch.disconnect(); upwards = false; }, 1500);
});

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

// Rows that are new or have changed: asked for together, put where they belong
const rows = () => [...list.querySelectorAll(".rowitem")];

function put(item) {
  const there = document.getElementById(item.id);
  const open = there?.querySelector(".row[aria-current]");
  const waiting = page.dataset.view === "waiting";
  if (open) item.querySelector(".row").setAttribute("aria-current", "true");
  htmx.process(item);
  if (there && (waiting || rows()[0] === there || there.dataset.at === item.dataset.at)) { there.replaceWith(item); return; }
  const focused = there?.contains(document.activeElement);
  const before = rows().find((row) => row !== there && (waiting ? row.dataset.at > item.dataset.at : row.dataset.at < item.dataset.at));
  if (!before && !there && document.getElementById("more-rows")) return; // it stands on a page that is not here yet
  if (!there) item.classList.add("came");
  const top = list.scrollTop, high = list.scrollHeight;
  there?.remove();
  list.insertBefore(item, before ?? null);
  if (top > 0) list.scrollTop = top + list.scrollHeight - high;
  if (focused) item.querySelector(".row").focus({ preventScroll: true });
}

async function refresh() {
  asking = null;
  refreshed = performance.now();
  const ids = [...changed].slice(0, 50);
  ids.forEach((id) => changed.delete(id));
  const query = new URLSearchParams(location.search);
  query.delete("after");
  query.set("ids", ids.join(","));
  const answer = await fetch(`${page.dataset.freshRows}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const found = new Set();
  for (const item of [...holder.content.querySelectorAll(".rowitem")]) { found.add(item.id); put(item); }
  for (const id of ids) if (!found.has(`row-dialogue-${id}`)) settle(document.getElementById(`row-dialogue-${id}`));
  document.getElementById("no-rows").hidden = rows().length > 0;
  if (changed.size) asking = setTimeout(refresh, PAUSE);
}

// What waits no more stays, greyed, until the list is opened again: nothing moves under the hand
function settle(item) {
  item?.querySelector(".row").classList.add("done");
  item?.querySelector(".unreads")?.remove();
  item?.removeAttribute("data-open");
}

function note(id) {
  if (!id) return;
  changed.add(Number(id));
  asking ??= setTimeout(refresh, performance.now() - refreshed > PAUSE ? 0 : PAUSE);
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
  document.body.addEventListener("live:dialogue", ({ detail }) => note(detail.dialogue));
  document.body.addEventListener("live:stale", () => rows().forEach((row) => note(row.dataset.inquiry.replace("dialogue-", ""))));
  new MutationObserver(look).observe(document.getElementById("pane"), { childList: true, subtree: true, attributeFilter: ["data-unread", "data-until"] });
  look();
}

// Where it was accepted, the wizard opens over the dialogue
document.body.addEventListener("dialogue-accepted", ({ detail }) => open("sheet", detail.wizard, { post: detail.take }));

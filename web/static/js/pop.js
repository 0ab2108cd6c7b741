// The cards of ringing calls, #pops > .pop. The server sends and removes them (live.js); here they are given
// a voice: announced, rung and notified once a browser, and the wizard opened when the person wants it so.
//
// A card: <article class="pop ringing" id="pop-5" data-into="#pops" tabindex="-1" data-call="5"
//   data-say="…" (read aloud) data-title data-text (notification) data-wizard="/wizard/5" data-take="/wizard/5/take" data-state="ringing">
import { isLeader } from "./live.js";
import { announce, isTyping } from "./words.js";
import { open, topmost } from "./panel.js";
import { startRinging, stopRinging } from "./ring.js";

const pops = document.getElementById("pops");
const { wizard: opens, sound, notify } = document.body.dataset;
const notices = new Map(); // card id -> Notification
const known = new Map(); // card id -> state that was told already
const claims = new BroadcastChannel("intake-wizard");
const CLAIM_MS = 150;
const WHY_MS = 2500, UNSAID_MS = 250, FADE_MS = 160; // how long a card that is over stays
const leaves = new WeakMap(); // card -> timer
let taken = "";
claims.onmessage = ({ data }) => { taken = data; };
const OPENS_AT = { ring: "ringing", answer: "talking" };

// On a break or not to be disturbed: cards still come, for the telephone rings as well, but quietly
const atRest = () => !document.querySelector("#my-state .state.ready");
const ringing = () => pops.querySelector('.pop[data-state="ringing"]');

function tellOutside(card) {
  if (!notify || atRest() || document.hasFocus() || !("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(card.dataset.title, { body: card.dataset.text, tag: card.id, requireInteraction: true });
  notice.onclick = () => { window.focus(); card.focus(); notice.close(); };
  notices.set(card.id, notice);
}

// Once a call, also when the page is loaded anew: whoever closed it has seen it.
const OPENED = "intake-opened";
function openedBefore(card) {
  const opened = JSON.parse(localStorage.getItem(OPENED) ?? "[]");
  const call = `${card.id} ${card.dataset.began}`;
  if (opened.includes(call)) return true;
  localStorage.setItem(OPENED, JSON.stringify([...opened, call].slice(-50)));
  return false;
}

// One tab opens it: the one that has the focus or, where none has, the leader if it can be seen.
function openWizard(card) {
  if (!card.dataset.wizard) return;
  const url = card.dataset.wizard;
  if (document.hasFocus()) { claims.postMessage(url); openHere(card); }
  else if (isLeader() && document.visibilityState === "visible") setTimeout(() => taken === url || openHere(card), CLAIM_MS);
}

function openHere(card) {
  if (!isTyping() && !topmost() && !openedBefore(card)) open("sheet", card.dataset.wizard, { post: card.dataset.take });
}

function arrived(card) {
  announce(card.dataset.say);
  // Only when nothing has the focus: whoever types or chooses goes on undisturbed
  if (document.activeElement === document.body && !topmost()) card.focus({ preventScroll: true });
  if (isLeader()) tellOutside(card);
}

function leave(card) {
  if (card.dataset.state !== "over") return; // it rings again
  card.classList.add("leaving");
  setTimeout(() => card.remove(), FADE_MS);
}

function forget(id) {
  known.delete(id);
  notices.get(id)?.close();
  notices.delete(id);
}

function look() {
  const cards = [...pops.querySelectorAll(".pop")];
  for (const card of cards) {
    const before = known.get(card.id), state = card.dataset.state;
    if (before === state) continue;
    known.set(card.id, state);
    if (before === undefined) arrived(card);
    else announce(card.dataset.say);
    if (state === OPENS_AT[opens]) openWizard(card);
    if (state !== "ringing") { notices.get(card.id)?.close(); notices.delete(card.id); }
  }
  for (const id of [...known.keys()]) if (!cards.some((card) => card.id === id)) forget(id);
  if (sound && isLeader() && ringing() && !atRest()) startRinging();
  else stopRinging();
}

if (pops) {
  new MutationObserver(look).observe(pops, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-state"] });

  // A call that rings while the answer about all calls is on its way is newer than that answer: its card stays.
  let asked = [];
  const cardsNow = () => [...pops.querySelectorAll(".pop")];
  pops.addEventListener("htmx:before:request", () => { asked = cardsNow(); });
  pops.addEventListener("htmx:before:swap", () => {
    const newer = cardsNow().filter((card) => !asked.includes(card));
    pops.addEventListener("htmx:after:swap", () => {
      for (const card of newer) if (!document.getElementById(card.id)) { pops.append(card); htmx.process(card); }
    }, { once: true });
  });

  // A card that goes away says why for a moment (data-why), then fades
  pops.addEventListener("live:gone", (event) => {
    const card = event.target;
    event.preventDefault();
    delete card.dataset.state;
    card.dataset.state = "over";
    const why = card.querySelector("[data-why]");
    if (why && event.detail.why) { why.textContent = event.detail.why; announce(event.detail.why); }
    // A PBX says that this phone has stopped a moment before it says who answered: the last word counts
    clearTimeout(leaves.get(card));
    leaves.set(card, setTimeout(() => leave(card), event.detail.why ? WHY_MS : UNSAID_MS));
  });

  // A PBX is heard no longer, or again: a timer that nobody knows to be true must not tick. Nothing but the
  // timers, since a card that was pushed meanwhile is newer than this answer.
  document.body.addEventListener("live:channel", async () => {
    if (!pops.querySelector(".pop")) return;
    const answer = await fetch(pops.getAttribute("hx-get"), { headers: { "HX-Request": "true" } }).catch(() => null);
    const holder = document.createElement("template");
    holder.innerHTML = answer?.ok ? await answer.text() : "";
    for (const card of holder.content.querySelectorAll(".pop[id]")) {
      document.getElementById(card.id)?.querySelector(".lasts").replaceWith(card.querySelector(".lasts"));
    }
  });

  pops.addEventListener("click", ({ target }) => {
    if (target.closest("[data-aside]")) target.closest(".pop").remove();
  });

  // Enter on the card itself presses its main button; Esc puts it aside
  pops.addEventListener("keydown", (event) => {
    if (!event.target.matches(".pop")) return;
    if (event.code === "Enter") { event.preventDefault(); event.target.querySelector("[data-main]")?.click(); }
    if (event.code === "Escape") { event.preventDefault(); event.target.querySelector("[data-aside]")?.click(); }
  });
}

// Notifications have to be asked for by a click of the person
document.addEventListener("click", () => {
  if (notify && "Notification" in window && Notification.permission === "default") Notification.requestPermission();
}, { once: true });

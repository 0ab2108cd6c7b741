// Live updates. One tab of the browser, the leader, holds the only connection (a browser allows six to a
// host, and a person keeps more tabs than that) and shares what it hears with the others.
//
// A message is {id, topic, data, html}. Every top-level element of `html` takes the place of the element
// with its id; where there is none, it is added to data-into="#place" (data-at="start" for the top), or
// dropped. An element with data-gone takes the other one away. A moment later the DOM event `live:<topic>` is
// fired on the body with `data` as its detail, so that hx-trigger="live:inquiry from:body" works: what a page
// asks for again must not hold up the card that comes with the next message.
import { words } from "./words.js";
import { toast } from "./toast.js";

const address = document.body.dataset.live;
const channel = new BroadcastChannel("intake-live");
const PROBE_EVERY = [1000, 2000, 4000, 8000, 15000];

let leading = false;
let lastId = document.body.dataset.liveAt ?? ""; // what the page was made of
const tab = crypto.randomUUID?.() ?? String(Math.random());
const recent = []; // for tabs that are opened while messages come
const KEPT = 100;
let linkUp = true;
let lostToast = null;

export const isLeader = () => leading;

function showLink(up) {
  if (up === linkUp) return;
  linkUp = up;
  document.documentElement.dataset.link = up ? "up" : "down";
  if (!up) lostToast = toast({ text: words.lost, kind: "bad", stay: true });
  else { lostToast?.remove(); lostToast = null; }
}

async function place(element) {
  const there = element.id && document.getElementById(element.id);
  if ("gone" in element.dataset) {
    there?.dispatchEvent(new CustomEvent("live:gone", { bubbles: true, cancelable: true, detail: element.dataset }))
      && there.remove();
  } else if (there) {
    await htmx.swap({ text: element.outerHTML, target: there, swap: "outerMorph", sourceElement: document.body });
  } else if (element.dataset.into) {
    const parent = document.querySelector(element.dataset.into);
    if (!parent) return;
    parent[element.dataset.at === "start" ? "prepend" : "append"](element); // now, not after htmx's delays
    htmx.process(element);
  }
}

const SETTLE = 150; // ms
let turn = Promise.resolve(); // one message after another, in order

function tell({ topic, data }) {
  setTimeout(() => document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: data ?? {} })), SETTLE);
}

function take(message) {
  if (message.id) {
    lastId = message.id;
    recent.push(message);
    if (recent.length > KEPT) recent.shift();
  }
  turn = turn.then(async () => {
    if (message.html) {
      const holder = document.createElement("template");
      holder.innerHTML = message.html;
      for (const element of [...holder.content.children]) await place(element);
    }
    tell(message);
  }).catch((error) => console.warn("live update", error));
}

function share(message) {
  channel.postMessage(message);
  if (message.kind === "link") showLink(message.up);
  else take(message);
}

const standing = (id) => { const [boot, count] = id.split("-"); return { boot, count: Number(count) }; };

// A tab that has just been opened: tell it how things stand, and what came since its page was made.
function greet({ from, at }) {
  channel.postMessage({ kind: "link", up: linkUp });
  const then = standing(at);
  const messages = recent.filter(({ id }) => standing(id).boot === then.boot && standing(id).count > then.count);
  if (messages.length) channel.postMessage({ kind: "missed", to: from, messages });
}

channel.onmessage = ({ data }) => {
  if (data.kind === "hello") { if (leading) greet(data); }
  else if (data.kind === "missed") { if (data.to === tab) data.messages.forEach(take); }
  else if (data.kind === "link") showLink(data.up);
  else take(data);
};

function listen(attempt = 0) {
  const source = new EventSource(lastId ? `${address}?after=${encodeURIComponent(lastId)}` : address);
  let wasLost = attempt > 0;
  source.onopen = () => {
    attempt = 0;
    share({ kind: "link", up: true });
    // Without an id there is nothing to catch up from: what was on the screen may be old.
    if (wasLost && !lastId) share({ topic: "stale" });
    wasLost = false;
  };
  source.onmessage = ({ data, lastEventId }) => share({ ...JSON.parse(data), id: lastEventId });
  source.onerror = () => {
    wasLost = true;
    setTimeout(() => { if (source.readyState !== EventSource.OPEN) share({ kind: "link", up: false }); }, 1500);
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    source.close();
    setTimeout(() => retry(attempt), PROBE_EVERY[Math.min(attempt, PROBE_EVERY.length - 1)]);
  };
}

async function retry(attempt) {
  const answer = await fetch(`${address}/ping`).catch(() => null);
  if (answer?.status === 401) {
    channel.postMessage({ kind: "signed-out" });
    toast({ text: words.signedOut, kind: "bad", stay: true });
    return;
  }
  listen(attempt + 1);
}

if (address) {
  channel.postMessage({ kind: "hello", from: tab, at: lastId });
  navigator.locks.request("intake-live", () => {
    leading = true;
    document.documentElement.dataset.leader = "";
    listen();
    return new Promise(() => {}); // held until the tab is closed
  });
}

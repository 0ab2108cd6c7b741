// The list of inquiries: keys as in mail programs, the reading pane, rows that come and change by themselves
// without anything jumping.
import { bind } from "../keys.js";

const tri = document.querySelector("[data-inquiries]");
const PREFIX = tri?.dataset.prefix ?? ""; // of what stands in data-inquiry before the number: «dialogue-»
const TOPIC = tri?.dataset.topic ?? "inquiry";
const onPhone = matchMedia("(max-width: 760px)");
const list = () => document.getElementById("rows");
const rows = () => [...list().querySelectorAll(".rowitem")];
const current = () => list().querySelector(".row[aria-current]")?.closest(".rowitem");

async function read(item, { push = onPhone.matches } = {}) {
  const link = item.querySelector(".row");
  list().querySelector(".row[aria-current]")?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  link.scrollIntoView({ block: "nearest" });
  history[push ? "pushState" : "replaceState"]({ inquiry: item.dataset.inquiry }, "", link.href);
  await htmx.ajax("GET", link.href, { target: "#pane", swap: "innerHTML" });
  const pane = document.getElementById("pane");
  pane.scrollTop = 0;
  if (!onPhone.matches) return;
  tri.classList.add("reading");
  pane.focus();
}

let turning;

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!next || next === current()) return;
  list().querySelector(".row[aria-current]")?.removeAttribute("aria-current");
  next.querySelector(".row").setAttribute("aria-current", "true");
  next.querySelector(".row").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  clearTimeout(turning); // whoever holds J down reads only where they stop
  turning = setTimeout(() => read(next, { push: false }), 90);
}

function showList() {
  tri.classList.remove("reading");
  current()?.querySelector(".row").focus();
}

// Rows that are new or have changed: asked for together, put where they belong
const changed = new Set();
const PAUSE = 300; // ms between two looks, for a call tells several things at once; the first is at once
let asking, refreshed = -PAUSE;

function place(item) {
  const there = document.getElementById(item.id), waiting = tri.dataset.order === "waiting";
  if (there?.querySelector(".row[aria-current]")) item.querySelector(".row").setAttribute("aria-current", "true");
  if (there && (waiting || there.dataset.at === item.dataset.at || rows()[0] === there)) {
    there.replaceWith(item);
    htmx.process(item);
    return;
  }
  there?.remove(); // it is the newest now
  const before = rows().find((row) => (waiting ? row.dataset.at > item.dataset.at : row.dataset.at < item.dataset.at));
  if (!before && document.getElementById("more-rows")) return; // it stands on a page that is not here yet
  item.classList.add("came");
  const looked = list().scrollTop > 0 ? firstSeen() : null;
  const was = looked?.getBoundingClientRect().top;
  list().insertBefore(item, before ?? null);
  htmx.process(item);
  const moved = looked ? looked.getBoundingClientRect().top - was : 0;
  if (!moved) return;
  list().scrollTop += moved; // what is looked at stays where it is
  tellNew();
}

function firstSeen() {
  const top = list().getBoundingClientRect().top;
  return rows().find((row) => row.getBoundingClientRect().bottom > top);
}

function tellNew() {
  const button = document.getElementById("fresh-rows");
  button.count = (button.count ?? 0) + 1;
  button.querySelector("[data-text]").textContent = button.dataset.one.replace("#", button.count);
  button.hidden = false;
}

// What no longer belongs here stays, greyed, until the list is opened again: nothing moves under the hand
function settle(id) {
  const item = document.getElementById(`row-${id}`);
  item?.querySelector(".row").classList.add("done");
  item?.removeAttribute("data-open");
}

const numberOf = (row) => Number(row.dataset.inquiry.slice(PREFIX.length));

async function refresh() {
  asking = null;
  refreshed = performance.now();
  const ids = [...changed].slice(0, 50);
  ids.forEach((id) => changed.delete(id));
  const query = new URLSearchParams(location.search);
  query.delete("after");
  query.set("ids", ids.join(","));
  const answer = await fetch(`${tri.dataset.rows}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const found = new Set();
  for (const item of [...holder.content.querySelectorAll(".rowitem")]) { found.add(numberOf(item)); place(item); }
  ids.filter((id) => !found.has(id)).forEach((id) => settle(PREFIX + id));
  document.getElementById("no-rows").hidden = rows().length > 0;
  if (changed.size) asking = setTimeout(refresh, PAUSE);
}

function note(id) {
  if (!id || !tri.dataset.rows) return;
  changed.add(Number(id));
  asking ??= setTimeout(refresh, performance.now() - refreshed > PAUSE ? 0 : PAUSE);
}

if (tri) {
  bind("KeyJ", () => step(1), tri.dataset.next);
  bind("KeyK", () => step(-1), tri.dataset.previous);
  bind("KeyO", () => current() && read(current()), tri.dataset.opened);
  if (!current() && !onPhone.matches) rows()[0]?.querySelector(".row").setAttribute("aria-current", "true");

  list().addEventListener("click", (event) => {
    const link = event.target.closest("a.row");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    read(link.closest(".rowitem"));
  });
  list().addEventListener("keydown", (event) => {
    if (event.code === "ArrowDown" || event.code === "ArrowUp") { event.preventDefault(); step(event.code === "ArrowDown" ? 1 : -1); }
  });
  list().addEventListener("scroll", () => { if (list().scrollTop < 4) hideNew(); }, { passive: true });
  document.getElementById("fresh-rows")?.addEventListener("click", () => { list().scrollTop = 0; hideNew(); });
  document.getElementById("pane").addEventListener("click", (event) => {
    if (!event.target.closest("[data-back]") || !onPhone.matches || !history.state?.inquiry) return;
    event.preventDefault();
    history.back();
  });
  addEventListener("popstate", () => { if (location.pathname === tri.dataset.home) showList(); });

  for (const topic of [TOPIC, "call"]) document.body.addEventListener(`live:${topic}`, ({ detail }) => note(detail[TOPIC]));
  document.body.addEventListener("live:stale", () => rows().forEach((row) => note(numberOf(row))));

  // Decided: on to the next that waits
  document.body.addEventListener("inquiry-decided", ({ detail }) => {
    document.querySelector(".declining:popover-open")?.hidePopover();
    settle(detail.id);
    const item = current();
    if (!item || item.dataset.inquiry !== String(detail.id)) return;
    const all = rows(), at = all.indexOf(item);
    const next = [...all.slice(at + 1), ...all.slice(0, at)].find((row) => "open" in row.dataset && row !== item);
    if (next && !onPhone.matches) read(next, { push: false });
  });
}

function hideNew() {
  const button = document.getElementById("fresh-rows");
  if (!button) return;
  button.hidden = true;
  button.count = 0;
}

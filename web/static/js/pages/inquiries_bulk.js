// Several inquiries at once: S ticks the row that is read, Shift and a click a range, Esc leaves all. With a
// finger «Choose several» shows the ticks, and a tap on a row ticks it.
import { bind } from "../keys.js";

const bar = document.getElementById("bulk");
const list = document.getElementById("rows");
const selecting = document.querySelector("[data-selecting]");
const boxes = () => [...list.querySelectorAll(".pick")];
const picked = new Set(); // ids: rows are drawn anew by themselves
let last; // the row ticked last, from which Shift goes on

if (bar && list) {
  bind("KeyS", () => toggle(list.querySelector(".row[aria-current]")?.closest(".rowitem")), bar.dataset.toggle);
  list.addEventListener("change", ({ target }) => { if (target.matches(".pick")) { keep(target); count(); } });
  list.addEventListener("click", tapped, { capture: true });
  list.addEventListener("click", (event) => { if (event.target.matches(".pick") && event.shiftKey) range(event.target); });
  new MutationObserver(again).observe(list, { childList: true });
  bar.addEventListener("change", ({ target }) => { if (target.matches("[data-pick-all]")) all(target.checked); });
  bar.querySelector("[data-pick-none]").addEventListener("click", () => all(false));
  bar.addEventListener("keydown", entered);
  document.addEventListener("keydown", left);
  document.body.addEventListener("inquiries-decided", ({ detail }) => decided(detail.ids));
  for (const box of boxes()) keep(box); // browsers keep ticks when a page is loaded again
  count();
}

function toggle(item) {
  const box = item?.querySelector(".pick");
  if (!box) return false;
  box.checked = !box.checked;
  keep(box);
  return count();
}

function keep(box) {
  picked[box.checked ? "add" : "delete"](box.value);
  last = box.closest(".rowitem").id;
}

function range(box) {
  const every = boxes(), from = every.findIndex((one) => one.closest(".rowitem").id === last), to = every.indexOf(box);
  if (from < 0) return;
  for (const one of every.slice(Math.min(from, to), Math.max(from, to) + 1)) { one.checked = box.checked; picked[box.checked ? "add" : "delete"](one.value); }
  count();
}

function all(checked) {
  for (const box of boxes()) { box.checked = checked; picked[checked ? "add" : "delete"](box.value); }
  if (!checked) { picked.clear(); selecting.checked = false; }
  count();
}

function tapped(event) {
  const item = selecting.checked && event.target.closest("a.row")?.closest(".rowitem");
  if (!item || toggle(item) === false) return;
  event.preventDefault();
  event.stopPropagation();
}

// Rows that came anew are ticked as they were.
function again() {
  for (const box of boxes()) box.checked = picked.has(box.value);
  count();
}

function count() {
  const every = boxes(), ticked = every.filter((box) => box.checked).length;
  const whole = bar.querySelector("[data-pick-all]");
  bar.querySelector("[data-picked]").textContent = ticked || "";
  whole.checked = ticked > 0 && ticked === every.length;
  whole.indeterminate = ticked > 0 && ticked < every.length;
}

// Enter among the reasons declines; it must not press the first button of the bar.
function entered(event) {
  if (event.code !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  event.target.closest(".declining")?.querySelector("[name=do]").click();
}

function left(event) {
  if (event.code !== "Escape" || event.defaultPrevented || !picked.size) return;
  if (document.querySelector(":popover-open, dialog[open]")) return;
  all(false);
}

function decided(ids) {
  for (const open of bar.querySelectorAll(":popover-open")) open.hidePopover();
  all(false);
  for (const id of ids) document.body.dispatchEvent(new CustomEvent("inquiry-decided", { detail: { id } }));
}

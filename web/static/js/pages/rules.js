// Rules: dragged to their place (by keyboard with the arrows beside them), and the editor's new condition gets
// the focus.
let dragged = null;

const rowAt = (target) => target.closest?.("[data-rule]");
const rows = () => [...document.querySelectorAll("#rules [data-rule]")];
const unmark = () => rows().forEach((row) => row.classList.remove("over-above", "over-below"));
const isAbove = (row, y) => { const box = row.getBoundingClientRect(); return y < box.top + box.height / 2; };

document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.(".grip")) return;
  dragged = rowAt(event.target);
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 20, 20);
});

document.addEventListener("dragover", (event) => {
  const over = dragged && rowAt(event.target);
  if (!over) return;
  event.preventDefault();
  unmark();
  if (over !== dragged) over.classList.add(isAbove(over, event.clientY) ? "over-above" : "over-below");
});

document.addEventListener("drop", (event) => {
  const over = dragged && rowAt(event.target);
  if (!over || over === dragged) return;
  event.preventDefault();
  over[isAbove(over, event.clientY) ? "before" : "after"](dragged);
  const list = document.getElementById("rules");
  const ids = rows().map((row) => row.dataset.rule).join(",");
  htmx.ajax("POST", list.dataset.order, { target: "#rules", swap: "outerMorph", values: { ids } });
});

document.addEventListener("dragend", () => {
  unmark();
  dragged?.classList.remove("dragged");
  dragged = null;
});

// «Add a condition»: on with it
let adding = false;
document.addEventListener("click", ({ target }) => { if (target.closest?.("#add-condition")) adding = true; });
document.body.addEventListener("htmx:after:swap", () => {
  if (!adding) return;
  adding = false;
  [...document.querySelectorAll(".condition")].at(-1)?.querySelector("select").focus();
});

// Cards: fields and forms that are edited in place, comments, and the filter of lists.
const submit = (form) => form.requestSubmit();

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-edit], [data-say]");
  if (!form) return;
  if (event.code === "Escape" && form.matches("[data-edit]")) {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector("[data-cancel]")?.click();
  }
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); submit(form); }
}, true);

// A list is saved when something is chosen of it
document.addEventListener("change", ({ target }) => {
  if (target.matches?.("select[data-now]") && target.value !== target.dataset.was) submit(target.form);
});

// A field that was an input a moment ago gives the focus back to its text
document.addEventListener("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("[data-clear]")) {
    if (form.dataset.sent && !form.contains(document.activeElement)) form.reset();
  }
});
let edited = "";
document.addEventListener("htmx:before:swap", () => {
  const fact = document.activeElement?.closest?.(".fact");
  edited = fact ? fact.id.replace("fact-", "") : "";
});
document.addEventListener("htmx:after:settle", () => {
  if (!edited || document.activeElement !== document.body) return;
  document.getElementById(`edit-${edited}`)?.focus();
  document.getElementById(`value-${edited}`)?.focus();
  edited = "";
});

// A comment that was taken is gone from its box
document.addEventListener("htmx:after:request", ({ target, detail }) => {
  const form = target.closest?.("form[data-say], form[data-clear]");
  const status = detail?.ctx?.response?.status ?? detail?.ctx?.response?.raw?.status;
  if (form && status < 400) form.reset();
});

// Lists: typing narrows them without a reload; a click on a row opens its card
const filter = document.querySelector("[data-narrow]");
let pause;

async function narrow() {
  const query = new URLSearchParams(new FormData(filter));
  for (const [name, value] of [...query]) if (!value) query.delete(name);
  const address = `${filter.getAttribute("action")}${query.size ? `?${query}` : ""}`;
  history.replaceState(history.state, "", address);
  query.set("part", "rows");
  await htmx.ajax("GET", `${filter.getAttribute("action")}?${query}`, { target: "#list", swap: "outerHTML" });
  document.getElementById("total").textContent = document.getElementById("list").dataset.total;
}

filter?.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(narrow, 150); });
filter?.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(pause); narrow(); });

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-line]");
  if (!row || event.target.closest("a, button, input, label") || getSelection().toString()) return;
  const link = row.querySelector("a");
  if (event.ctrlKey || event.metaKey) open(link.href, "_blank");
  else link.click();
});

// Arrows walk from row to row
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-line]");
  if (!row || (event.code !== "ArrowDown" && event.code !== "ArrowUp")) return;
  const other = event.code === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  if (other) { event.preventDefault(); other.querySelector("a").focus(); }
});
filter?.addEventListener("keydown", (event) => {
  if (event.code !== "ArrowDown") return;
  event.preventDefault();
  document.querySelector("[data-line] a")?.focus();
});

// The panes are replaced by what the server found, hit by hit: what stays the same is not touched, so that
// neither the focus nor the place scrolled to is lost.

const key = (hit) => hit.dataset.hit;

const written = new WeakMap(); // hit -> its HTML as the server sent it, but for what is chosen

function html(hit) {
  if (!written.has(hit)) written.set(hit, hit.className + hit.innerHTML.replace(' checked=""', "").replace(' autofocus=""', ""));
  return written.get(hit);
}

// The hit that the keys or the choice are on: it keeps its place, whatever changes around it.
function anchorOf(there) {
  const focused = document.activeElement?.closest(".w-hit");
  return focused && there.contains(focused) ? focused : there.querySelector(".w-hit:has(:checked)");
}

function keepPlace(wanted, anchor, place) {
  const at = wanted.findIndex((hit) => key(hit) === key(anchor));
  if (at >= 0) wanted.splice(Math.min(place, wanted.length - 1), 0, ...wanted.splice(at, 1));
  return wanted[Math.min(place, wanted.length - 1)];
}

const topOf = (hit) => hit.getBoundingClientRect().top;

function replaceHits(there, fresh) {
  const anchor = anchorOf(there), before = anchor && topOf(anchor);
  const place = [...there.children].indexOf(anchor);
  const old = new Map([...there.children].map((hit) => [key(hit), hit]));
  const wanted = [...fresh.children].map((hit) => {
    const kept = old.get(key(hit));
    if (!kept || html(kept) !== html(hit)) return hit;
    kept.querySelector("input").checked = hit.querySelector("input").checked;
    return kept;
  });
  const kept = anchor && wanted.length ? keepPlace(wanted, anchor, place) : null;
  wanted.forEach((hit, at) => { if (there.children[at] !== hit) there.insertBefore(hit, there.children[at] ?? null); });
  while (there.children.length > wanted.length) there.lastElementChild.remove();
  if (kept && key(kept) === key(anchor)) there.parentElement.scrollTop += topOf(kept) - before;
}

function replacePane(pane, fresh) {
  for (const part of [".w-colhead", ".w-people", ".w-none", ".w-new"]) {
    const before = pane.querySelector(`:scope > ${part}`), after = fresh.querySelector(`:scope > ${part}`);
    if (before && after && before.innerHTML === after.innerHTML) continue;
    if (before && after) before.replaceWith(after);
    else if (before) before.remove();
    else if (after && part === ".w-people") pane.querySelector(":scope > .w-hits").before(after);
    else if (after) pane.append(after);
  }
  replaceHits(pane.querySelector(":scope > .w-hits"), fresh.querySelector(":scope > .w-hits"));
}

// Puts the answer's panes in the place of those shown and gives the focus back to the hit that had it.
// Returns how many were found, in words.
export function replacePanes(search, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const focused = document.activeElement?.closest?.(".w-hit, .seg label");
  const had = focused && search.contains(focused) ? { name: document.activeElement.name, value: document.activeElement.value } : null;
  for (const fresh of holder.content.querySelectorAll(".w-pane")) {
    replacePane(search.querySelector(`.w-pane[data-pane="${fresh.dataset.pane}"]`), fresh);
  }
  if (had && !document.activeElement?.closest(".w-pane")) refocus(search, had);
  return holder.content.querySelector("[data-said]")?.textContent ?? "";
}

// What answers new letters begins at the top, but where somebody is chosen already.
export function backToTop(search) {
  for (const pane of search.querySelectorAll(".w-pane:not(:has(.w-hit :checked))")) pane.scrollTop = 0;
}

function refocus(search, { name, value }) {
  const again = [...search.querySelectorAll(`input[name="${name}"]`)];
  (again.find((one) => one.value === value) ?? again.find((one) => one.checked) ?? again[0] ?? search.querySelector("input")).focus();
}

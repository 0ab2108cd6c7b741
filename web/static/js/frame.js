// The rail and the menus.
import { showKeys } from "./keys.js";

const root = document.documentElement;

function toggleRail() {
  const slim = root.dataset.rail === "slim" ? "" : "slim";
  if (slim) root.dataset.rail = slim;
  else delete root.dataset.rail;
  document.cookie = `rail=${slim}; path=/; max-age=31536000; samesite=lax`; // so that the next page comes right
}

document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
  const act = target.closest?.("[data-act]")?.dataset.act;
  if (act === "rail") toggleRail();
  if (act === "help") showKeys();
});

// Esc closes a menu, arrows walk in it
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  if (event.code === "Escape") { event.preventDefault(); menu.open = false; menu.querySelector("summary").focus(); }
  if (event.code !== "ArrowDown" && event.code !== "ArrowUp") return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".list :is(a, button)")];
  const step = event.code === "ArrowDown" ? 1 : -1;
  items.at((items.indexOf(document.activeElement) + step + items.length) % items.length)?.focus();
}, true);

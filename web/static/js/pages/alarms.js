// An alarm that comes while the page is open chimes once, in one tab of the browser. The banner itself is sent
// by the server; the desktop is told by the bell.
import { isLeader } from "../live.js";
import { chime } from "../ring.js";

const shown = () => [...document.querySelectorAll("#alarms .alarm[id]")].map(({ id }) => id);
let known = shown();

document.body.addEventListener("live:alarm", () => requestAnimationFrame(() => {
  const now = shown();
  const fresh = now.some((id) => !known.includes(id));
  known = now;
  if (fresh && document.body.dataset.sound && isLeader()) chime();
}));

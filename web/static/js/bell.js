// What I am told (templates/notifications/bell.html): spoken, and shown on the desktop once a browser.
import { isLeader } from "./live.js";
import { announce } from "./words.js";

let told = 0;

function tell(notice) {
  const { notice: id, title, text, href, desktop } = notice.dataset;
  if (Number(id) <= told) return;
  told = Number(id);
  announce(`${title}. ${text}`);
  if (!desktop || !isLeader() || document.hasFocus() || Notification?.permission !== "granted") return;
  const shown = new Notification(title, { body: text, tag: `notice-${id}` });
  shown.onclick = () => { window.focus(); location.assign(href); shown.close(); };
}

document.body.addEventListener("live:notification", () => {
  const notice = document.querySelector("#bell [data-notice]");
  if (notice) tell(notice);
});

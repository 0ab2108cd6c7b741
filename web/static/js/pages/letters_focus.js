// A click into a letter's frame takes the keyboard there, where no key of ours is heard; and the frame, which has
// no scripts, tells us nothing. So the keyboard comes back by itself: when the pointer moves outside the letter,
// else after a while. What was selected in the letter stays selected, and Ctrl lends the keyboard to it once
// more, so that Ctrl+C copies. Whoever came by Tab, touched it, or was typing, is left alone.
import { isTyping } from "../words.js";

const AWHILE = 1500; // ms: for a menu that the browser opened on the letter
const AT_ONCE = 100; // ms between Tab and where it leads
const FRAME = "iframe.letterframe[sandbox]"; // not the browser's viewer of PDFs, which has keys of its own
const mouse = matchMedia("(hover: hover)");

let before = null; // who had the keyboard last
let frame = null; // the letter that was clicked into, until anything else is pressed
let lent = false; // to copy from
let tabbed = -AT_ONCE;
let timer;

document.addEventListener("focusin", ({ target }) => { if (!target.matches("iframe")) before = target; });
document.addEventListener("focusout", () => setTimeout(() => { if (document.activeElement === document.body) before = null; }));
addEventListener("blur", ({ timeStamp }) => setTimeout(gone, 0, timeStamp));
document.addEventListener("pointermove", () => { if (!lent) back(); }, { passive: true });
document.addEventListener("pointerdown", () => { frame = null; }, { capture: true });
document.addEventListener("keydown", pressed, { capture: true });

function gone(at) {
  const there = document.activeElement;
  if (!there?.matches(FRAME) || (!lent && (!mouse.matches || at - tabbed < AT_ONCE || isTyping(before)))) return;
  frame = there;
  clearTimeout(timer);
  timer = setTimeout(back, AWHILE);
}

function back() {
  if (!frame || document.activeElement !== frame) return;
  lent = false;
  clearTimeout(timer);
  const there = before?.isConnected && !before.closest("[inert]") ? before : frame.closest("[tabindex], dialog");
  there.focus({ preventScroll: true });
}

function pressed(event) {
  if (event.code === "Tab") tabbed = event.timeStamp;
  if (event.key !== "Control" && event.key !== "Meta") { frame = null; return; }
  if (!frame?.isConnected || event.repeat || isTyping() || !getSelection().isCollapsed) return;
  lent = true;
  frame.focus({ preventScroll: true });
}

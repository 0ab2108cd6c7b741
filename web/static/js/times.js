// Times that go on counting: <time data-ticking datetime="…"> (0:07) and <time data-waiting data-warn data-late>
// (18 min), which turns amber and red at those moments.
import { words } from "./words.js";

const two = (number) => String(number).padStart(2, "0");

function timer(seconds) {
  const hours = Math.floor(seconds / 3600), minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const fill = (pattern, number) => pattern.replace("#", number);

function length(seconds) {
  if (seconds < 60) return fill(words.s, seconds);
  if (seconds < 3600) return fill(words.min, Math.floor(seconds / 60));
  if (seconds >= 86400) return fill(words.d, Math.floor(seconds / 86400));
  const minutes = Math.floor((seconds % 3600) / 60);
  return fill(words.h, Math.floor(seconds / 3600)) + (minutes ? ` ${fill(words.min, minutes)}` : "");
}

const past = (moment) => Date.parse(moment) <= Date.now(); // never, where there is none

function tick() {
  for (const time of document.querySelectorAll("time[data-ticking], time[data-waiting]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const text = "ticking" in time.dataset ? timer(seconds) : length(seconds);
    if (time.textContent !== text) time.textContent = text;
    if ("waiting" in time.dataset) {
      const late = past(time.dataset.late);
      time.classList.toggle("warn", past(time.dataset.warn) && !late);
      time.classList.toggle("late", late);
    }
  }
}

setInterval(tick, 1000);

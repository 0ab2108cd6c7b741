// What was typed and not yet accepted. Of an inquiry it is kept on the server, by hand in this tab.
import { body, post } from "./send.js";

const SOON = 700; // ms after the last change
const KEY = "wizard-draft";

export class Draft {
  constructor(form, url, said) {
    this.form = form;
    this.url = url;
    this.said = said; // the element that says «draft kept»
    this.timer = 0;
    this.keeping = Promise.resolve(); // the draft on its way: typing takes, so it must not come after giving back
  }

  // Something has changed: keep it in a moment.
  touch() {
    clearTimeout(this.timer);
    this.said.textContent = "";
    this.timer = setTimeout(() => this.keep(), SOON);
  }

  // Keep what is waiting to be kept, also when the page is being left.
  flush() { return this.timer ? this.keep({ keepalive: true }) : Promise.resolve(); }

  async keep(options) {
    this.stop();
    if (!this.url) sessionStorage.setItem(KEY, body(this.form).toString());
    else if (!(await (this.keeping = post(this.url, body(this.form), options).catch(() => null)))?.ok) return;
    this.said.textContent = this.said.dataset.words;
  }

  // The last word before the page closes: `url` keeps it and gives the inquiry back to the queue.
  leave(url) {
    this.stop();
    const fields = body(this.form);
    if (url) this.keeping.then(() => post(url, fields, { keepalive: true })).catch(() => null);
    else this.keep();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  forget() {
    this.stop();
    if (!this.url) sessionStorage.removeItem(KEY);
  }
}

// By hand: puts back what was typed before; true when there was something. On page 2 only for the same party.
export function restore(form, names, party = []) {
  const kept = new URLSearchParams(sessionStorage.getItem(KEY) ?? "");
  if (party.some((name) => (kept.get(name) ?? "") !== (new FormData(form).get(name) ?? ""))) return false;
  const typed = names.filter((name) => kept.get(name) && form.elements[name]);
  for (const name of typed) form.elements[name].value = kept.get(name);
  return typed.length > 0;
}

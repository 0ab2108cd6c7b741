// Keys and pointer on page 1. The hits of a pane are radios: arrows walk them, Tab goes to the next pane,
// Enter goes on, Backspace takes a choice back.
import { isTyping } from "../words.js";

const PANES = ["client", "contact", "interest"];
const DOUBLE = 250; // ms in which a second click makes a double click

const isEnter = ({ code }) => code === "Enter" || code === "NumpadEnter";

// The focus is nowhere in particular.
const isAdrift = (element) => !element || element === document.body || element.matches("dialog, main");

export class Walk {
  constructor(page) {
    this.page = page;
    const { signal } = page.leaving;
    const on = (where, name, handler) => where.addEventListener(name, handler.bind(this), { signal });
    on(page.form, "keydown", this.keyed);
    on(page.form, "click", this.clicked);
    on(page.form, "dblclick", this.doubled);
    on(page.search, "pointerdown", this.pointerDown);
    on(document, "keydown", this.keyedOutside);
  }

  // Whoever is sure stands chosen and has the keys; else one types.
  start() {
    if (!isAdrift(document.activeElement)) return;
    const there = this.page.whom ?? this.page.form.elements.name;
    if (there.closest(".w-hit")) this.page.narrow.to(there.name);
    there.focus();
  }

  // To the hit that is chosen in a pane; else its first is chosen.
  enter(kind) {
    if (!kind) return;
    this.page.narrow.to(kind);
    const there = this.page.picked(kind);
    if (there) there.focus();
    else this.choose(this.page.hits(kind)[0]);
  }

  choose(radio) {
    radio.checked = true;
    radio.focus();
    radio.closest(".w-hit").scrollIntoView({ block: "nearest" });
    this.page.chose();
  }

  keyed(event) {
    const { target, code } = event;
    if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
    if (isEnter(event) && !event.shiftKey && target.matches("input")) {
      event.preventDefault();
      this.page.goOn();
    } else if (code === "ArrowDown" && target.closest(".w-fields") && isTyping(target)) {
      event.preventDefault();
      this.page.settled().then(() => this.enter(this.filled(PANES)));
    } else if (target.closest(".w-hit") && this.step(event)) event.preventDefault();
  }

  filled(kinds) { return kinds.find((kind) => this.page.hits(kind).length); }

  // Whether the key meant something among the hits; up and down are the radios' own.
  step({ target, code, shiftKey }) {
    const hits = this.page.hits(target.name), at = hits.indexOf(target), pane = PANES.indexOf(target.name);
    const after = this.filled(PANES.slice(pane + 1)), before = this.filled(PANES.slice(0, pane).reverse());
    if (code === "ArrowUp" && at === 0) this.page.form.elements.name.focus();
    else if (code === "ArrowDown" && at === hits.length - 1) return true;
    else if (code === "Home") this.choose(hits[0]);
    else if (code === "End") this.choose(hits.at(-1));
    else if (code === "ArrowRight" || (code === "Tab" && !shiftKey && after)) this.enter(after);
    else if (code === "ArrowLeft") this.enter(before);
    else if (code === "Backspace" || code === "Delete") this.page.drop(target);
    else return false;
    return true;
  }

  keyedOutside(event) {
    if (event.defaultPrevented) return;
    if (isAdrift(event.target) && !event.ctrlKey && (isEnter(event) || /^Arrow|^Tab$/.test(event.code))) {
      event.preventDefault();
      this.start();
      if (isEnter(event)) this.page.goOn();
    } else if (event.code === "Escape" && !this.page.sheet && !document.querySelector(":popover-open")) {
      this.page.form.querySelector("footer [data-later]").click();
    }
  }

  pointerDown({ target }) {
    const hit = target.closest(".w-hit");
    this.taken = hit?.querySelector("input:checked") ?? null; // pressing what is chosen takes the choice back
  }

  clicked(event) {
    const radio = this.taken, hit = event.target.closest(".w-hit");
    clearTimeout(this.dropping);
    if (!radio || !hit?.contains(radio) || event.detail !== 1) return;
    event.preventDefault();
    this.dropping = setTimeout(() => { if (radio.isConnected) this.page.drop(radio); }, DOUBLE);
  }

  doubled({ target }) {
    const hit = target.closest(".w-hit");
    clearTimeout(this.dropping);
    if (!hit) return;
    this.choose(hit.querySelector("input"));
    this.page.goOn();
  }
}

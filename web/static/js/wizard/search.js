// Page 1: searches while one types, walks the panes by keys, leaves by one of the ways out.
import { open as openPanel, close as closePanel } from "../panel.js";
import { isTyping } from "../words.js";
import { Draft, restore } from "./draft.js";
import { replacePanes } from "./panes.js";
import { body, post, query } from "./send.js";
import { watchCall } from "./head.js";

const PAUSE = 50; // ms after a keystroke; less would ask for every letter of a fast typist
const PANES = ["client", "contact", "interest"];
const TYPED = ["name", "inn", "phone", "ext", "email", "other"];

export class WizardSearch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.search = this.form.querySelector(".search");
    this.asked = 0; // numbers of questions: an answer older than the last one shown is dropped
    this.shown = 0;
    this.pressed = false; // a pointer is down on a hit: nothing may move under it
    this.due = false; // a question waits for the next pause in typing
    this.answer = Promise.resolve();
    this.draft = new Draft(this.form, this.dataset.draft, this.form.querySelector("[data-kept]"));
    this.leaving = new AbortController();
    this.listen();
    this.makeTabs();
    this.refresh();
    if (!this.dataset.draft && !this.form.elements.name.value && restore(this.form, TYPED)) this.look(0);
    watchCall(this, this.leaving.signal);
    requestAnimationFrame(() => { if (this.adrift(document.activeElement)) this.start(); });
  }

  disconnectedCallback() {
    this.leaving.abort();
    clearTimeout(this.timer);
  }

  listen() {
    const { signal } = this.leaving;
    const on = (where, name, handler) => where.addEventListener(name, handler.bind(this), { signal });
    on(this.form, "input", this.typed);
    on(this.form, "change", this.changed);
    on(this.form, "keydown", this.keyed);
    on(this.form, "click", this.clicked);
    on(this.form, "dblclick", this.doubled);
    on(this.form, "submit", this.submitted);
    on(this.search, "pointerdown", this.pointerDown);
    on(document, "pointerup", this.pointerUp);
    on(document, "keydown", this.keyedOutside);
    if (this.sheet) on(this.sheet, "panel:close", this.closing);
    on(window, "pagehide", () => this.draft.flush());
  }

  get sheet() { return this.closest("#sheet"); }

  picked(kind) { return this.form.querySelector(`.hit input[name="${kind}"]:checked`); }

  pane(kind) { return this.search.querySelector(`.pane[data-pane="${kind}"]`); }

  hits(kind) { return [...this.pane(kind).querySelectorAll(".hit input")]; }

  // Searching

  typed({ target }) {
    if (!target.matches("[data-search]") || target.type === "radio") return;
    this.draft.touch();
    this.look(PAUSE);
  }

  changed({ target }) {
    if (target.matches("[data-search][type=radio]")) { this.draft.touch(); this.look(0); }
    if (!target.closest(".hit")) return;
    target.dataset.chosen = "";
    this.refresh();
    this.draft.touch();
    if (target.name !== "interest") this.look(PAUSE);
  }

  look(pause) {
    clearTimeout(this.timer);
    this.due = true;
    this.timer = setTimeout(() => { this.due = false; this.answer = this.ask(); }, pause);
  }

  // Resolves once what stands in the fields is what the panes answer.
  async settled() {
    if (this.due) { clearTimeout(this.timer); this.due = false; this.answer = this.ask(); }
    await this.answer;
  }

  async ask() {
    const number = ++this.asked;
    this.stop?.abort();
    this.stop = new AbortController();
    const answer = await post(this.dataset.results, body(this.form), { signal: this.stop.signal }).catch(() => null);
    if (!answer?.ok) return;
    if (this.pressed) await new Promise((resolve) => { this.released = resolve; });
    if (number < this.shown || !this.isConnected) return;
    this.shown = number;
    this.show(answer.html);
  }

  show(html) {
    replacePanes(this.search, html);
    this.nameTabs();
    this.refresh();
    this.dispatchEvent(new CustomEvent("wizard:found", { bubbles: true }));
  }

  pointerDown({ target }) {
    const hit = target.closest(".hit");
    this.pressed = Boolean(hit);
    this.unpick = hit?.querySelector("input:checked") ?? null; // pressing what is chosen takes the choice back
  }

  pointerUp() {
    if (!this.pressed) return;
    setTimeout(() => { this.pressed = false; this.released?.(); this.released = null; });
  }

  // What the buttons say follows what is chosen

  refresh() {
    const who = this.picked("contact") ?? this.picked("client");
    const go = this.form.querySelector("[data-go]"), words = go.querySelector(".word");
    const anybody = PANES.slice(0, 2).some((kind) => this.hits(kind).length);
    words.textContent = who ? go.dataset.with.replace("#", who.closest(".hit").querySelector(".strong").textContent)
      : anybody ? go.dataset.choose : go.dataset.new;
    this.form.querySelector("[data-quick]").hidden = !who;
    this.form.querySelector("[data-link]").disabled = !this.hits("interest").length;
  }

  // Ways out

  submitted(event) {
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.matches("[data-go]") || button.classList.contains("unseen")) this.goOn();
    else if (button.matches("[data-quick]")) this.quick();
    else if (button.matches("[data-link]")) this.link();
    else if (button.matches("[data-new]")) this.leave({ new: button.value, client: "", contact: "", interest: "new" });
    else if (button.matches("[data-new-interest]")) this.leave({ interest: "new" });
    else if (button.matches("[data-later]")) this.later();
    else this.act(button);
  }

  async goOn() {
    await this.settled();
    const kind = PANES.slice(0, 2).find((one) => this.hits(one).length);
    if (!this.picked("client") && !this.picked("contact") && kind) this.enter(kind);
    else this.leave({});
  }

  async link() {
    await this.settled();
    const hits = this.hits("interest");
    if (!this.picked("interest") && hits.length === 1) hits[0].checked = true;
    if (this.picked("interest")) this.leave({});
    else this.enter("interest");
  }

  // Accept at once whoever is chosen, with a new interest or the one that is chosen.
  async quick() {
    await this.settled();
    if (!this.picked("client") && !this.picked("contact")) { this.goOn(); return; }
    if (this.sending) return;
    this.sending = true;
    const answer = await post(this.dataset.accept, body(this.form, { go: "quick" })).catch(() => null);
    this.sending = false;
    if (answer) this.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
  }

  async leave(more) {
    await this.settled();
    const url = `${this.dataset.accept}?${query(this.form, more)}`;
    await this.draft.flush();
    if (this.sheet) await openPanel("sheet", url);
    else location.assign(url);
  }

  later() {
    if (this.sheet) closePanel();
    else this.form.requestSubmit ? this.native("later") : history.back();
  }

  // Leaving the whole page: the draft is kept, the inquiry goes back to the queue.
  native(go) {
    this.leaving.abort();
    this.form.requestSubmit(this.form.querySelector(`[value="${go}"]`));
  }

  closing() {
    if (this.done) return;
    this.draft.timer = 0;
    if (this.dataset.draft) post(this.dataset.later, body(this.form), { keepalive: true }).catch(() => null);
    else this.draft.keep();
  }

  async act(button) {
    const answer = await post(button.formAction, body(this.form)).catch(() => null);
    if (answer) this.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
  }

  // Keys and pointer

  keyed(event) {
    const { target, code } = event;
    if (event.isComposing || event.altKey || event.metaKey) return;
    const enter = code === "Enter" || code === "NumpadEnter";
    if (enter && event.ctrlKey) { event.preventDefault(); this.quick(); return; }
    if (event.ctrlKey) return;
    if (enter && !event.shiftKey && target.matches("input")) { event.preventDefault(); this.goOn(); return; }
    if (target.closest(".fields") && isTyping(target) && code === "ArrowDown") {
      event.preventDefault();
      this.enter(PANES.find((kind) => this.hits(kind).length));
    } else if (target.closest(".hit")) this.walk(event);
  }

  // The focus is nowhere in particular.
  adrift(element) { return !element || element === document.body || element.matches("dialog, main"); }

  // Whoever is sure stands chosen and has the keys; else one types.
  start() { (this.picked("contact") ?? this.picked("client") ?? this.form.elements.name).focus(); }

  keyedOutside(event) {
    if (this.adrift(event.target) && /^(Arrow|Tab$|Enter$|NumpadEnter$)/.test(event.code) && !event.ctrlKey) {
      event.preventDefault();
      this.start();
      if (event.code.endsWith("Enter")) this.goOn();
      return;
    }
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (enter && event.ctrlKey && !event.defaultPrevented && !this.form.contains(event.target)) {
      event.preventDefault();
      this.quick();
    } else if (event.code === "Escape" && !event.defaultPrevented && !this.sheet && !document.querySelector(":popover-open")) this.later();
  }

  walk(event) {
    const { target, code } = event;
    const hits = this.hits(target.name), at = hits.indexOf(target), pane = PANES.indexOf(target.name);
    const filled = (kinds) => kinds.find((kind) => this.hits(kind).length);
    if (code === "ArrowUp" && at === 0) this.form.elements.name.focus();
    else if (code === "ArrowDown" && at === hits.length - 1) event.preventDefault();
    else if (code === "Home") this.choose(hits[0]);
    else if (code === "End") this.choose(hits.at(-1));
    else if (code === "ArrowRight") this.enter(filled(PANES.slice(pane + 1)));
    else if (code === "ArrowLeft") this.enter(filled(PANES.slice(0, pane).reverse()));
    else if (code === "Tab" && !event.shiftKey && filled(PANES.slice(pane + 1))) this.enter(filled(PANES.slice(pane + 1)));
    else if (code === "Backspace" || code === "Delete") this.drop(target);
    else return;
    event.preventDefault();
  }

  // To the hit that is chosen in a pane, or choose its first.
  enter(kind) {
    if (!kind) return;
    this.toTab(kind);
    const there = this.picked(kind);
    if (there) there.focus();
    else this.choose(this.hits(kind)[0]);
  }

  choose(radio) {
    radio.checked = true;
    radio.focus();
    radio.closest(".hit").scrollIntoView({ block: "nearest" });
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  drop(radio) {
    radio.checked = false;
    this.refresh();
    this.look(0);
  }

  clicked(event) {
    const hit = event.target.closest(".hit");
    if (hit && this.unpick && hit.contains(this.unpick) && event.detail === 1) {
      event.preventDefault();
      const radio = this.unpick;
      this.unpick = null;
      setTimeout(() => this.drop(radio));
    }
    const tab = event.target.closest("[data-to]");
    if (tab) this.toTab(tab.dataset.to);
  }

  doubled({ target }) { if (target.closest(".hit")) this.goOn(); }

  // On a narrow screen the panes are tabs

  makeTabs() {
    const place = this.form.querySelector(".panetabs");
    const seg = document.createElement("div");
    seg.className = "seg";
    seg.append(...PANES.map((kind) => Object.assign(document.createElement("button"), { type: "button" })));
    PANES.forEach((kind, at) => { seg.children[at].dataset.to = kind; });
    place.replaceChildren(seg);
    this.nameTabs();
    this.toTab("client");
  }

  nameTabs() {
    for (const tab of this.form.querySelectorAll(".panetabs [data-to]")) {
      tab.textContent = `${this.pane(tab.dataset.to).querySelector("h2").textContent} ${this.hits(tab.dataset.to).length || ""}`;
    }
  }

  toTab(kind) {
    this.search.dataset.tab = kind;
    for (const tab of this.form.querySelectorAll(".panetabs [data-to]")) tab.setAttribute("aria-pressed", String(tab.dataset.to === kind));
  }
}

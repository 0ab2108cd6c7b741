// Page 1: searches while one types, says what accepting would do, leaves by one of the ways out.
import { Asking } from "../asking.js";
import { open as openPanel, close as closePanel } from "../panel.js";
import { Steady } from "../steady.js";
import { toast } from "../toast.js";
import { words } from "../words.js";
import { Draft, restore } from "./draft.js";
import { watchCall } from "./head.js";
import { Narrow } from "./narrow.js";
import { Offers } from "./offers.js";
import { backToTop, replacePanes } from "./panes.js";
import { body, post, query } from "./send.js";
import { Walk } from "./walk.js";

const TYPED = ["name", "inn", "phone", "ext", "email", "other"];
const PARTIES = ["client", "contact"];

export class WizardSearch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.search = this.form.querySelector(".w-search");
    this.typing = false; // the last question came of letters, not of a choice
    this.choices = 0; // made so far: an answer that knows of fewer would take the last one back
    this.leaving = new AbortController();
    this.steady = new Steady(this.search, ".w-hit", this.leaving.signal);
    this.asking = new Asking({
      ask: (signal) => this.ask(signal),
      show: (answer) => this.show(answer),
      ready: () => (this.typing ? this.steady.free() : this.steady.pressed),
      told: this.querySelector("[data-told]"),
    });
    this.draft = new Draft(this.form, this.dataset.draft, this.form.querySelector("[data-kept]"));
    this.narrow = new Narrow(this);
    this.walk = new Walk(this);
    this.offers = new Offers(this.form, this.leaving.signal);
    this.listen();
    this.refresh();
    const untouched = !this.dataset.draft && !this.whom && !TYPED.some((name) => this.form.elements[name].value);
    if (untouched && restore(this.form, TYPED)) this.look();
    watchCall(this, this.leaving.signal);
    requestAnimationFrame(() => this.walk.start());
  }

  disconnectedCallback() {
    this.leaving.abort();
    if (!this.done) this.draft.flush();
    this.asking.stop();
  }

  listen() {
    this.on(this.form, "input", this.typed);
    this.on(this.form, "change", this.changed);
    this.on(this.form, "submit", this.submitted);
    if (this.sheet) this.on(this.sheet, "panel:close", this.closing);
    this.on(window, "pagehide", () => this.draft.flush());
  }

  on(where, name, handler) { where.addEventListener(name, handler.bind(this), { signal: this.leaving.signal }); }

  get sheet() { return this.closest("#sheet"); }

  picked(kind) { return this.form.querySelector(`.w-hit input[name="${kind}"]:checked`); }

  get whom() { return this.picked("contact") ?? this.picked("client"); }

  hits(kind) { return [...this.search.querySelectorAll(`.w-pane[data-pane="${kind}"] .w-hit input`)]; }

  // Searching

  typed({ target }) {
    if (!target.matches("[data-search]") || target.type === "radio") return;
    this.form.elements.nobody.value = "";
    this.draft.touch();
    this.typing = true;
    this.asking.soon();
  }

  changed({ target }) {
    if (target.matches("[data-search][type=radio]")) { this.draft.touch(); this.look(); }
    if (target.closest(".w-hit")) this.chose();
  }

  chose() {
    this.choices++;
    this.form.elements.nobody.value = "";
    this.draft.touch();
    this.refresh();
    this.look();
  }

  // Take a choice back; nobody else is chosen in their place. Without the client its person goes as well.
  drop(radio) {
    this.choices++;
    radio.checked = false;
    if (radio.name === "client" && this.picked("contact")) this.picked("contact").checked = false;
    this.form.elements.nobody.value = "yes";
    this.draft.touch();
    this.refresh();
    this.look();
  }

  look() {
    this.typing = false;
    this.asking.soon();
  }

  // Resolves once the panes answer what stands in the fields.
  settled() { return this.asking.settled(); }

  async ask(signal) {
    const { choices } = this;
    const answer = await post(this.dataset.results, body(this.form), { signal });
    return answer.ok ? { html: answer.html, choices } : null;
  }

  show({ html, choices }) {
    if (choices !== this.choices || !this.isConnected) return;
    this.asking.say(replacePanes(this.search, html));
    if (this.typing) backToTop(this.search);
    this.narrow.name();
    this.refresh();
    this.dispatchEvent(new CustomEvent("wizard:found", { bubbles: true }));
  }

  // What the buttons say follows what is chosen
  refresh() {
    const go = this.form.querySelector("[data-go]"), whom = this.whom;
    if (!go) return; // decided already
    const anybody = PARTIES.some((kind) => this.hits(kind).length);
    go.querySelector(".word").textContent = whom
      ? go.dataset.with.replace("#", whom.closest(".w-hit").querySelector(".strong").textContent)
      : anybody ? go.dataset.choose : go.dataset.new;
    this.form.querySelector("[data-quick]").hidden = !whom;
    this.form.querySelector("[data-link]").disabled = !this.hits("interest").length;
  }

  // Ways out

  submitted(event) {
    const button = event.submitter;
    if (button?.matches("[data-later]") && !this.sheet) return; // the whole page is left
    event.preventDefault();
    if (!button || button.matches("[data-go], .unseen")) this.goOn();
    else if (button.matches("[data-quick]")) this.quick();
    else if (button.matches("[data-link]")) this.link();
    else if (button.matches("[data-new]")) this.leave({ new: button.value, client: "", contact: "", interest: "new" });
    else if (button.matches("[data-new-interest]")) this.leave({ interest: "new" });
    else if (button.matches("[data-later]")) closePanel();
    else this.act(button);
  }

  // With whoever is chosen, else to the hits, else on with somebody new.
  async goOn() {
    await this.settled();
    const kind = PARTIES.find((one) => this.hits(one).length);
    if (this.whom || !kind) this.leave({});
    else this.walk.enter(kind);
  }

  async link() {
    await this.settled();
    const hits = this.hits("interest");
    if (hits.length === 1) hits[0].checked = true;
    if (this.picked("interest")) this.leave({});
    else this.walk.enter("interest");
  }

  // Accept at once whoever is chosen, with the interest that is chosen or a new one.
  async quick() {
    if (this.sending) return;
    this.sending = true;
    await this.settled();
    if (this.whom) await this.act({ formAction: this.dataset.accept, name: "go", value: "quick" });
    else this.goOn();
    this.sending = false;
  }

  async leave(more) {
    await this.settled();
    const url = `${this.dataset.accept}?${query(this.form, more)}`, fields = body(this.form, more);
    await this.draft.flush();
    if (this.sheet) { await openPanel("sheet", url, { step: true, post: this.dataset.on, values: Object.fromEntries(fields) }); return; }
    await post(this.dataset.on, fields).catch(() => null);
    location.assign(url);
  }

  async act({ formAction, name, value }) {
    const more = name ? { [name]: value } : {};
    const answer = await post(formAction, body(this.form, more)).catch(() => null);
    if (answer?.moved && this.sheet) openPanel("sheet", answer.moved);
    else if (answer?.moved) location.assign(answer.moved);
    else if (answer) this.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
    else toast({ text: words.lost, kind: "bad" });
  }

  closing() {
    if (!this.done) this.draft.leave(this.dataset.draft && this.dataset.later);
  }
}

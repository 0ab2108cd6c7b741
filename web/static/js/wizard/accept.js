// Page 2: keeps the draft, warns beside the field, accepts once.
import { open as openPanel, close as closePanel } from "../panel.js";
import { toast } from "../toast.js";
import { words } from "../words.js";
import { Draft, restore } from "./draft.js";
import { watchCall } from "./head.js";
import { Offers } from "./offers.js";
import { body, post } from "./send.js";

const PAUSE = 250; // ms after the last letter of a newcomer's name
const OWN = ["org", "org_inn", "kpp", "ogrn", "last_name", "first_name", "middle_name", "position", "city", "contact_email", "title", "wanted", "amount", "note", "step_title", "labels"];

export class WizardAccept extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.draft = new Draft(this.form, this.dataset.draft, this.form.querySelector("[data-kept]"));
    this.leaving = new AbortController();
    this.form.querySelector("[data-quick-due]")?.removeAttribute("hidden");
    this.proposed = this.form.elements.title.dataset.suggested;
    this.listen();
    if (!this.dataset.draft) restore(this.form, OWN, ["client", "contact", "new"]);
    watchCall(this, this.leaving.signal);
    this.offers = new Offers(this.form, this.leaving.signal);
  }

  disconnectedCallback() {
    this.leaving.abort();
    if (!this.done) this.draft.flush();
    clearTimeout(this.timer);
  }

  listen() {
    const { signal } = this.leaving;
    const on = (where, name, handler) => where.addEventListener(name, handler.bind(this), { signal });
    on(this.form, "input", this.typed);
    on(this.form, "submit", this.submitted);
    on(this.form, "keydown", this.keyed);
    on(this.form, "click", this.clicked);
    on(document, "keydown", this.keyedOutside);
    if (this.sheet) on(this.sheet, "panel:close", this.closing);
    on(window, "pagehide", () => this.draft.flush());
  }

  get sheet() { return this.closest("#sheet"); }

  typed({ target }) {
    this.draft.touch();
    target.closest(".wrong")?.classList.remove("wrong");
    if (target.matches("[data-check]")) this.check();
    this.retitle(target);
  }

  // A title left as proposed follows what is wanted and the person's name, as the server would make it.
  retitle(target) {
    const title = this.form.elements.title;
    if (target === title || title.value !== this.proposed) return;
    const letters = this.form.querySelector("[data-wish]")?.dataset.wish; // a letter is called by its subject
    const wish = letters || this.said("wanted").split("\n").find((line) => line.trim())?.trim();
    title.value = this.proposed = [wish, this.whom()].filter(Boolean).join(" — ").slice(0, title.maxLength);
  }

  whom() {
    const initials = [this.said("first_name"), this.said("middle_name")].filter(Boolean);
    if (!this.said("last_name")) return initials.join(" ") || this.said("org");
    return [this.said("last_name"), ...initials.map((part) => `${part[0]}.`)].join(" ");
  }

  said(name) { return this.form.elements[name]?.value.trim() ?? ""; }

  // Doubts about a newcomer: numbers that cannot be, somebody much like it who is stored.
  check() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const answer = await post(this.dataset.check, body(this.form)).catch(() => null);
      if (answer?.ok && this.isConnected) this.showDoubts(answer.html);
    }, PAUSE);
  }

  showDoubts(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    for (const fresh of holder.content.querySelectorAll("[id]")) {
      const there = this.querySelector(`#${fresh.id}`);
      if (there && there.innerHTML !== fresh.innerHTML) there.replaceChildren(...fresh.childNodes);
    }
  }

  submitted(event) {
    const button = event.submitter;
    if (this.sending) { event.preventDefault(); return; }
    if (button?.matches("[data-later], [data-back], [data-choose], [data-take], [data-pass], [data-undo-it]")) {
      if (!this.sheet) return;
      event.preventDefault();
      this.leaveBy(button);
      return;
    }
    this.sending = true; // a second press, and a second click, find this
    this.setAttribute("aria-busy", "true");
    if (!this.sheet) return;
    event.preventDefault();
    this.accept(button?.value || "accept");
  }

  async accept(go) {
    this.draft.stop();
    const answer = await post(this.form.action, body(this.form, { go })).catch(() => null);
    this.sending = false;
    this.removeAttribute("aria-busy");
    if (answer) this.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
    else this.failed();
  }

  // Nobody answered: what is typed is kept, and the same form may be sent again.
  failed() {
    toast({ text: words.lost, kind: "bad" });
    this.draft.keep();
  }

  async leaveBy(button) {
    if (button.matches("[data-later]")) { closePanel(); return; }
    if (button.matches("[data-back]") && history.state?.step) {
      await this.draft.keep();
      history.back();
      return;
    }
    const answer = await post(button.formAction, body(this.form, { [button.name]: button.value })).catch(() => null);
    if (answer?.moved) openPanel("sheet", answer.moved);
    else if (answer) this.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
  }

  closing() {
    if (!this.done) this.draft.leave(this.dataset.draft && this.dataset.later);
  }

  // Enter goes to the next field: only Ctrl+Enter, or the button, accepts.
  keyed(event) {
    const enter = event.code === "Enter" || event.code === "NumpadEnter";
    if (!enter || event.ctrlKey || event.isComposing || !event.target.matches("input, select")) return;
    event.preventDefault();
    const fields = [...this.form.querySelectorAll("input:not([type=hidden]), select, textarea, [data-accept]")].filter((one) => one.checkVisibility());
    fields[fields.indexOf(event.target) + 1]?.focus();
  }

  keyedOutside(event) {
    if (event.code !== "Escape" || event.defaultPrevented || this.sheet || document.querySelector(":popover-open")) return;
    this.form.requestSubmit(this.form.querySelector("[data-later]"));
  }

  clicked({ target }) {
    const soon = target.closest("[data-due]");
    if (!soon) return;
    this.form.elements.step_due.value = soon.dataset.due;
    const call = this.form.querySelector('[name="step"]:checked');
    if (!call?.value) this.form.querySelector('[name="step"][value="call"]').checked = true;
    this.draft.touch();
  }
}

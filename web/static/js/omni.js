// The field at the top that searches everything: answers as one types, arrows walk through what was found.
import { Asking } from "./asking.js";
import { Steady } from "./steady.js";

class Omni {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input");
    this.found = form.querySelector(".found");
    this.steady = new Steady(this.found, "a");
    this.asking = new Asking({
      ask: (signal) => this.ask(signal),
      show: (html) => this.show(html),
      ready: () => this.steady.free(),
      told: form.querySelector("[data-told]"),
    });
    this.input.addEventListener("input", () => this.asking.soon());
    form.addEventListener("keydown", (event) => this.keyed(event));
    document.addEventListener("focusin", ({ target }) => { if (!form.contains(target)) this.close(); });
  }

  async ask(signal) {
    const query = new URLSearchParams({ q: this.input.value });
    if (!this.input.value.trim()) return "";
    const answer = await fetch(`${this.form.action}?${query}`, { headers: { "HX-Request": "true" }, signal });
    return answer.ok ? answer.text() : null;
  }

  show(html) {
    const had = this.rows.indexOf(document.activeElement), { href } = document.activeElement;
    this.found.innerHTML = html;
    if (had >= 0) (this.rows.find((row) => row.href === href) ?? this.input).focus();
    this.asking.say(this.found.querySelector("[data-said]")?.textContent ?? "");
  }

  close() {
    this.asking.stop();
    this.found.replaceChildren();
  }

  get rows() { return [...this.found.querySelectorAll("a")]; }

  keyed(event) {
    const at = this.rows.indexOf(document.activeElement);
    if (event.code === "Escape") { this.close(); this.input.value = ""; document.activeElement.blur(); }
    else if (event.code === "ArrowDown") { event.preventDefault(); this.down(at); }
    else if (event.code === "ArrowUp" && at >= 0) { event.preventDefault(); (this.rows[at - 1] ?? this.input).focus(); }
  }

  // From the field to the first of what answers its last letter.
  async down(at) {
    if (at < 0) await this.asking.settled();
    this.rows[Math.min(at + 1, this.rows.length - 1)]?.focus();
  }
}

const form = document.querySelector("[data-omni]");
if (form) new Omni(form);

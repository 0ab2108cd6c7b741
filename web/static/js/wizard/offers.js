// What was found in a letter is offered: a press, or Alt and its digit, puts it into its fields; pressed again,
// what stood there before comes back. Nothing is filled by itself.
export class Offers {
  constructor(form, signal) {
    this.form = form;
    this.place = form.querySelector(".w-offers");
    if (!this.place) return;
    for (const button of this.buttons) button.hidden = !this.fields(button).length;
    this.place.hidden = this.buttons.every((button) => button.hidden);
    this.place.addEventListener("click", ({ target }) => this.press(target.closest("button")), { signal });
    form.addEventListener("input", () => this.show(), { signal });
    this.show();
  }

  get buttons() { return [...this.place.querySelectorAll("[data-offer]")]; }

  // The fields of this page that it fills, each with its text.
  fields(button) {
    const said = Object.entries(JSON.parse(button.dataset.offer));
    return said.map(([name, text]) => [this.form.elements[name], text]).filter(([field]) => field && field.type !== "hidden");
  }

  taken(button) { return this.fields(button).every(([field, text]) => field.value === text); }

  press(button) {
    if (!button) return;
    if ("offerAll" in button.dataset) this.takeAll();
    else if (button.before) this.giveBack(button);
    else if (!this.taken(button)) this.take(button);
  }

  take(button) {
    const before = this.fields(button).map(([field]) => [field, field.value]);
    for (const [field, text] of this.fields(button)) put(field, text);
    button.before = before; // only now: half filled it counts as left again
  }

  giveBack(button) {
    for (const [field, text] of [...button.before]) put(field, text);
  }

  // The likeliest for each field that stands empty
  takeAll() {
    for (const button of this.buttons) {
      if (!button.hidden && this.fields(button).every(([field]) => !field.value.trim())) this.take(button);
    }
  }

  show() {
    for (const button of this.buttons) {
      const taken = this.taken(button);
      button.setAttribute("aria-pressed", String(taken));
      if (!taken) button.before = null;
    }
  }
}

function put(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

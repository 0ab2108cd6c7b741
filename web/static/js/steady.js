// Nothing may change places under a hand that is about to press it.
const STILL = 250; // ms without a movement, after which a pointer merely lies there
const LONGEST = 1000; // ms that anything waits for a pointer that wanders

export class Steady {
  // `rows`: a selector of what can be pressed in a place.
  constructor(place, rows, signal) {
    this.rows = rows;
    this.pressed = null; // resolves when the pointer that is down on a row comes up
    this.moved = -STILL;
    const on = (where, name, handler) => where.addEventListener(name, handler.bind(this), { signal, passive: true });
    on(place, "pointerdown", this.down);
    on(place, "pointermove", this.move);
    on(place, "pointerleave", this.leave);
    on(document, "pointerup", this.up);
    on(document, "pointercancel", this.up);
  }

  // Resolves when nothing is pressed or aimed at.
  async free() {
    const end = performance.now() + LONGEST;
    for (let left; (left = Math.min(this.moved + STILL, end) - performance.now()) > 0;) {
      await new Promise((resolve) => { setTimeout(resolve, left); });
    }
    await this.pressed;
  }

  down({ target }) {
    if (target.closest(this.rows)) this.pressed = new Promise((resolve) => { this.release = resolve; });
  }

  move({ target, movementX, movementY }) {
    if (movementX || movementY) this.moved = target.closest(this.rows) ? performance.now() : -STILL;
  }

  leave() { this.moved = -STILL; }

  up() {
    this.moved = -STILL;
    setTimeout(() => { this.release?.(); this.release = this.pressed = null; }); // after the click
  }
}

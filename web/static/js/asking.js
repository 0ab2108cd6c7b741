// Asks as one types: what is under way is given up for what is newer, and nothing late is ever shown.
const QUIET = 400; // ms without an answer, after which a screen reader is told how much there is

export class Asking {
  // ask(signal) resolves to an answer or null; show(answer) puts it on the page. ready() resolves when it may.
  constructor({ ask, show, ready, told }) {
    Object.assign(this, { ask, show, ready, told });
    this.answer = Promise.resolve();
    this.due = false; // a question waits for its moment
    this.flight = null;
  }

  soon(pause = 0) {
    this.stop();
    this.due = true;
    this.timer = setTimeout(() => this.now(), pause);
  }

  now() {
    this.stop();
    this.flight = new AbortController();
    this.answer = this.run(this.flight.signal);
  }

  // Whatever is under way counts no more.
  stop() {
    clearTimeout(this.timer);
    this.due = false;
    this.flight?.abort();
  }

  // Resolves once what is shown answers what stands in the fields.
  async settled() {
    if (this.due) this.now();
    await this.answer;
  }

  async run(signal) {
    const found = await this.ask(signal).catch(() => null);
    if (found === null || signal.aborted) return;
    await this.ready();
    if (signal.aborted) return;
    this.show(found);
  }

  // Not at each letter: whoever listens would hear nothing else.
  say(sentence) {
    clearTimeout(this.saying);
    this.saying = setTimeout(() => { this.told.textContent = sentence; }, QUIET);
  }
}

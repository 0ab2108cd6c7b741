// A form of ours in anybody's page:
//   <script async src="https://HOST/embed.js" data-form="KEY"></script>
// draws it where the tag stands, or takes over <form data-intake-form="KEY">. No globals, no inline styles.
// Fires «intake:sent» with {form, number}. Looks: --intake-accent, --intake-radius, --intake-background …
(() => {
  const tag = document.currentScript || document.querySelector("script[data-form][src*='embed.js']:not([data-seen])");
  if (!tag) return;
  tag.dataset.seen = "";
  const key = tag.dataset.form;
  const address = new URL("f/" + key, tag.src).href;
  const PENDING = "intake-pending-" + key;
  const MARKS = /^(utm_\w+|[a-z_]*clid|_openstat|roistat|rb_clickid)$/i;
  const WEEK = 6048e5;
  let data, form, host, solution, busy, drawnAt;

  const sleep = (ms) => new Promise((done) => {
    setTimeout(done, ms);
    addEventListener("online", done, { once: true });
  });
  const recall = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  };
  const remember = (name, value) => {
    try { value ? localStorage.setItem(name, JSON.stringify(value)) : localStorage.removeItem(name); } catch { /* full, or forbidden */ }
  };
  const made = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
  const words = (name) => data?.words[name] || "";

  // Where they came from: now, and the first time of all
  function cameFrom() {
    const now = {};
    new URLSearchParams(location.search).forEach((value, name) => MARKS.test(name) && (now[name] = value));
    const first = recall("intake-first") || { landing: location.href, referrer: document.referrer, ...now };
    remember("intake-first", first);
    if (Object.keys(now).length) remember("intake-last", now);
    const came = { ...recall("intake-last"), ...now, _page: location.href, _referrer: document.referrer };
    const here = { ...came, landing: came._page, referrer: came._referrer };
    for (const name in first) if (first[name] != here[name]) came["first_" + name] = first[name];
    try { came._ym_uid = document.cookie.match(/_ym_uid=(\d+)|$/)[1]; } catch { /* a frame without cookies */ }
    return came;
  }

  // Asks until somebody answers; null: there is no such form, or we may not ask
  async function ask() {
    for (let pause = 1000; ; pause = Math.min(pause * 2, 60000)) {
      try {
        const answer = await fetch(address + "/form.json", { credentials: "omit" });
        if (answer.ok) return drawnAt = Date.now(), answer.json();
        if (answer.status < 500 && answer.status != 429) return null;
      } catch { /* no network */ }
      await sleep(pause);
    }
  }

  // A second's work: altcha's PBKDF2 challenge
  async function work({ parameters, ...rest }) {
    const { nonce, salt, cost, keyLength, keyPrefix } = parameters;
    const bytes = (hex) => hex.match(/../g).map((two) => parseInt(two, 16));
    const attempt = async (counter) => {
      const word = new Uint8Array([...bytes(nonce), ...[24, 16, 8, 0].map((by) => counter >>> by)]);
      const secret = await crypto.subtle.importKey("raw", word, "PBKDF2", false, ["deriveBits"]);
      const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(bytes(salt)), iterations: cost };
      const derived = new Uint8Array(await crypto.subtle.deriveBits(how, secret, keyLength * 8));
      const derivedKey = [...derived].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return derivedKey.startsWith(keyPrefix) && { counter, derivedKey };
    };
    if (!globalThis.crypto?.subtle) return ""; // a page without TLS: a person will look at what comes
    for (let from = 0; ; from += 8) {
      const found = (await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((more) => attempt(from + more)))).find(Boolean);
      if (found) return btoa(JSON.stringify({ challenge: { parameters, ...rest }, solution: found }));
    }
  }
  const solve = () => data?.challenge ? solution ||= work(data.challenge) : "";

  function draw() {
    form = document.querySelector(`form[data-intake-form="${CSS.escape(key)}"]`);
    if (!form) {
      host = document.createElement("div");
      document.body.contains(tag) ? tag.after(host) : document.body.append(host);
      const root = host.attachShadow({ mode: "open" });
      const box = made("div", "vf");
      box.dataset.look = data.look;
      form = document.createElement("form");
      const trusted = globalThis.trustedTypes?.createPolicy("intake", { createHTML: (html) => html });
      form.innerHTML = trusted ? trusted.createHTML(data.html) : data.html;
      try { // a strict page's Content-Security-Policy lets sheets be, not <style>
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(data.css);
        root.adoptedStyleSheets = [sheet];
      } catch { root.append(made("style", "", data.css)); }
      box.append(form);
      root.append(box);
    }
    form.addEventListener("submit", submitted);
    form.addEventListener("focusin", solve, { once: true });
    say("");
    const pending = recall(PENDING);
    if (pending && Date.now() - pending.at < WEEK) fill(pending.entries), deliver(pending.entries);
  }

  function fill(entries) {
    for (const [name, value] of entries) {
      for (const input of form.elements) {
        if (input.name != name || input.type == "file") continue;
        if (/radio|checkbox/.test(input.type)) input.checked ||= input.value == value;
        else input.value = value;
      }
    }
  }

  const part = (className, name) => form.querySelector("." + className) || form.appendChild(made(name, className));

  function say(text) {
    const said = part("vf-said", "p");
    said.setAttribute("role", "status");
    said.textContent = text;
  }

  function show(errors) {
    form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    form.querySelectorAll(".vf-error").forEach((place) => { place.textContent = ""; });
    const wrong = part("vf-wrong", "p");
    wrong.hidden = !Object.keys(errors).length;
    if (errors[""]) wrong.textContent = errors[""];
    let first;
    for (const name in errors) {
      const input = name && [...form.elements].find((one) => one.name == name);
      if (!input) continue;
      const field = input.closest("[data-field]") || input.parentElement;
      const place = field.querySelector(".vf-error") || field.appendChild(made("span", "vf-error"));
      const bad = input.type == "radio" ? field : input;
      place.id ||= "intake-error-" + name;
      place.textContent = errors[name];
      bad.setAttribute("aria-invalid", "true");
      if (!bad.getAttribute("aria-describedby")) bad.setAttribute("aria-describedby", place.id);
      first ||= input;
    }
    (first || wrong).focus();
  }

  function thank({ number, thanks, text }) {
    const box = made("div", "vf-thanks");
    const tick = made("span", "vf-tick", "✓");
    tick.setAttribute("aria-hidden", "true");
    box.append(tick, made(form.querySelector(".vf-title")?.tagName || "h2", "vf-title", thanks), made("p", "vf-number", text));
    box.tabIndex = -1;
    box.setAttribute("role", "status");
    form.replaceChildren(box);
    box.focus();
    (host || form).dispatchEvent(new CustomEvent("intake:sent", { bubbles: true, detail: { form: key, number } }));
  }

  function pause(is) {
    busy = is;
    form.querySelectorAll("[type=submit]").forEach((button) => button.setAttribute("aria-disabled", is));
  }

  // Until it has arrived: what a browser can keep is kept, and sent under the same key, also after a reload
  async function deliver(entries) {
    pause(true);
    say(words("wait"));
    for (let wait = 2000; ; wait = Math.min(wait * 2, 60000)) {
      try {
        const body = new FormData();
        entries.forEach(([name, value]) => body.append(name, value));
        const signal = AbortSignal.timeout?.(entries.some(([, value]) => value.size) ? 6e5 : 6e4);
        const headers = { Accept: "application/json" };
        const answer = await fetch(address, { method: "POST", body, signal, credentials: "omit", headers });
        if (answer.status < 500 && ![408, 429].includes(answer.status)) {
          const refused = () => ({ errors: { "": words("refused") } }); // by somebody between us
          const told = await (answer.ok ? answer.json() : answer.json().catch(refused));
          remember(PENDING);
          return arrived(answer.ok, told);
        }
      } catch { /* no network */ }
      remember(PENDING, { at: Date.now(), entries: entries.map(([name, value]) => [name, value.name ?? value]) });
      say(words("offline"));
      await sleep(wait * (1 + Math.random() / 4));
    }
  }

  function arrived(ok, answer) {
    pause(false);
    say("");
    if (ok) return thank(answer);
    solution = null;
    if (data && "challenge" in answer) data.challenge = answer.challenge;
    show(answer.errors);
  }

  async function submitted(event) {
    event.preventDefault();
    if (busy) return;
    pause(true);
    const typed = [...new FormData(form)].filter(([, value]) => value.name !== "" || value.size);
    const large = typed.filter(([, value]) => value.size > data?.most_file_mb * 1048576);
    if (large.length) return pause(false), show(Object.fromEntries(large.map(([name]) => [name, words("large")])));
    show({});
    say(words("wait"));
    if (data && Date.now() - drawnAt > 432e5) Object.assign(data, await ask()), solution = null; // half a day
    const came = { ...cameFrom(), _token: data?.token || "", _altcha: await solve(), _key: form.dataset.key ||= random() };
    const kept = typed.filter(([name]) => name != "_token" || !data);
    const sent = new Set(kept.map(([name]) => name));
    deliver([...kept, ...Object.entries(came).filter(([name, value]) => value && !sent.has(name))]);
  }
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join("");

  cameFrom();
  const asked = ask();
  const ready = async () => {
    if (!document.querySelector(`form[data-intake-form="${CSS.escape(key)}"]`)) data = await asked;
    else asked.then((found) => { data = found; });
    if (data || document.querySelector(`form[data-intake-form="${CSS.escape(key)}"]`)) draw();
  };
  document.readyState == "loading" ? addEventListener("DOMContentLoaded", ready) : ready();
})();

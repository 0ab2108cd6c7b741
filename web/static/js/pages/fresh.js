// <div data-fresh="record/account/5 inquiry/7 tasks" hx-get="…" hx-trigger="fresh" hx-swap="outerMorph"> is
// asked for again when one of these changes, and when something may have been missed. Many changes at once
// are one question. Menus and details that the person opened stay open.
const PAUSE = 700;
const waiting = new WeakMap();

const TOKENS = {
  record: ({ kind, id }) => [`record/${kind}/${id}`, `records/${kind}`],
  interest: ({ interest }) => [`record/interest/${interest}`, "records/interest"],
  inquiry: ({ inquiry }) => [`inquiry/${inquiry}`, "inquiries"],
  call: ({ inquiry }) => [`inquiry/${inquiry}`],
  letter: ({ inquiry }) => [`inquiry/${inquiry}`],
  dialogue: ({ dialogue, inquiry }) => [`dialogue/${dialogue}`, `inquiry/${inquiry}`],
  task: () => ["tasks"],
};
const SLOWLY = { inquiries: 5000 }; // a card is not asked for again at each step of each call
const QUICK = 30; // what people write to each other is there at once
const pauseOf = (token) => (token.startsWith("dialogue/") ? QUICK : SLOWLY[token] ?? PAUSE);

function ask(element, pause) {
  if (waiting.has(element)) return;
  waiting.set(element, setTimeout(() => {
    waiting.delete(element);
    if (element.isConnected) element.dispatchEvent(new CustomEvent("fresh"));
  }, pause));
}

for (const [topic, tokens] of Object.entries(TOKENS)) {
  document.body.addEventListener(`live:${topic}`, ({ detail }) => {
    const told = tokens(detail ?? {});
    for (const element of document.querySelectorAll("[data-fresh]")) {
      const heard = told.filter((token) => element.dataset.fresh.split(" ").includes(token));
      if (heard.length) ask(element, Math.min(...heard.map(pauseOf)));
    }
  });
}
document.body.addEventListener("live:stale", () => {
  for (const element of document.querySelectorAll("[data-fresh]")) ask(element, PAUSE);
});

// htmx asks its extensions here, no listener: `false` leaves the attribute as it is
htmx.registerExtension("stay-open", {
  htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches("details"),
});

// Asks the server for a piece of page and shows what comes back.

// Posts a form's fields; resolves to {ok, status, html, moved}. Events and toasts named in the answer are fired.
export async function post(url, body, { keepalive = false, signal } = {}) {
  const answer = await fetch(url, { method: "POST", headers: { "HX-Request": "true" }, body, keepalive, signal });
  fire(answer.headers.get("HX-Trigger"));
  const moved = answer.headers.get("HX-Location") ?? answer.headers.get("HX-Redirect") ?? "";
  const toasts = answer.headers.get("HX-Retarget") === "#toasts";
  const html = await answer.text();
  if (toasts) document.getElementById("toasts").insertAdjacentHTML("beforeend", html);
  return { ok: answer.ok, status: answer.status, html: toasts ? "" : html, moved };
}

function fire(header) {
  if (!header) return;
  for (const [name, detail] of Object.entries(JSON.parse(header))) {
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

// The fields of a form as a query, empty ones left out.
export function query(form, more = {}) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) fields.append(name, value);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  return fields.toString();
}

// The form's fields, and whatever else, as a body to post.
export function body(form, more = {}) {
  const fields = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  return fields;
}

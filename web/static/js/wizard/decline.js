// The reasons by their numbers; Enter declines.
import { body, post } from "./send.js";

export function listenToDecline() {
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector("#decline:popover-open");
    if (!open || event.ctrlKey || event.altKey || event.target.matches("input:not([type=radio]), select")) return;
    const number = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const reason = open.querySelectorAll('input[name="reason"]')[number - 1];
    if (reason) { event.preventDefault(); reason.checked = true; reason.focus(); }
    if (event.code === "Enter" && event.target.type === "radio") { event.preventDefault(); open.querySelector("form").requestSubmit(); }
  });

  // Esc closes the dialog and not the wizard below it
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector("#decline:popover-open");
    if (event.code !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation();
    open.hidePopover();
  }, true);

  // Focus goes to the chosen reason and back to where it was
  document.addEventListener("toggle", ({ target, newState }) => {
    if (target.id === "decline" && newState === "open") target.querySelector("input:checked")?.focus();
  }, true);

  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-decline-form]") || !event.target.closest("#sheet")) return;
    event.preventDefault();
    const form = event.target, page = form.closest("#wizard").querySelector("wizard-search, wizard-accept");
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    const answer = await post(form.action, body(form)).catch(() => null);
    delete form.dataset.sent;
    if (answer) page.dispatchEvent(new CustomEvent("wizard:answered", { bubbles: true, detail: answer }));
  });
}

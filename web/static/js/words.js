// Sentences come from the server, in the viewer's language: <div id="words" data-copied="…">.
export const words = document.getElementById("words")?.dataset ?? {};

// Reads a sentence aloud to those who cannot see it.
export function announce(sentence) {
  const place = document.getElementById("said");
  if (!place || !sentence) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = sentence; });
}

// Whether the person is in the middle of typing: then nothing may take the focus away.
export function isTyping(element = document.activeElement) {
  if (!element || element === document.body) return false;
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  return element.matches("input") && !/^(button|submit|reset|checkbox|radio|range|color|file)$/.test(element.type);
}

export const isVisible = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;

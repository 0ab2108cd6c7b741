"""When something new was painted in a browser: after the frame in which it came into the page."""

_WATCH = """() => {
  window.seen = {};
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      const name = NAME;
      if (name && !(name in window.seen)) {
        window.seen[name] = 0;
        requestAnimationFrame(() => setTimeout(() => {
          window.seen[name] = performance.timeOrigin + performance.now();
        }));
      }
    }
  }).observe(document.getElementById("INSIDE"), { childList: true });
}"""


def watch(inside: str, name: str) -> str:
    """A script that notes in `window.seen` when what comes into an element was painted: ms of the epoch, 0
    until then, by the name that a JavaScript expression finds for `node`."""
    return _WATCH.replace("NAME", name).replace("INSIDE", inside)
